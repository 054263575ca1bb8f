import { RegistryError } from "./registry-error.ts";
import { readJson, RegistryHttp, type RegistryOptions } from "./registry-http.ts";

interface Descriptor {
  digest?: unknown;
  size?: unknown;
  platform?: { os?: unknown; architecture?: unknown; variant?: unknown };
}

/** Says how much an image weighs before anything of it is pulled. */
export class RegistrySizes {
  readonly #http: RegistryHttp;

  constructor(options: RegistryOptions = {}) {
    this.#http = new RegistryHttp(options);
  }

  /**
   * Bytes of all layers as they are transferred, compressed: what a pull needs at least.
   * @param image `docker.io/library/nginx@sha256:..`
   * @param platform `os/arch` or `os/arch/variant`, which one of an index is meant
   * @returns undefined where the index has no such platform
   * @throws RegistryError
   */
  async compressed(image: string, platform: string): Promise<number | undefined> {
    const slash = image.indexOf("/");
    const at = image.indexOf("@");
    const host = image.slice(0, slash);
    const repository = image.slice(slash + 1, at);
    const top = await this.#read(host, repository, image.slice(at + 1));
    if (!Array.isArray(top["manifests"])) return sumOf(host, top);
    const [os, architecture, variant] = platform.split("/");
    const found = (top["manifests"] as Descriptor[]).find(
      (entry) =>
        entry.platform?.os === os &&
        entry.platform?.architecture === architecture &&
        (variant === undefined || entry.platform?.variant === variant),
    );
    if (typeof found?.digest !== "string") return undefined;
    return sumOf(host, await this.#read(host, repository, found.digest));
  }

  async #read(host: string, repository: string, digest: string): Promise<Record<string, unknown>> {
    const response = await this.#http.manifest("GET", host, repository, digest);
    const value = await readJson(response).catch(() => undefined);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
    throw new RegistryError("unreachable", `${host} sends no manifest`);
  }
}

function sumOf(host: string, manifest: Record<string, unknown>): number {
  const layers = manifest["layers"];
  if (!Array.isArray(layers)) throw new RegistryError("unreachable", `${host} sends a manifest without layers`);
  return (layers as Descriptor[]).reduce((sum, { size }) => sum + (typeof size === "number" && size > 0 ? size : 0), 0);
}
