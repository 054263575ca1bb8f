import { execFile } from "node:child_process";
import { lstat, open, readdir, realpath, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { isOfGit } from "./project-path.ts";
import type { FolderEntry, FolderFile, GitState, ProjectFolder } from "./project-folder.ts";

const GIT_DEADLINE_MS = 5_000;
/** Folders within each other that are looked into. */
const MOST_LEVELS = 16;

/** The project on the disk, and what git says about it. Links are followed inside the project only. */
export async function nodeProjectFolder(projectRoot: string): Promise<ProjectFolder> {
  const root = await realpath(projectRoot);
  const inside = async (path: string): Promise<string | undefined> => {
    try {
      const real = await realpath(path);
      if (real !== root && !real.startsWith(root + sep)) throw new Error(`${path} is a link that leaves the project`);
      if (isOfGit(real.slice(root.length))) throw new Error(`${path} is git's own`);
      return real;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
      // A link to nothing is there, and cannot be used.
      if (await lstat(path).then((info) => info.isSymbolicLink(), () => false)) throw new Error(`${path} is a link to nothing`, { cause: error });
      return undefined;
    }
  };
  const entry = async (path: string): Promise<FolderEntry | undefined> => {
    const real = await inside(path);
    if (real === undefined) return undefined;
    const info = await stat(real);
    return { kind: info.isFile() ? "file" : info.isDirectory() ? "folder" : "other", executable: (info.mode & 0o111) !== 0 };
  };
  const git = (folder: string, args: readonly string[], input?: string): Promise<string | undefined> => runGit(folder, args, input);

  const walk = async (folder: string, below: string, level: number, most: number, found: Omit<FolderFile, "ignored">[]): Promise<void> => {
    const names = (await readdir(join(folder, below))).sort();
    for (const name of names) {
      if (found.length > most) return;
      if (name === ".git") continue;
      const path = below === "" ? name : `${below}/${name}`;
      const there = await entry(join(folder, path));
      if (there === undefined) continue;
      if (there.kind !== "folder") found.push({ path, kind: there.kind, executable: there.executable });
      else if (level < MOST_LEVELS) await walk(folder, path, level + 1, most, found);
      else throw new Error(`${path} lies more than ${MOST_LEVELS} folders deep`);
    }
  };

  return {
    entry,
    async files(path, most) {
      const found: Omit<FolderFile, "ignored">[] = [];
      await walk(path, "", 1, most, found);
      const ignored = new Set(
        (await git(path, ["check-ignore", "--stdin", "-z"], found.map((file) => file.path).join("\0")))?.split("\0") ?? [],
      );
      return found.map((file) => ({ ...file, ignored: ignored.has(file.path) }));
    },
    async read(path, most) {
      const real = await inside(path);
      if (real === undefined) throw new Error(`${path} is gone`);
      const file = await open(real, "r");
      try {
        const buffer = Buffer.alloc(most + 1);
        let length = 0;
        while (length < buffer.length) {
          const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
          if (bytesRead === 0) break;
          length += bytesRead;
        }
        return new Uint8Array(buffer.subarray(0, length));
      } finally {
        await file.close();
      }
    },
    async git(path): Promise<GitState> {
      const folder = await nearestFolder(path, root);
      const tracked = await git(folder, ["ls-files", "-z", "--", relative(folder, path) || "."]);
      if (tracked === undefined) return "none";
      if (tracked !== "") return "tracked";
      const ignored = await git(folder, ["check-ignore", "-z", "--", relative(folder, path) || "."]);
      return ignored !== undefined && ignored !== "" ? "ignored" : "untracked";
    },
  };
}

async function nearestFolder(path: string, root: string): Promise<string> {
  for (let folder = path; folder.startsWith(root) && folder !== root; folder = dirname(folder)) {
    if (await stat(folder).then((info) => info.isDirectory(), () => false)) return dirname(folder) === folder ? folder : dirname(folder);
  }
  return root;
}

/** What git prints; undefined where it is not there, not in time, or the folder is in no repository. */
function runGit(folder: string, args: readonly string[], input?: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = execFile(
      "git",
      ["-C", folder, ...args],
      { timeout: GIT_DEADLINE_MS, maxBuffer: 16 * 1024 * 1024, windowsHide: true, env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" } },
      // 1 of check-ignore: none of them is ignored.
      (error, stdout) => resolve(error === null ? stdout : (error as { code?: unknown }).code === 1 ? "" : undefined),
    );
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
  });
}
