import { sortedUnique } from "./byte-order.ts";
import type { CanonicalFile, CanonicalSnapshot, CanonicalSpec } from "./canonical-spec.ts";
import { hashOf } from "./content-store.ts";
import type { ContentStore } from "./content-store.ts";
import type { Answers } from "./extension.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { type ImageSource, imageHolds } from "./image-content.ts";
import { looksLikeFile, unfitByContent, unfitByName } from "./file-types.ts";
import { MAX_BLOBS, MAX_SNAPSHOT_BYTES, MAX_SNAPSHOT_FILES } from "./limits.ts";
import { isInside } from "./posix-path.ts";
import { fullPath, isPlainPath, writtenPath } from "./project-path.ts";
import type { ProjectBounds } from "./project-path.ts";
import type { FolderEntry, FolderFile, GitState, ProjectFolder } from "./project-folder.ts";

/** A service's mount of a path inside the project, before it is known what that becomes. */
export interface ProjectMount {
  service: string;
  /** As it stands in a spec. */
  path: string;
  /** As the author wrote it. */
  text: string;
  target: string;
  readOnly: boolean;
  /** False: the file says that a missing source is an error. */
  create: boolean;
  at: Field;
  /** How the service's image is built, if it is. */
  image: ImageSource | undefined;
}

/** What became of a mounted path of the project. */
export interface MountVerdict {
  /** As in `x-daonetes`: `./conf`. */
  path: string;
  /** `image`: nothing is mounted, the image holds the folder there. */
  kind: "snapshot" | "volume" | "secret" | "image";
  /** Name of the volume in the spec; absent for a snapshot. */
  volume?: string;
  why: string;
  services: string[];
  /** Of a snapshot, or of files that are sealed. */
  files: number;
  /** Of a snapshot, or of files that are sealed. */
  bytes: number;
}

/** A file of the project that holds a secret: what becomes of it is a secret mounted where the file was. */
export interface SealedFile {
  /** As it stands in a spec. */
  path: string;
  /** Below the mounted path; absent where that is the file itself. */
  below?: string;
  bytes: Uint8Array;
}

export interface ProjectMountOptions {
  mounts: readonly ProjectMount[];
  bounds: ProjectBounds;
  folder: ProjectFolder;
  answers: Answers;
  /** The running revision. */
  previous: CanonicalSpec | undefined;
  /** Names and paths that are no secrets although they look like it. */
  plain: ReadonlySet<string>;
  /** Names of volumes that the file defines itself. */
  ownVolumes: ReadonlySet<string>;
  content: ContentStore;
}

export interface ProjectMountResult {
  /** By path; a path with an error has none. */
  verdicts: Map<string, MountVerdict>;
  snapshots: Record<string, CanonicalSnapshot>;
  /** Files to seal, by the mounted path. */
  sealed: Map<string, SealedFile[]>;
}

/** What git projects put into a folder for data, so that the folder is there. */
const README = /^readme(?:\.[a-z]+)?$/i;

type Kind = "snapshot" | "volume";
type Decision = { kind: Kind; why: string } | undefined;

/** Decides for every mounted path of the project whether it is a snapshot or a volume, and takes the snapshots. */
export async function decideProjectMounts(options: ProjectMountOptions): Promise<ProjectMountResult> {
  const byPath = new Map<string, ProjectMount[]>();
  for (const mount of options.mounts) byPath.set(mount.path, [...(byPath.get(mount.path) ?? []), mount]);
  const result: ProjectMountResult = {
    verdicts: new Map(),
    snapshots: Object.create(null) as Record<string, CanonicalSnapshot>,
    sealed: new Map(),
  };
  for (const [path, mounts] of byPath) {
    const verdict = await new PathJudge(path, mounts, options).judge(result);
    if (verdict) result.verdicts.set(path, verdict);
  }
  checkNesting(byPath, result.verdicts);
  checkAnswers(options, byPath);
  return result;
}

class PathJudge {
  readonly #path: string;
  readonly #mounts: readonly ProjectMount[];
  readonly #options: ProjectMountOptions;
  readonly #full: string;
  readonly #at: Field;
  readonly #shown: string;

  constructor(path: string, mounts: readonly ProjectMount[], options: ProjectMountOptions) {
    this.#path = path;
    this.#mounts = mounts;
    this.#options = options;
    this.#full = fullPath(options.bounds.directory, path);
    this.#at = mounts[0]!.at;
    this.#shown = writtenPath(path);
  }

