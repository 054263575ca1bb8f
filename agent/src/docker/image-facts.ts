import { type ImageFacts, readDockerLogins, RegistryError, type RegistryFetch, RegistryImages } from "@daonetes/client/compose";
import { httpFetch } from "@daonetes/client/device";
import type { RegistryLogin } from "../secrets/registry-logins.ts";
import { EngineError } from "./engine.ts";

const DEADLINE_MS = 10_000;

/**
 * Asks the image's registry, with the given login or else the device's own Docker login, what it is.
 * @returns undefined where the registry does not say
 * @throws EngineError where what it sends is not what the digest names, or no image
 */
export async function factsInRegistry(image: string, platform: string, signal: AbortSignal, login?: RegistryLogin): Promise<ImageFacts | undefined> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  const fetch: RegistryFetch = (url, request) => httpFetch(url, { ...request, redirect: "error", signal: ended });
  const logins = new Map(await readDockerLogins());
  if (login !== undefined) logins.set(image.slice(0, image.indexOf("/")), login);
  try {
    return await new RegistryImages({ logins, fetch }).facts(image, platform);
  } catch (error) {
    const reason = error instanceof RegistryError ? error.reason : "unreachable";
    const text = `${image.slice(0, image.indexOf("@"))} was not pulled: ${(error as Error).message}`;
    if (reason === "forged") throw new EngineError("digest_mismatch", text, error);
    if (reason === "malformed") throw new EngineError("image_invalid", text, error);
    return undefined;
  }
}
