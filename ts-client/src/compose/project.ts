import type { CanonicalImage, CanonicalService, CanonicalSpec } from "./canonical-spec.ts";
import type { ImageReference } from "./image-reference.ts";
import type { Span } from "./source.ts";

/** A service in long form; its image may still be without digest. */
export type ProjectService = Omit<CanonicalService, "image"> & { image: ProjectImage };

export interface ProjectImage extends ImageReference {
  /** True: the author asks for the newest content, so an earlier pin does not count. */
  refresh?: true;
}

/** What Compose files say, checked and in long form: a spec that lacks at most the digests of images. */
export interface Project {
  /** Name that variables and messages use. */
  projectName: string;
  spec: Omit<CanonicalSpec, "services"> & { services: Record<string, ProjectService> };
  /** Where the image of a service is named. */
  imageSpans: ReadonlyMap<string, Span>;
}

/** A project whose images all have a digest. */
export interface PinnedProject extends Project {
  spec: Omit<CanonicalSpec, "services"> & { services: Record<string, Omit<CanonicalService, "image"> & { image: CanonicalImage }> };
}
