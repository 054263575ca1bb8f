import type { RegistryLogin } from "./docker-config.ts";

/** Why a registry gave no digest. */
export class RegistryError extends Error {
  readonly reason: "not-found" | "denied" | "unreachable";
  constructor(reason: "not-found" | "denied" | "unreachable", message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

export interface RegistryOptions {
  logins?: ReadonlyMap<string, RegistryLogin>;
  /** For one request, in milliseconds. */
  deadline?: number;
  fetch?: typeof globalThis.fetch;
}

const ACCEPT = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Asks registries for the digest of a tag: one HEAD of the manifest, with a token where the registry wants one. */
export class RegistryDigests {
  readonly #logins: ReadonlyMap<string, RegistryLogin>;
  readonly #deadline: number;
  readonly #fetch: typeof globalThis.fetch;

  constructor(options: RegistryOptions = {}) {
    this.#logins = options.logins ?? new Map();
    this.#deadline = options.deadline ?? 15_000;
    this.#fetch = options.fetch ?? globalThis.fetch;
  }

  /** `docker.io/library/nginx:1.27`: the digest of the index or manifest. Throws RegistryError. */
  async digest(reference: string): Promise<string> {
    const { host, repository, tag } = split(reference);
    const url = `${baseUrl(host)}/v2/${repository}/manifests/${tag}`;
    let response = await this.#request(url, { Accept: ACCEPT });
    if (response.status === 401) {
      const authorization = await this.#authorize(host, response.headers.get("www-authenticate") ?? "", repository);
      if (authorization !== undefined)
        response = await this.#request(url, { Accept: ACCEPT, Authorization: authorization });
    }
    if (response.status === 404) throw new RegistryError("not-found", `${host} has no ${repository}:${tag}`);
    if (response.status === 401 || response.status === 403)
      throw new RegistryError("denied", `${host} gives no access to ${repository}`);
    const digest = response.headers.get("docker-content-digest");
    if (response.status !== 200 || digest === null)
      throw new RegistryError("unreachable", `${host} answers ${response.status} without a digest`);
    return digest;
  }

  async #authorize(host: string, challenge: string, repository: string): Promise<string | undefined> {
    const login = this.#logins.get(host);
    const basic = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
    if (/^basic\b/i.test(challenge)) return basic;
    if (!/^bearer\b/i.test(challenge)) return undefined;
    const realm = parameter(challenge, "realm");
    if (realm === undefined || !URL.canParse(realm)) return undefined;
    const url = new URL(realm);
    // A login goes out encrypted only, or to this very computer.
    if (url.protocol !== "https:" && !isLoopback(url.hostname)) return undefined;
    const service = parameter(challenge, "service");
    if (service !== undefined) url.searchParams.set("service", service);
    url.searchParams.set("scope", `repository:${repository}:pull`);
    const response = await this.#request(url.href, basic === undefined ? {} : { Authorization: basic }, "GET");
    if (response.status !== 200) return undefined;
    const answer = (await response.json().catch(() => undefined)) as
      { token?: unknown; access_token?: unknown } | undefined;
    const token = answer?.token ?? answer?.access_token;
    return typeof token === "string" ? `Bearer ${token}` : undefined;
  }

  async #request(url: string, headers: Record<string, string>, method = "HEAD"): Promise<Response> {
    try {
      return await this.#fetch(url, { method, headers, signal: AbortSignal.timeout(this.#deadline) });
    } catch (error) {
      throw new RegistryError("unreachable", `${new URL(url).host} does not answer`, error);
    }
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

function baseUrl(host: string): string {
  if (host === "docker.io") return "https://registry-1.docker.io";
  const name = host.startsWith("[") ? host.slice(0, host.indexOf("]") + 1) : host.replace(/:\d+$/, "");
  return `${isLoopback(name) ? "http" : "https"}://${host}`;
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(name);
}

function parameter(challenge: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`, "i").exec(challenge)?.[1];
}
