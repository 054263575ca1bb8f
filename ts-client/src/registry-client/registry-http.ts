import type { RegistryLogin } from "./docker-config.ts";
import type { HttpAnswer } from "../transport/http-fetch.ts";
import { RegistryError } from "./registry-error.ts";

/** What is needed of `fetch`; the platform's is one. */
export type RegistryFetch = (url: string, request: { method: "GET" | "HEAD"; headers: Record<string, string>; signal: AbortSignal }) => Promise<HttpAnswer>;

export interface RegistryOptions {
  logins?: ReadonlyMap<string, RegistryLogin>;
  /** For one request, in milliseconds. */
  deadline?: number;
  fetch?: RegistryFetch;
}

const ACCEPT = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Speaks to registries about manifests, with a token where the registry wants one. */
export class RegistryHttp {
  readonly #logins: ReadonlyMap<string, RegistryLogin>;
  readonly #deadline: number;
  readonly #fetch: RegistryFetch;

  constructor(options: RegistryOptions = {}) {
    this.#logins = options.logins ?? new Map();
    this.#deadline = options.deadline ?? 15_000;
    this.#fetch = options.fetch ?? ((url, request) => globalThis.fetch(url, request));
  }

  /**
   * The answer of status 200 to a question for a manifest.
   * @param reference tag or digest
   * @throws RegistryError
   */
  manifest(method: "HEAD" | "GET", host: string, repository: string, reference: string): Promise<HttpAnswer> {
    return this.#ask(method, host, repository, `manifests/${reference}`, { Accept: ACCEPT });
  }

  /**
   * The answer of status 200 to a question for a blob.
   * @throws RegistryError
   */
  blob(host: string, repository: string, digest: string): Promise<HttpAnswer> {
    return this.#ask("GET", host, repository, `blobs/${digest}`, {});
  }

  async #ask(method: "HEAD" | "GET", host: string, repository: string, what: string, headers: Record<string, string>): Promise<HttpAnswer> {
    const url = `${baseUrl(host)}/v2/${repository}/${what}`;
    let response = await this.#request(url, headers, method);
    if (response.status === 401) {
      discard(response);
      const authorization = await this.#authorize(host, response.headers.get("www-authenticate") ?? "", repository);
      if (authorization !== undefined)
        response = await this.#request(url, { ...headers, Authorization: authorization }, method);
    }
    if (response.status !== 200) discard(response);
    if (response.status === 404) throw new RegistryError("not-found", `${host} has no ${repository}:${what.slice(what.indexOf("/") + 1)}`);
    if (response.status === 401 || response.status === 403)
      throw new RegistryError("denied", `${host} gives no access to ${repository}`);
    if (response.status !== 200) throw new RegistryError("unreachable", `${host} answers ${response.status}`);
    return response;
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
    const answer = (await readJson(response).catch(() => undefined)) as { token?: unknown; access_token?: unknown } | undefined;
    const token = answer?.token ?? answer?.access_token;
    return typeof token === "string" ? `Bearer ${token}` : undefined;
  }

  async #request(url: string, headers: Record<string, string>, method: "GET" | "HEAD"): Promise<HttpAnswer> {
    try {
      return await this.#fetch(url, { method, headers, signal: AbortSignal.timeout(this.#deadline) });
    } catch (error) {
      throw new RegistryError("unreachable", `${new URL(url).host} does not answer`, error);
    }
  }
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

/** Lets go of a body that nobody reads, and of its connection. */
function discard({ body }: HttpAnswer): void {
  if (body instanceof ReadableStream) body.cancel().catch(() => undefined);
  else (body as { destroy?: () => void } | null)?.destroy?.();
}

/** A manifest is a list of layers, or an index of manifests; more than this is neither. */
const MAX_BYTES = 4 * 1024 * 1024;

/** All bytes of an answer. @throws RegistryError "malformed" where they are more than 4 MiB */
export async function readBytes({ body }: HttpAnswer): Promise<Uint8Array> {
  let bytes = 0;
  const chunks: Uint8Array[] = [];
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new RegistryError("malformed", "the registry sends more than the 4 MiB that a manifest may have");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The JSON of an answer. @throws where it is none, or larger than 4 MiB */
async function readJson(answer: HttpAnswer): Promise<unknown> {
  return JSON.parse(Buffer.from(await readBytes(answer)).toString("utf8"));
}