  async judge({ snapshots, sealed }: ProjectMountResult): Promise<MountVerdict | undefined> {
    try {
      if (await this.#isInImages()) return this.#fromImages();
      if (isInside(this.#full, this.#options.bounds.directory)) {
        this.#refuseWhole();
        return undefined;
      }
      const entry = await this.#options.folder.entry(this.#full);
      const files = entry?.kind === "folder" ? await this.#options.folder.files(this.#full, MAX_SNAPSHOT_FILES) : [];
      const decision = await this.#decide(entry, files);
      if (!decision) return undefined;
      const services = sortedUnique(this.#mounts.map(({ service }) => service));
      const verdict: MountVerdict = { path: this.#shown, ...decision, services, files: 0, bytes: 0 };
      if (decision.kind === "volume") return { ...verdict, volume: volumeName(this.#path, this.#options.ownVolumes) };
      const taken = await this.#take(entry!, files);
      if (!taken) return undefined;
      if ("sealed" in taken) {
        sealed.set(this.#path, taken.sealed);
        const bytes = taken.sealed.reduce((sum, file) => sum + file.bytes.length, 0);
        return { ...verdict, kind: "secret", why: taken.why, files: taken.sealed.length, bytes };
      }
      snapshots[this.#path] = taken.snapshot;
      return { ...verdict, files: taken.files, bytes: taken.bytes };
    } catch (error) {
      this.#at.error("DAO2307", `${this.#at.name} mounts "${this.#shown}", which cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /** True if what is mounted is what the images hold there anyway, and nobody said that it is something else. */
  async #isInImages(): Promise<boolean> {
    const { answers, previous, ownVolumes, bounds, folder } = this.#options;
    if (answers.mounts.has(this.#path) || formerKind(this.#path, previous, ownVolumes) !== undefined) return false;
    for (const { image, target } of this.#mounts) if (!(await imageHolds(image, this.#full, target, bounds, folder))) return false;
    return true;
  }

  #fromImages(): MountVerdict {
    for (const { at, target } of this.#mounts) at.notice("DAO2391", `${at.name} was dropped: the image is built from "${this.#shown}" and holds it at ${target}`);
    return { path: this.#shown, kind: "image", why: "the image is built from it, and holds it there", services: sortedUnique(this.#mounts.map(({ service }) => service)), files: 0, bytes: 0 };
  }

  #refuseWhole(): void {
    for (const { at, text } of this.#mounts) {
      at.error(
        "DAO2307",
        this.#path === "" ? `${at.name} mounts the whole project folder` : `${at.name} mounts "${shorten(text)}", in which the project folder lies`,
        "take the mount out where the image holds the code; else mount what the service needs, as ./conf or ./data",
        "it holds what must not leave this computer, such as .env and .git",
      );
    }
  }

  /** First match wins: the answer in the file, the running revision, the rules. */
  async #decide(entry: FolderEntry | undefined, files: readonly FolderFile[]): Promise<Decision> {
    const answer = this.#options.answers.mounts.get(this.#path);
    if (answer) return this.#possible(answer.kind, "x-daonetes says so", entry);
    const rules = await this.#rules(entry, files);
    const former = formerKind(this.#path, this.#options.previous, this.#options.ownVolumes);
    if (former === undefined) {
      if (rules !== "ask") return rules;
      this.#ask();
      return undefined;
    }
    if (rules === undefined) return undefined;
    if (rules !== "ask" && rules.kind !== former) {
      this.#at.error(
        "DAO2322",
        `"${this.#shown}" is a ${former} in the running revision and would become a ${rules.kind}: ${rules.why}`,
        `say which one it is:  ${this.#answer(former)}   (it stays)   or   ${this.#answer(rules.kind)}`,
        former === "volume" ? "the service would lose sight of the data in the volume" : "the service would start with an empty folder",
      );
      return undefined;
    }
    return { kind: former, why: "as in the running revision" };
  }

  async #rules(entry: FolderEntry | undefined, files: readonly FolderFile[]): Promise<Decision | "ask"> {
    if (entry === undefined) return this.#missing();
    if (entry.kind === "other") {
      this.#refuse("is neither a file nor a folder", "mount a folder, or use a named volume:  volumes: [data:/path]");
      return undefined;
    }
    if (entry.kind === "file") {
      if (!this.#lasting(this.#path)) return undefined;
      return { kind: "snapshot", why: "a file" };
    }
    const kept = files.filter(({ path }) => path !== ".gitkeep" && path !== ".gitignore");
    if (kept.length > 0 && this.#mounts.every(({ readOnly }) => readOnly)) return { kind: "snapshot", why: "mounted read-only" };
    if (kept.every(({ path, ignored }) => !ignored && README.test(path))) return { kind: "volume", why: kept.length === 0 ? "an empty folder" : "a folder with nothing but a README" };
    const git: GitState = await this.#options.folder.git(this.#full);
    if (git === "ignored" || kept.every(({ path, ignored }) => ignored || README.test(path))) return { kind: "volume", why: "ignored by git" };
    if (git === "tracked") return { kind: "snapshot", why: "tracked by git" };
    return "ask";
  }

  #missing(): Decision {
    const strict = this.#mounts.find(({ create }) => !create);
    const file = this.#mounts.find(({ text, target }) => looksLikeFile(text, target));
    if (!strict && !file) return { kind: "volume", why: "no such folder yet" };
    (strict ?? file)!.at.error(
      "DAO2307",
      `${this.#at.name} mounts "${this.#shown}", which does not exist`,
      strict ? "create it" : `create it; if it is a folder for data:  ${this.#answer("volume")}`,
    );
    return undefined;
  }

  #ask(): void {
    this.#at.error(
      "DAO2321",
      `is "${this.#shown}" configuration or data?`,
      `put the answer into the file:  ${this.#answer("snapshot")}   (its files are published, read-only)   or   ${this.#answer("volume")}   (a volume on the device, empty at first)`,
      "it has content, services may write to it, and git does not track it",
    );
  }

  /** An answer that this path can have. */
  #possible(kind: Kind, why: string, entry: FolderEntry | undefined): Decision {
    const { at } = this.#options.answers.mounts.get(this.#path)!;
    if (kind === "volume" && entry?.kind === "file")
      at.error("DAO2307", `"${this.#shown}" is a file and cannot be a volume`, "mount the folder that it lies in");
    else if (kind === "snapshot" && (entry === undefined || entry.kind === "other"))
      at.error("DAO2307", `"${this.#shown}" ${entry ? "is neither a file nor a folder" : "does not exist"} and cannot be a snapshot`, "create it, or say volume");
    else return { kind, why };
    return undefined;
  }

  async #take(entry: FolderEntry, files: readonly FolderFile[]): Promise<Taken | undefined> {
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
    if (!good && files.length > 0) this.#refuse("holds only files that git ignores", `mount each file by itself, as ${this.#shown}/${files[0]!.path}; or, if it is for data:  ${this.#answer("volume")}`);
    else if (!good) this.#refuse("holds nothing that could be published", "put the files there, or say volume in x-daonetes");
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
    if (left > 0) this.#at.notice("DAO2395", `${left} ${left === 1 ? "file" : "files"} in "${this.#shown}" that git ignores ${left === 1 ? "is" : "are"} left out`);
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
  #lasting(path: string): boolean {
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
          : `take it out, or, if the folder is for data:  ${this.#answer("volume")}`,
    });
  }

  #tooMuch(what: string, folder = true): void {
    this.#at.error(
      "DAO2323",
      `"${this.#shown}" ${what}`,
      folder ? `put large files into the image; if it is for data:  ${this.#answer("volume")}` : "put large files into the image",
      "files of the project are stored on the chain",
    );
  }

  #refuse(what: string, help: string): void {
    this.#at.error("DAO2307", `"${this.#shown}" ${what}`, help);
  }

  #answer(kind: Kind): string {
    return `x-daonetes: {mounts: {${this.#shown}: ${kind}}}`;
  }
}

/** What the files of a path become. */
type Taken = { snapshot: CanonicalSnapshot; files: number; bytes: number } | { sealed: SealedFile[]; why: string };

function fileOf(content: ContentStore, bytes: Uint8Array, executable: boolean): CanonicalFile {
  return { ...content.add(bytes), ...(executable ? { executable: true } : {}) };
}

/**
 * Name of the volume for a path of the project (`dir`) or of the device (`host`): the same for ever, and another for every
 * path. Names that the file gives its own volumes are avoided.
 */
export function volumeName(path: string, own: ReadonlySet<string>, prefix: "dir" | "host" = "dir"): string {
  const plain = `${prefix}.${path.replaceAll("/", ".")}`;
  const exact = /^[a-zA-Z0-9_-]+(?:\/[a-zA-Z0-9_-]+)*$/.test(path) && plain.length <= 63 && !own.has(plain);
  if (exact) return plain;
  const hash = hashOf(new TextEncoder().encode(path)).slice("sha256:".length, "sha256:".length + 8);
  return `${plain.replaceAll(/[^a-zA-Z0-9_.-]/g, "-").slice(0, 54)}-${hash}`;
}

function formerKind(path: string, previous: CanonicalSpec | undefined, own: ReadonlySet<string>): Kind | undefined {
  if (Object.hasOwn(previous?.snapshots ?? {}, path)) return "snapshot";
  return Object.hasOwn(previous?.volumes ?? {}, volumeName(path, own)) ? "volume" : undefined;
}

/** A folder and a path in it would be two places on a device; only snapshots look the same in both. */
function checkNesting(byPath: ReadonlyMap<string, readonly ProjectMount[]>, verdicts: ReadonlyMap<string, MountVerdict>): void {
  for (const [inner, [mount]] of byPath) {
    for (const outer of byPath.keys()) {
      if (outer === inner || !isInside(outer, inner)) continue;
      if (verdicts.get(outer)?.kind === "image" || verdicts.get(inner)?.kind === "image") continue;
      if (verdicts.get(outer)?.kind !== "volume" && verdicts.get(inner)?.kind !== "volume") continue;
      mount!.at.error(
        "DAO2325",
        `${mount!.at.name} mounts "${writtenPath(inner)}", which lies in "${writtenPath(outer)}", mounted as well`,
        "mount folders that do not lie in each other",
        "on a device they would be two places: what one service writes, the other would not see",
      );
    }
  }
}

function checkAnswers({ answers }: ProjectMountOptions, byPath: ReadonlyMap<string, unknown>): void {
  for (const [path, { at }] of answers.mounts) {
    if (!byPath.has(path)) at.notice("DAO2393", `x-daonetes: no service that runs mounts ${writtenPath(path)}`);
  }
}
