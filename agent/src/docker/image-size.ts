import { readDockerLogins, type RegistryFetch, RegistrySizes } from "@daonetes/client/compose";
import { httpFetch } from "@daonetes/client/device";
import type { RegistryLogin } from "../secrets/registry-logins.ts";

const DEADLINE_MS = 10_000;

/**
 * Asks the image's registry, with the given login or else the device's own Docker login, what it weighs.
 * @returns undefined where the registry does not say
 */
export async function sizeInRegistry(image: string, platform: string, signal: AbortSignal, login?: RegistryLogin): Promise<number | undefined> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  const fetch: RegistryFetch = (url, request) => httpFetch(url, { ...request, redirect: "error", signal: ended });
  const logins = new Map(await readDockerLogins());
  if (login !== undefined) logins.set(image.slice(0, image.indexOf("/")), login);
  return new RegistrySizes({ logins, fetch }).compressed(image, platform);
}
