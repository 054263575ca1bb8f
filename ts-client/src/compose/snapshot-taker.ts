import type { CanonicalFile, CanonicalSnapshot } from "./canonical-spec.ts";
import type { ContentStore } from "./content-store.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { unfitByContent, unfitByName } from "./file-types.ts";
import { MAX_BLOBS, MAX_SNAPSHOT_BYTES, MAX_SNAPSHOT_FILES } from "./limits.ts";
import { answerText } from "./project-mount.ts";
import type { ProjectMountOptions, SealedFile } from "./project-mount.ts";
import { fullPath, isPlainPath, writtenPath } from "./project-path.ts";
import type { FolderEntry, FolderFile } from "./project-folder.ts";

/** What the files of a path become. */
export type Taken = { snapshot: CanonicalSnapshot; files: number; bytes: number } | { sealed: SealedFile[]; why: string };

/** Takes the files of one mounted path: what is published, what is sealed, what is refused. */
export class SnapshotTaker {
  readonly #path: string;
  readonly #full: string;
  readonly #at: Field;
  readonly #options: ProjectMountOptions;

  /** @param at where what is refused is reported */
  constructor(path: string, at: Field, options: ProjectMountOptions) {
    this.#path = path;
    this.#full = fullPath(options.bounds.directory, path);
    this.#at = at;
    this.#options = options;
  }

  /** Undefined after an error. */
  async take(entry: FolderEntry, files: readonly FolderFile[]): Promise<Taken | undefined> {
    if (entry.kind === "file") {
      const sealed = await this.#sealed(this.#full, this.#path);
      if (sealed) return { sealed: [sealed.file], why: sealed.why };
      const bytes = await this.#read(this.#full, this.#path);
      return bytes && { snapshot: fileOf(this.#options.content, bytes, entry.executable), files: 1, bytes: bytes.length };
    }
    const kept = files.filter(({ ignored }) => !ignored);
    if (kept.length > MAX_SNAPSHOT_FILES) {
      this.#tooMuch(`has more than ${MAX_SNAPSHOT_FILES} files`);
      return undefined;
    }
    const secrets = await this.#sealedFolder(kept);
    if (secrets) return secrets;
    const taken = Object.create(null) as Record<string, CanonicalFile>;
    let size = 0;
    let good = kept.length > 0;
    if (!good && files.length > 0) this.#at.error("DAO2307", `"${writtenPath(this.#path)}" holds only files that git ignores`, `mount each file by itself, as ${writtenPath(this.#path)}/${files[0]!.path}; or, if it is for data:  ${answerText(this.#path, "volume")}`);
    else if (!good) this.#at.error("DAO2307", `"${writtenPath(this.#path)}" holds nothing that could be published`, "put the files there, or say volume in x-daonetes");
    for (const file of kept) {
      const path = `${this.#path}/${file.path}`;
      if (file.kind === "other" || !/^[\x20-\x7e]{1,200}$/.test(file.path)) {
        this.#at.diagnostics.error("DAO2324", `"${shorten(writtenPath(path))}" cannot be published`, {
          at: this.#at.span,
          path: this.#at.path,
          help: file.kind === "other" ? "it is neither a file nor a folder: remove it" : "rename it: up to 200 printable ASCII characters",
        });
        good = false;
        continue;
      }
      if (!this.#fit(path)) {
        good = false;
        continue;
      }
      const bytes = await this.#read(`${this.#full}/${file.path}`, path);
      if (!bytes) return undefined;
      taken[file.path] = fileOf(this.#options.content, bytes, file.executable);
      size += bytes.length;
    }
    const left = files.length - kept.length;
    if (left > 0) this.#at.notice("DAO2395", `${left} ${left === 1 ? "file" : "files"} in "${writtenPath(this.#path)}" that git ignores ${left === 1 ? "is" : "are"} left out`);
    return good ? { snapshot: { files: taken }, files: kept.length, bytes: size } : undefined;
  }

  async #read(full: string, path: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#options.folder.read(full, MAX_SNAPSHOT_BYTES);
    const unfit = this.#isPlain(path) ? undefined : unfitByContent(bytes);
    if (unfit) {
      this.#unfit(path, unfit.text, true);
      return undefined;
    }
    if (bytes.length <= MAX_SNAPSHOT_BYTES) {
      this.#options.content.add(bytes);
      if (this.#options.content.fits) return bytes;
    }
    this.#tooMuch(`is more than what a spec carries: at "${shorten(writtenPath(path))}" its files pass ${MAX_SNAPSHOT_BYTES / 1024} KiB or ${MAX_BLOBS} pieces`, path !== this.#path);
    return undefined;
  }

  /** The file, if it holds a secret. */
  async #sealed(full: string, path: string, below?: string): Promise<{ file: SealedFile; why: string } | undefined> {
    if (this.#isPlain(path)) return undefined;
    const bytes = await this.#options.folder.read(full, MAX_SNAPSHOT_BYTES);
    const unfit = unfitByName(path) ?? unfitByContent(bytes);
    return unfit?.why === "secret" ? { file: { path, ...(below === undefined ? {} : { below }), bytes }, why: unfit.text } : undefined;
  }

  /** A folder that holds nothing but secrets. */
  async #sealedFolder(files: readonly FolderFile[]): Promise<Taken | undefined> {
    const sealed: SealedFile[] = [];
    for (const file of files) {
      if (file.kind === "other") return undefined;
      const one = await this.#sealed(`${this.#full}/${file.path}`, `${this.#path}/${file.path}`, file.path);
      if (one === undefined) return undefined;
      sealed.push(one.file);
    }
    return sealed.length === 0 ? undefined : { sealed, why: "keys and other secrets" };
  }

  /** False for a file that programs write to. */
  lasting(path: string): boolean {
    const unfit = unfitByName(path);
    if (unfit?.why !== "changes") return true;
    this.#unfit(path, unfit.text, false);
    return false;
  }

  #fit(path: string): boolean {
    const unfit = unfitByName(path);
    if (!unfit || (unfit.why === "secret" && this.#isPlain(path))) return true;
    this.#unfit(path, unfit.text, unfit.why === "secret");
    return false;
  }

  #isPlain(path: string): boolean {
    return isPlainPath(this.#options.plain, path);
  }

  #unfit(path: string, text: string, secret: boolean): void {
    this.#at.diagnostics.error("DAO2324", `"${shorten(writtenPath(path))}" is not published: ${text}`, {
      at: this.#at.span,
      path: this.#at.path,
      help: secret
        ? `mount it by itself, then it is sealed:  ${writtenPath(path)}:/path/in/container:ro   or, if everybody may read it:  x-daonetes: {plain: [${writtenPath(path)}]}`
        : path === this.#path
          ? "mount the folder that it lies in: a folder for data becomes a volume"
          : `take it out, or, if the folder is for data:  ${answerText(this.#path, "volume")}`,
    });
  }

  #tooMuch(what: string, folder = true): void {
    this.#at.error(
      "DAO2323",
      `"${writtenPath(this.#path)}" ${what}`,
      folder ? `put large files into the image; if it is for data:  ${answerText(this.#path, "volume")}` : "put large files into the image",
      "files of the project are stored on the chain",
    );
  }
}

function fileOf(content: ContentStore, bytes: Uint8Array, executable: boolean): CanonicalFile {
  return { ...content.add(bytes), ...(executable ? { executable: true } : {}) };
}
