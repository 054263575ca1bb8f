import { createHash } from "node:crypto";
import { RegistryError } from "./registry-error.ts";
import { readBytes, RegistryHttp, type RegistryOptions } from "./registry-http.ts";

interface Descriptor {
  digest?: unknown;
  size?: unknown;
  platform?: { os?: unknown; architecture?: unknown; variant?: unknown };
}

/** What a registry says of an image before anything of it is pulled; each digest was checked. */
export interface ImageFacts {
  /** Number of layers. */
  layers: number;
  /** Bytes of all layers as they are transferred, compressed: what a pull needs at least. */
  bytes: number;
  /** `os/arch` of the image itself; undefined = the registry does not show it. */
  platform: string | undefined;
}

/** Asks registries what images are. */
export class RegistryImages {
  readonly #http: RegistryHttp;

  constructor(options: RegistryOptions = {}) {
    this.#http = new RegistryHttp(options);
  }

  /**
   * @param image `docker.io/library/nginx@sha256:..`
   * @param platform `os/arch` or `os/arch/variant`, which one of an index is meant
   * @returns undefined where the index has no such platform, and of an image in the form of before 2016, which has no sizes
   * @throws RegistryError
   */
  async facts(image: string, platform: string): Promise<ImageFacts | undefined> {
    const slash = image.indexOf("/");
    const at = image.indexOf("@");
    const host = image.slice(0, slash);
    const repository = image.slice(slash + 1, at);
    const read = (kind: "manifest" | "blob", digest: string): Promise<Record<string, unknown>> => this.#read(kind, host, repository, digest);
    const top = await read("manifest", image.slice(at + 1));
    const digest = Array.isArray(top["manifests"]) ? entryFor(top["manifests"] as Descriptor[], platform) : "";
    if (digest === undefined || top["schemaVersion"] === 1) return undefined;
    const manifest = digest === "" ? top : await read("manifest", digest);
    const layers = manifest["layers"];
    if (!Array.isArray(layers)) throw new RegistryError("malformed", `${host} sends a manifest without layers`);
    const config = (manifest["config"] as Descriptor | undefined)?.digest;
    return { layers: layers.length, bytes: sumOf(layers as Descriptor[]), platform: typeof config === "string" ? platformOf(await quietly(read("blob", config))) : undefined };
  }

  async #read(kind: "manifest" | "blob", host: string, repository: string, digest: string): Promise<Record<string, unknown>> {
    const answer = await (kind === "blob" ? this.#http.blob(host, repository, digest) : this.#http.manifest("GET", host, repository, digest));
    const bytes = await readBytes(answer).catch((error: unknown) => {
      throw error instanceof RegistryError ? error : new RegistryError("unreachable", `${host} does not send all of ${repository}`, error);
    });
    const value = parsed(bytes);
    // The digest of one in the old form leaves its signatures out.
    if (value?.["schemaVersion"] === 1) return value;
    if (digest.startsWith("sha256:") && createHash("sha256").update(bytes).digest("hex") !== digest.slice("sha256:".length)) {
      throw new RegistryError("forged", `${host} sends something else than ${digest}`);
    }
    if (value === undefined) throw new RegistryError("malformed", `${host} sends no ${kind === "blob" ? "configuration" : "manifest"}`);
    return value;
  }
}

function entryFor(manifests: readonly (Descriptor | null)[], platform: string): string | undefined {
  const [os, architecture, variant] = platform.split("/");
  const found = manifests.find((entry) => {
    const its = entry?.platform;
    return its?.os === os && its?.architecture === architecture && (variant === undefined || its?.variant === variant);
  });
  return typeof found?.digest === "string" ? found.digest : undefined;
}

function sumOf(layers: readonly (Descriptor | null)[]): number {
  return layers.reduce((sum, layer) => sum + (typeof layer?.size === "number" && layer.size > 0 ? layer.size : 0), 0);
}

function platformOf(config: Record<string, unknown> | undefined): string | undefined {
  const os = config?.["os"];
  const architecture = config?.["architecture"];
  return typeof os === "string" && typeof architecture === "string" ? `${os}/${architecture}` : undefined;
}

/** Registries that send blobs from elsewhere show no configuration; that says nothing of the image. */
async function quietly<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RegistryError && error.reason !== "forged" && error.reason !== "malformed") return undefined;
    throw error;
  }
}

function parsed(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
