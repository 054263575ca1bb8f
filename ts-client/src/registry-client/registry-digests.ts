import { RegistryError } from "./registry-error.ts";
import { RegistryHttp, type RegistryOptions } from "./registry-http.ts";

/** Asks registries for the digest of a tag: one HEAD of the manifest. */
export class RegistryDigests {
  readonly #http: RegistryHttp;

  constructor(options: RegistryOptions = {}) {
    this.#http = new RegistryHttp(options);
  }

  /** `docker.io/library/nginx:1.27`: the digest of the index or manifest. Throws RegistryError. */
  async digest(reference: string): Promise<string> {
    const { host, repository, tag } = split(reference);
    const response = await this.#http.manifest("HEAD", host, repository, tag);
    const digest = response.headers.get("docker-content-digest");
    if (digest === null) throw new RegistryError("unreachable", `${host} answers ${response.status} without a digest`);
    return digest;
  }
}

function split(reference: string): { host: string; repository: string; tag: string } {
  const slash = reference.indexOf("/");
  const host = reference.slice(0, slash);
  const rest = reference.slice(slash + 1);
  const colon = rest.lastIndexOf(":");
  return colon === -1
    ? { host, repository: rest, tag: "latest" }
    : { host, repository: rest.slice(0, colon), tag: rest.slice(colon + 1) };
}
