import type { BuildRequest } from "./build-request.ts";
import type { CanonicalService, CanonicalSpec, Sha256 } from "./canonical-spec.ts";
import type { RolloutDefaults } from "./deploy-section.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { MountVerdict } from "./project-mount.ts";
import type { ProjectSecret } from "./sealing.ts";
import type { Span } from "./source.ts";

/** An image as the author wrote it, with its digest once that is known. */
export interface ImageReference {
  /** Fully qualified, without tag and digest. */
  name: string;
  tag?: string;
  digest?: `sha256:${string}`;
  /** Text to resolve: name and tag, `latest` where there is neither tag nor digest. */
  text: string;
  /** True if the file asks to look again even where a former pin exists (`pull_policy: always`). */
  fresh?: true;
}

export interface DraftService extends Omit<CanonicalService, "image"> {
  image: ImageReference;
}

/** The canonical spec before its images are pinned. */
export interface DraftSpec extends Omit<CanonicalSpec, "services"> {
  services: Record<string, DraftService>;
}

/** A Compose project read, checked and in long form. */
export interface ComposeProject {
  /** Name of the deployment: `-p`, else the file's own name, else what the caller derived from the folder. */
  name: string;
  draft: DraftSpec;
  notices: Diagnostic[];
  /** Places in the files, by JSON pointer into the draft. */
  positions: ReadonlyMap<string, Span>;
  /** What became of the mounted paths of the project. */
  mounts: MountVerdict[];
  /** Bytes of the files and configs that the draft refers to, by hash. */
  blobs: ReadonlyMap<Sha256, Uint8Array>;
  /** Secrets that the draft names, with the values that are to be sealed. */
  secrets: ProjectSecret[];
  /** What the file says about rollouts. */
  rollout: RolloutDefaults;
  /** Services that are built rather than pulled. */
  builds: BuildRequest[];
  /** Where built images are pushed, if the file says it. */
  registry: string | undefined;
}
