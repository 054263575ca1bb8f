import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import envPaths from "env-paths";
import writeFileAtomic from "write-file-atomic";
import { DaonetesError } from "../index.ts";
import { type TrustedJson, TrustedStore } from "../light/store.ts";

/** A network as this person uses it. */
export interface Context {
  gateway: string;
  chainId: string;
  /** sha256 of the genesis file, lower-case hex. Another one at the other end: refuse to sign. */
  genesisHash: string;
  /** Name of the key that signs. */
  key: string;
  /** Default group, by name. */
  group: string;
}

interface ContextFile {
  current: string;
  contexts: Record<string, Context>;
}

/** Contexts and keys of one person, in the usual place of the system or under DAONETES_CONFIG. */
export class ConfigFolder {
  readonly path: string;

  constructor(environment: NodeJS.ProcessEnv) {
    this.path = environment["DAONETES_CONFIG"] ?? envPaths("daonetes", { suffix: "" }).config;
  }

  get keyFolder(): string {
    return join(this.path, "keys");
  }

  async contexts(): Promise<ContextFile> {
    try {
      return JSON.parse(await readFile(join(this.path, "contexts.json"), "utf8")) as ContextFile;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return { current: "", contexts: {} };
      throw new DaonetesError({
        code: "DAO1002",
        kind: "usage",
        message: `${join(this.path, "contexts.json")} cannot be read`,
        help: "mend or remove it, then: daonetes context create",
        cause: error,
      });
    }
  }

  async writeContexts(file: ContextFile): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await writeFileAtomic(join(this.path, "contexts.json"), `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  }

  /** The newest verified header of a network, if one was kept. A file that cannot be read counts as none. */
  async trusted(genesisHash: string): Promise<TrustedStore | undefined> {
    try {
      return TrustedStore.fromJSON(JSON.parse(await readFile(this.#trustedPath(genesisHash), "utf8")) as TrustedJson);
    } catch {
      return undefined;
    }
  }

  async writeTrusted(genesisHash: string, store: TrustedStore): Promise<void> {
    await mkdir(join(this.path, "trusted"), { recursive: true, mode: 0o700 });
    await writeFileAtomic(this.#trustedPath(genesisHash), `${JSON.stringify(store)}\n`, { mode: 0o600 });
  }

  #trustedPath(genesisHash: string): string {
    return join(this.path, "trusted", `${genesisHash.replace(/[^0-9a-f]/g, "").slice(0, 32)}.json`);
  }

  /** @param name absent: the current one. @throws DaonetesError DAO1003 when there is none */
  async context(name: string | undefined): Promise<Context & { name: string }> {
    const { current, contexts } = await this.contexts();
    const wanted = name ?? current;
    const context = contexts[wanted];
    if (context !== undefined) return { ...context, name: wanted };
    throw new DaonetesError({
      code: "DAO1003",
      kind: "usage",
      message: wanted === "" ? "no context is set: which network do you mean?" : `there is no context "${wanted}"`,
      help: "daonetes context create NAME --gateway http://HOST:8080 --key KEY     (make up makes one named local)",
    });
  }
}
