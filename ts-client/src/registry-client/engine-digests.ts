/** What the Engine says about an image. Each answer is undefined if it does not know; out of reach throws. */
export interface EngineDigests {
  /** What the registry has, asked through the Engine; with the login of this registry, if there is one. */
  distributionDigest(reference: string, authorization?: string): Promise<string | undefined>;
  /** What the Engine pulled or pushed before under this name. */
  localRepoDigest(reference: string): Promise<string | undefined>;
}

export class EngineUnreachableError extends Error {}

const DEFAULT_SOCKET = "/var/run/docker.sock";
const LOCAL_DEADLINE = 5_000;
const REGISTRY_DEADLINE = 30_000;
const MAX_ANSWER = 1024 * 1024;

export function engineDigests(socketPath: string = DEFAULT_SOCKET): EngineDigests {
  return {
    async distributionDigest(reference, authorization) {
      const headers = authorization === undefined ? {} : { "X-Registry-Auth": authorization };
      const answer = await get(socketPath, `/distribution/${encodeName(reference)}/json`, REGISTRY_DEADLINE, headers);
      const descriptor = (answer as { Descriptor?: { digest?: unknown } } | undefined)?.Descriptor;
      return typeof descriptor?.digest === "string" ? descriptor.digest : undefined;
    },
    async localRepoDigest(reference) {
      const answer = await get(socketPath, `/images/${encodeName(reference)}/json`, LOCAL_DEADLINE, {});
      const digests = (answer as { RepoDigests?: unknown } | undefined)?.RepoDigests;
      const name = reference.replace(/:[^:/]+$/, "");
      const familiar = name.replace(/^docker\.io\/(?:library\/)?/, "");
      for (const digest of Array.isArray(digests) ? digests : []) {
        const [repository, hash] = String(digest).split("@");
        if (hash !== undefined && (repository === name || repository === familiar)) return hash;
      }
      return undefined;
    },
  };
}

function encodeName(reference: string): string {
  return reference.split("/").map(encodeURIComponent).join("/");
}

/** The JSON answer; undefined for every status but 200. */
function get(socketPath: string, path: string, deadline: number, headers: Record<string, string>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(
        new EngineUnreachableError(`the Engine does not answer at ${socketPath}: ${error.message}`, { cause: error }),
      );
    // Loaded when something is asked: node:http alone costs a quarter of the start of the CLI.
    const { request } = process.getBuiltinModule("node:http");
    const call = request({ socketPath, path, headers, signal: AbortSignal.timeout(deadline) }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_ANSWER) response.destroy(new Error("the answer is too large"));
        else chunks.push(chunk);
      });
      response.on("error", fail);
      response.on("end", () => {
        if (response.statusCode !== 200) { resolve(undefined); return; }
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString("utf8")));
        } catch (error) {
          fail(error as Error);
        }
      });
    });
    call.on("error", fail);
    call.end();
  });
}
