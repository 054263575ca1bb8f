import { chmod, chown, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CanonicalSpec, hashOf } from "@daonetes/client/compose";
import type { ChainPort } from "../chain/chain-port.ts";
import { type Content, contentsOf } from "./content-paths.ts";

/** The files and configs of specs on this device's disk. */
export interface ContentPort {
  /** Full path of the folder; a content lies below it under its name. */
  readonly root: string;
  /**
   * Everything that a spec mounts is there afterwards, proven by hash.
   * @throws when a blob cannot be had now, or the disk refuses
   */
  ensure(groupId: bigint, spec: CanonicalSpec, signal: AbortSignal): Promise<void>;
  /** Removes every content but these. */
  keepOnly(names: ReadonlySet<string>): Promise<void>;
}

/**
 * Contents lie below `<state>/files`, each written whole under another name and renamed: what has its name is complete.
 * Nothing changes one afterwards; containers mount it read-only.
 */
export class ContentFolder implements ContentPort {
  readonly root: string;
  readonly #chain: Pick<ChainPort, "readBlob">;
  /** Contents that were found whole since this process began. */
  readonly #proven = new Set<string>();

  constructor(stateFolder: string, chain: Pick<ChainPort, "readBlob">) {
    this.root = join(stateFolder, "files");
    this.#chain = chain;
  }

  async ensure(groupId: bigint, spec: CanonicalSpec, signal: AbortSignal): Promise<void> {
    for (const content of contentsOf(spec)) {
      if (this.#proven.has(content.name) && (await exists(join(this.root, content.name)))) continue;
      if (!(await this.#isWhole(content))) await this.#write(groupId, content, signal);
      this.#proven.add(content.name);
    }
  }

  async keepOnly(names: ReadonlySet<string>): Promise<void> {
    const there = await readdir(this.root).catch(() => [] as string[]);
    for (const name of there) {
      if (names.has(name)) continue;
      this.#proven.delete(name);
      await rm(join(this.root, name), { recursive: true, force: true });
    }
  }

  async #isWhole({ name, files, points }: Content): Promise<boolean> {
    for (const { path, kind } of points) {
      const there = await lstat(join(this.root, name, path)).catch(() => undefined);
      if (there === undefined || there.isDirectory() !== (kind === "folder")) return false;
    }
    for (const { path, blobs } of files) {
      const bytes = await readFile(join(this.root, name, path)).catch(() => undefined);
      if (bytes === undefined || !isMadeOf(bytes, blobs)) return false;
    }
    return true;
  }

  async #write(groupId: bigint, { name, files, points }: Content, signal: AbortSignal): Promise<void> {
    const target = join(this.root, name);
    const draft = `${target}.new`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(this.root, { recursive: true, mode: 0o711 });
    // The folders above may be open to the agent alone: the Engine mounts as root, programs see only what is mounted.
    for (const { path, blobs, mode, uid, gid } of files) {
      const parts: Uint8Array[] = [];
      for (const hash of blobs) {
        const bytes = await this.#chain.readBlob(groupId, hash, signal);
        if (hashOf(bytes) !== hash) throw new Error(`the node sent other bytes than those of ${hash}`);
        parts.push(bytes);
      }
      const file = join(draft, path);
      if (path !== "") await openFolders(draft, dirname(path));
      await writeFile(file, Buffer.concat(parts), { flush: true });
      await chmod(file, mode);
      if (uid !== 0 || gid !== 0) await chown(file, uid, gid);
    }
    for (const { path, kind } of points) {
      await openFolders(draft, kind === "folder" ? path : dirname(path));
      if (kind === "file") await writeFile(join(draft, path), "");
    }
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
  }
}

/** Makes folders that everybody may look into, whatever the umask is. */
async function openFolders(root: string, path: string): Promise<void> {
  let folder = root;
  for (const part of ["", ...path.split("/")]) {
    if (part === ".") continue;
    folder = join(folder, part);
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
  }
}

function isMadeOf(bytes: Uint8Array, blobs: readonly string[]): boolean {
  // All blobs but the last are of the largest size; the cuts follow from the hashes only by trying them.
  let at = 0;
  for (const [index, hash] of blobs.entries()) {
    const end = index === blobs.length - 1 ? bytes.length : at + BLOB_BYTES;
    if (hashOf(bytes.subarray(at, end)) !== hash) return false;
    at = end;
  }
  return at === bytes.length;
}

/** Size at which authors cut a file; one that is cut elsewhere is fetched again at each start of the agent. */
const BLOB_BYTES = 48 * 1024;

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
