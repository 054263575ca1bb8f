import { readDockerLogins, type RegistryFetch, RegistrySizes } from "@daonetes/client/compose";
import { httpFetch } from "@daonetes/client/device";

const DEADLINE_MS = 10_000;

/**
 * Asks the image's registry, with the device's own Docker login, what it weighs.
 * @returns undefined where the registry does not say
 */
export async function sizeInRegistry(image: string, platform: string, signal: AbortSignal): Promise<number | undefined> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  const fetch: RegistryFetch = (url, request) => httpFetch(url, { ...request, redirect: "error", signal: ended });
  return new RegistrySizes({ logins: await readDockerLogins(), fetch }).compressed(image, platform);
}
