import type { CanonicalSpec } from "./canonical-spec.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { OriginOf } from "./environment.ts";
import type { Answers } from "./extension.ts";
import type { Field } from "./field.ts";
import type { Variables } from "./model.ts";
import type { ProjectFiles } from "./project-files.ts";
import type { ProjectFolder } from "./project-folder.ts";

/** What the long form is made of. */
export interface LongFormOptions {
  root: Field;
  /** Services that run. */
  services: readonly Field[];
  /** The file's own `name`. */
  name: string | undefined;
  /** Name of the deployment, with which the names of its secrets begin. */
  deployment: string;
  variables: Variables;
  originOf: OriginOf;
  files: ProjectFiles;
  plain: ReadonlySet<string>;
  diagnostics: Diagnostics;
  answers: Answers;
  folder: ProjectFolder;
  /** The running revision of the deployment, if there is one. */
  previous: CanonicalSpec | undefined;
  bindsAsVolumes: boolean;
  /** Digests of images that were built and pushed, by service. */
  built: ReadonlyMap<string, string>;
}
