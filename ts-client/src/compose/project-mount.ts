import type { CanonicalSnapshot, CanonicalSpec } from "./canonical-spec.ts";
import type { ContentStore } from "./content-store.ts";
import type { Answers } from "./extension.ts";
import type { Field } from "./field.ts";
import type { ImageSource } from "./image-content.ts";
import { writtenPath } from "./project-path.ts";
import type { ProjectBounds } from "./project-path.ts";
import type { ProjectFolder } from "./project-folder.ts";

/** What a mounted path of the project can be said to be. */
export type MountKind = "snapshot" | "volume";

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

/** The answer to put into a file, so that a path becomes this. */
export function answerText(path: string, kind: MountKind): string {
  return `x-daonetes: {mounts: {${writtenPath(path)}: ${kind}}}`;
}
