import { DigestError } from "../compose/digests.ts";
import type { DigestResolver } from "../compose/digests.ts";
import { readDockerLogins } from "./docker-config.ts";
import { engineDigests, EngineUnreachableError } from "./engine-digests.ts";
import type { EngineDigests } from "./engine-digests.ts";
import { RegistryDigests } from "./registry-digests.ts";
import { RegistryError } from "./registry-error.ts";

export interface ResolverOptions {
  /** Path of the socket of the author's Engine; without it and `engine` only registries are asked. */
  dockerSocket?: string;
  /** Replaces the Engine's client; tests use it. */
  engine?: EngineDigests;
  /** Pins of the running revision by reference text (`pinsOf`); an unchanged text keeps its digest. */
  previous?: ReadonlyMap<string, string>;
  /** Replaces the registry client; tests use it. */
  registry?: Pick<RegistryDigests, "digest">;
  /** Asks nothing over the network: what the Engine holds has to do. */
  offline?: boolean;
}

/**
 * Digests from the registry as the author's Engine sees it, else from the registry itself, else from what the Engine has
 * locally (an image that was pushed and whose registry is away). Throws DigestError.
 */
export function createDigestResolver(options: ResolverOptions = {}): DigestResolver {
  const { offline, previous } = options;
  const engine =
    options.engine ?? (options.dockerSocket === undefined ? undefined : engineDigests(options.dockerSocket));
  let registry = options.registry;
  return {
    ...(previous === undefined ? {} : { previous }),
    async resolve(reference) {
      registry ??= new RegistryDigests({ logins: await readDockerLogins() });
      const remote = offline ? undefined : await fromNetwork(reference, engine, registry);
      if (typeof remote === "string") return remote;
      const local = await quietly(engine?.localRepoDigest(reference));
      if (local !== undefined) return local;
      throw digestError(reference, remote);
    },
  };
}

async function fromNetwork(
  reference: string,
  engine: EngineDigests | undefined,
  registry: Pick<RegistryDigests, "digest">,
): Promise<string | RegistryError> {
  const seen = await quietly(engine?.distributionDigest(reference));
  if (seen !== undefined) return seen;
  try {
    return await registry.digest(reference);
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
}

/** An Engine out of reach is no error: there are other sources. */
async function quietly(answer: Promise<string | undefined> | undefined): Promise<string | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof EngineUnreachableError) return undefined;
    throw error;
  }
}

function digestError(reference: string, cause: RegistryError | undefined): DigestError {
  switch (cause?.reason) {
    case "not-found":
      return new DigestError(
        "DAO2203",
        `${reference} does not exist: ${cause.message}`,
        "check name and tag, or push the image first",
        cause,
      );
    case "denied":
      return new DigestError(
        "DAO2205",
        `${reference} cannot be read: ${cause.message}`,
        "check the name; log in with  docker login",
        cause,
      );
    case "unreachable":
    case "forged":
    case "malformed":
      return new DigestError(
        "DAO2204",
        `${reference} cannot be resolved: ${cause.message}`,
        "check the network, or pin the image by name@sha256:..",
        cause,
      );
    case undefined:
      return new DigestError(
        "DAO2204",
        `${reference} is not on this computer`,
        "pull it first, pin it by name@sha256:.., or go online",
      );
  }
}
