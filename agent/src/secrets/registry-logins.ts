import { openKey, openValue, SecretError } from "@daonetes/client/secrets";
import type { ChainPort } from "../chain/chain-port.ts";
import type { Logger } from "../logger.ts";

/** Name and password for a registry. */
export interface RegistryLogin {
  username: string;
  password: string;
}

interface RegistryLoginsParts {
  chainId: string;
  groupId: bigint;
  /** Age identity of this device. */
  identity: string;
  chain: Pick<ChainPort, "readNewestVersion" | "readSecretContent" | "readSecretKey">;
  logger: Logger;
}

/** Credentials of image registries: the newest `registry/<host>` of the group, read for each pull and kept nowhere. */
export class RegistryLogins {
  readonly #parts: RegistryLoginsParts;

  constructor(parts: RegistryLoginsParts) {
    this.#parts = parts;
  }

  /** @returns undefined where the group has none for this host, or did not seal it to this device: the pull goes on without */
  async loginOf(host: string, signal: AbortSignal): Promise<RegistryLogin | undefined> {
    const name = `registry/${host}`;
    try {
      return await this.#read(name, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      const help = error instanceof SecretError ? error.help : undefined;
      this.#parts.logger.warn({ secret: name, error: error instanceof Error ? error.message : String(error), help }, "the group's login for a registry could not be read; the image is pulled without");
      return undefined;
    }
  }

  async #read(name: string, signal: AbortSignal): Promise<RegistryLogin | undefined> {
    const { chainId, groupId, identity, chain, logger } = this.#parts;
    const version = await chain.readNewestVersion(groupId, name, signal);
    const content = version === 0n ? undefined : await chain.readSecretContent(groupId, name, version, 0n, signal);
    if (content === undefined) return undefined;
    const { key, grant } = await chain.readSecretKey(groupId, name, content.generation, 0n, signal);
    if (key === undefined || grant === undefined) {
      logger.warn({ secret: name }, "the group's login for a registry is not sealed to this device; an operator adds it: daonetes secret reseal");
      return undefined;
    }
    const keyIdentity = await openKey(grant.sealed, { chainId, groupId, scope: name, generation: content.generation }, identity, key.recipient);
    return parseLogin((await openValue(content.ciphertext, { chainId, groupId, name, version }, keyIdentity)).text(name), name);
  }
}

/** Reads `user:password`, or JSON with username and password. The error holds nothing of it. */
export function parseLogin(text: string, name: string): RegistryLogin {
  const trimmed = text.trim();
  const login = trimmed.startsWith("{") ? fromJson(trimmed) : fromPair(trimmed);
  if (login === undefined) throw new Error(`the value of ${name} is neither user:password nor {"username": .., "password": ..}`);
  return login;
}

function fromPair(text: string): RegistryLogin | undefined {
  const at = text.indexOf(":");
  return at < 1 || text.includes("\n") ? undefined : { username: text.slice(0, at), password: text.slice(at + 1) };
}

function fromJson(text: string): RegistryLogin | undefined {
  try {
    const { username, password } = JSON.parse(text) as Partial<Record<keyof RegistryLogin, unknown>>;
    return typeof username === "string" && username !== "" && typeof password === "string" ? { username, password } : undefined;
  } catch {
    return undefined;
  }
}
