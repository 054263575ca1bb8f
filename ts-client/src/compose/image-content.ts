import type { Field } from "./field.ts";
import { isInside, resolvePath } from "./posix-path.ts";
import type { ProjectFolder } from "./project-folder.ts";
import type { ProjectBounds } from "./project-path.ts";

const MAX_DOCKERFILE_BYTES = 64 * 1024;

/** How the image of a service is built, as far as it says what the image holds. */
export interface ImageSource {
  /** Full path of the folder that is built. */
  context: string;
  /** Text of the Dockerfile; absent where it stands in `file`. */
  text?: string;
  /** Full path of the Dockerfile. */
  file: string;
  /** The stage that is the image; absent = the last one. */
  stage?: string;
}

/** `build` of a service; undefined without one, or where its folder is fetched from elsewhere. */
export function imageSourceOf(service: Field): ImageSource | undefined {
  const build = service.child("build");
  if (!build) return undefined;
  const context = (build.node.kind === "map" ? build.child("context")?.text : build.text) ?? ".";
  if (/^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(context)) return undefined;
  const full = resolvePath(build.node.span.file.baseDirectory, context);
  const text = build.child("dockerfile_inline")?.text;
  const stage = build.child("target")?.text;
  return {
    context: full,
    file: resolvePath(full, build.child("dockerfile")?.text ?? "Dockerfile"),
    ...(text === undefined ? {} : { text }),
    ...(stage === undefined ? {} : { stage }),
  };
}

/**
 * True if an image is built from this folder, and its Dockerfile copies all of the folder to this place: mounted there on
 * the author's computer, the folder shows what the image holds. False wherever that cannot be told.
 */
export async function imageHolds(source: ImageSource | undefined, full: string, target: string, { root }: ProjectBounds, folder: ProjectFolder): Promise<boolean> {
  if (source?.context !== full) return false;
  const text = source.text ?? (isInside(root, source.file) ? await readDockerfile(source.file, folder) : undefined);
  return text !== undefined && placesOfAll(text, source.stage).has(target);
}

/** Undefined where there is none that can be read: whoever builds is told so by the build. */
async function readDockerfile(file: string, folder: ProjectFolder): Promise<string | undefined> {
  try {
    if ((await folder.entry(file))?.kind !== "file") return undefined;
    const bytes = await folder.read(file, MAX_DOCKERFILE_BYTES);
    return bytes.length > MAX_DOCKERFILE_BYTES ? undefined : new TextDecoder().decode(bytes);
  } catch {
    return undefined;
  }
}

interface Stage {
  /** Undefined: the base image says it. */
  workdir: string | undefined;
  places: Set<string>;
}

/** Where a stage of a Dockerfile holds the whole context. */
function placesOfAll(dockerfile: string, wanted: string | undefined): ReadonlySet<string> {
  const stages = new Map<string, Stage>();
  let stage: Stage = { workdir: undefined, places: new Set() };
  for (const line of instructions(dockerfile)) {
    const [, word = "", rest = ""] = /^([A-Za-z]+)\s+(.*)$/.exec(line) ?? [];
    switch (word.toUpperCase()) {
      case "FROM": {
        const [, base = "", name = ""] = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?/i.exec(rest) ?? [];
        const from = stages.get(base.toLowerCase());
        stage = { workdir: from?.workdir, places: new Set(from?.places) };
        stages.set(name === "" ? String(stages.size) : name.toLowerCase(), stage);
        break;
      }
      case "WORKDIR":
        stage.workdir = placeIn(stage.workdir, rest.trim().replace(/^(["'])(.*)\1$/, "$2"));
        break;
      case "COPY":
      case "ADD": {
        const place = copied(rest, stage.workdir);
        if (place !== undefined) stage.places.add(place);
        break;
      }
    }
  }
  return (wanted === undefined ? stage : stages.get(wanted.toLowerCase()))?.places ?? new Set();
}

/** Lines without comments, those that go on joined. */
function instructions(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*#/.test(line));
  return lines.join("\n").replaceAll(/[\\`][ \t]*\n/g, " ").split("\n").map((line) => line.trim());
}

/** Where a COPY or ADD puts the whole context; undefined if it copies something else. */
function copied(rest: string, workdir: string | undefined): string | undefined {
  const [, flags = "", paths = ""] = /^((?:--\S+\s+)*)(.*)$/.exec(rest) ?? [];
  if (/--(?:from|exclude|parents)\b/.test(flags)) return undefined;
  const words = paths.startsWith("[") ? [...paths.matchAll(/"([^"]*)"/g)].map(([, word]) => word ?? "") : paths.split(/\s+/).filter(Boolean);
  const to = words.pop();
  return to !== undefined && words.some((word) => /^(?:\.\/?|\/)$/.test(word)) ? placeIn(workdir, to) : undefined;
}

/** A path in the image; undefined where a variable or the base image has a say in it. */
function placeIn(workdir: string | undefined, path: string): string | undefined {
  if (path.includes("$") || path === "" || (workdir === undefined && !path.startsWith("/"))) return undefined;
  return resolvePath(workdir ?? "/", path);
}
