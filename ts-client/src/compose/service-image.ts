import { type BuildRequest, readBuild } from "./build-request.ts";
import type { DraftService } from "./draft.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { ImageNameError, parseImage } from "./images.ts";

const PULL_POLICIES = ["missing", "if_not_present", "always", "build"];

/** The image of a service, nameless after an error. What has to be built first is added to `builds`. */
export function readServiceImage(service: Field, built: ReadonlyMap<string, string>, builds: BuildRequest[]): DraftService["image"] {
  const field = service.child("image");
  const policy = service.child("pull_policy");
  if (policy?.text === "never") policy.notice("DAO2391", `${policy.name} was dropped: a device without the image pulls the very bytes that its digest names`);
  else if (policy?.text && !PULL_POLICIES.includes(policy.text)) {
    policy.error(
      "DAO2313",
      `${policy.name} is "${shorten(policy.text)}"`,
      `allowed: ${PULL_POLICIES.join(", ")}, never; an image is pinned by its digest either way`,
    );
  }
  const build = service.child("build");
  if (field?.text) {
    build?.notice("DAO2391", `${build.name} was dropped: ${service.name} runs its image`);
    try {
      return { ...parseImage(field.text), ...(policy?.text === "always" ? { fresh: true } : {}) };
    } catch (error) {
      if (!(error instanceof ImageNameError)) throw error;
      field.error(
        "DAO2201",
        `${field.name} is "${shorten(field.text)}", which is not an image: ${error.message}`,
        "as nginx:1.27 or registry.example/app:1.0",
      );
    }
  } else if (build) {
    const request = readBuild(service, build);
    const digest = built.get(request.service);
    builds.push(request);
    if (digest !== undefined) return { ...parseImage(digest) };
    build.diagnostics.error("DAO2206", `${service.name} has build but no image`, {
      at: build.key,
      path: build.path,
      help: "build it here and push it:  --build --push-to REGISTRY/PREFIX   or name an image:  image: registry/name:tag",
      note: "devices pull images, they do not build them",
    });
  } else {
    service.diagnostics.error("DAO2106", `${service.name} has no image`, {
      at: service.key,
      path: service.path,
      help: "add  image: NAME:TAG",
    });
  }
  return { name: "", text: "" };
}
