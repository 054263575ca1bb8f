import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { SecretContent, SecretGrant, SecretKey } from "@daonetes/client/device";
import writeFileAtomic from "write-file-atomic";
import type { SecretFile } from "./secret-files.ts";

/** Names an entry: a version of a secret, or a generation of a key. */
export interface Place {
  groupId: bigint;
  name: string;
  number: bigint;
}

interface StoredFile {
  name: string;
  version: string;
  mode: number;
  uid: number;
  gid: number;
}

/**
 * What was proven before, sealed, on disk below `<state>/secrets`: after a boot without the network, secrets are opened
 * from here. It holds ciphertexts and grants only, and which files were made of them.
 */
export class SecretCache {
  readonly #folder: string;

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, "secrets");
  }

  async readContent(place: Place): Promise<SecretContent | undefined> {
    const bytes = await this.#read(`${nameOf("content", place)}.bin`);
    return bytes === undefined ? undefined : decoded(() => SecretContent.decode(bytes));
  }

  writeContent(place: Place, content: SecretContent): Promise<void> {
    return this.#write(`${nameOf("content", place)}.bin`, SecretContent.encode(content).finish());
  }

  async readKey(place: Place): Promise<{ key: SecretKey; grant: SecretGrant } | undefined> {
    const [key, grant] = await Promise.all([this.#read(`${nameOf("key", place)}.bin`), this.#read(`${nameOf("grant", place)}.bin`)]);
    if (key === undefined || grant === undefined) return undefined;
    return decoded(() => ({ key: SecretKey.decode(key), grant: SecretGrant.decode(grant) }));
  }

  async writeKey(place: Place, { key, grant }: { key: SecretKey; grant: SecretGrant }): Promise<void> {
    await this.#write(`${nameOf("key", place)}.bin`, SecretKey.encode(key).finish());
    await this.#write(`${nameOf("grant", place)}.bin`, SecretGrant.encode(grant).finish());
  }

  /** The files that were made, by name. */
  async readFiles(): Promise<Map<string, SecretFile>> {
    const bytes = await this.#read("files.json");
    if (bytes === undefined) return new Map();
    const stored = decoded(() => JSON.parse(Buffer.from(bytes).toString("utf8")) as Record<string, StoredFile>) ?? {};
    return new Map(Object.entries(stored).map(([file, { version, ...rest }]) => [file, { ...rest, file, version: BigInt(version) }]));
  }

  writeFiles(files: Iterable<SecretFile>): Promise<void> {
    const stored: Record<string, StoredFile> = {};
    for (const { file, name, version, mode, uid, gid } of files) stored[file] = { name, version: String(version), mode, uid, gid };
    return this.#write("files.json", Buffer.from(JSON.stringify(stored)));
  }

  /** Forgets every content and key but these. */
  async keepOnly(contents: readonly Place[], keys: readonly Place[]): Promise<void> {
    const kept = new Set(["files.json", ...contents.map((place) => `${nameOf("content", place)}.bin`), ...keys.flatMap((place) => [`${nameOf("key", place)}.bin`, `${nameOf("grant", place)}.bin`])]);
    const there = await readdir(this.#folder).catch(() => [] as string[]);
    for (const name of there) if (!kept.has(name)) await rm(join(this.#folder, name), { force: true });
  }

  #read(name: string): Promise<Uint8Array | undefined> {
    return readFile(join(this.#folder, name)).catch(() => undefined);
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFileAtomic(join(this.#folder, name), Buffer.from(bytes), { mode: 0o600 });
  }
}

/** A file that somebody damaged is none: what it held can be had again. */
function decoded<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function nameOf(kind: string, { groupId, name, number }: Place): string {
  return `${kind}-${createHash("sha256").update(`${groupId}\n${name}\n${number}`).digest("hex").slice(0, 40)}`;
}
