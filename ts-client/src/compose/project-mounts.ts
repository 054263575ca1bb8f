import { sortedUnique } from "./byte-order.ts";
import type { CanonicalSnapshot, CanonicalSpec } from "./canonical-spec.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { looksLikeFile } from "./file-types.ts";
import { imageHolds } from "./image-content.ts";
import { MAX_SNAPSHOT_FILES } from "./limits.ts";
import { isInside } from "./posix-path.ts";
import type { FolderEntry, FolderFile, GitState } from "./project-folder.ts";
import { answerText } from "./project-mount.ts";
import type { MountKind, MountVerdict, ProjectMount, ProjectMountOptions, ProjectMountResult } from "./project-mount.ts";
import { fullPath, writtenPath } from "./project-path.ts";
import { SnapshotTaker } from "./snapshot-taker.ts";
import { volumeName } from "./volume-name.ts";

/** What git projects put into a folder for data, so that the folder is there. */
const README = /^readme(?:\.[a-z]+)?$/i;

type Decision = { kind: MountKind; why: string } | undefined;

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
  readonly #taker: SnapshotTaker;

  constructor(path: string, mounts: readonly ProjectMount[], options: ProjectMountOptions) {
    this.#path = path;
    this.#mounts = mounts;
    this.#options = options;
    this.#full = fullPath(options.bounds.directory, path);
    this.#at = mounts[0]!.at;
    this.#shown = writtenPath(path);
    this.#taker = new SnapshotTaker(path, this.#at, options);
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
      const taken = await this.#taker.take(entry!, files);
      if (!taken) return undefined;
      if ("sealed" in taken) {
        sealed.set(this.#path, taken.sealed);
        const bytes = taken.sealed.reduce((sum, file) => sum + file.bytes.length, 0);
        return { ...verdict, kind: "secret", why: taken.why, files: taken.sealed.length, bytes };
      }
      snapshots[this.#path] = taken.snapshot;
      const writable = this.#mounts.find(({ readOnly }) => !readOnly);
      writable?.at.notice("DAO2395", `${writable.at.name} mounts "${this.#shown}" as it is now, and read-only`);
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
      if (!this.#taker.lasting(this.#path)) return undefined;
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
  #possible(kind: MountKind, why: string, entry: FolderEntry | undefined): Decision {
    const { at } = this.#options.answers.mounts.get(this.#path)!;
    if (kind === "volume" && entry?.kind === "file")
      at.error("DAO2307", `"${this.#shown}" is a file and cannot be a volume`, "mount the folder that it lies in");
    else if (kind === "snapshot" && (entry === undefined || entry.kind === "other"))
      at.error("DAO2307", `"${this.#shown}" ${entry ? "is neither a file nor a folder" : "does not exist"} and cannot be a snapshot`, "create it, or say volume");
    else return { kind, why };
    return undefined;
  }

  #refuse(what: string, help: string): void {
    this.#at.error("DAO2307", `"${this.#shown}" ${what}`, help);
  }

  #answer(kind: MountKind): string {
    return answerText(this.#path, kind);
  }
}

function formerKind(path: string, previous: CanonicalSpec | undefined, own: ReadonlySet<string>): MountKind | undefined {
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
