import type { Field } from "./field.ts";
import { textMap } from "./text-map.ts";
import { resolvePath } from "./posix-path.ts";

/** What the author's own Docker client needs to build the image of a service. */
export interface BuildRequest {
  service: string;
  /** Full path of the folder, or a URL that the client fetches. */
  context: string;
  dockerfile?: string;
  /** Text of a Dockerfile that stands in the Compose file. */
  dockerfileInline?: string;
  target?: string;
  args: Record<string, string>;
  labels: Record<string, string>;
  platform?: string;
  network?: string;
  noCache?: true;
  pull?: true;
}

/** Reads `build`; keys that only tune caches and outputs of the build are left to the client's defaults, with a notice. */
export function readBuild(service: Field, build: Field): BuildRequest {
  const name = service.path.at(-1)!;
  const base = build.node.span.file.baseDirectory;
  const contextField = build.node.kind === "map" ? build.child("context") : build;
  const text = contextField?.text ?? ".";
  const isUrl = /^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(text);
  const request: BuildRequest = { service: name, context: isUrl ? text : resolvePath(base, text), args: {}, labels: {} };
  const platform = service.child("platform")?.text;
  if (platform) request.platform = platform;
  for (const field of build.children()) {
    const key = field.path.at(-1)!;
    switch (key) {
      case "context":
        break;
      case "dockerfile":
      case "target":
      case "network":
        if (field.text) request[key] = field.text;
        break;
      case "dockerfile_inline":
        if (field.text) request.dockerfileInline = field.text;
        break;
      case "args":
      case "labels":
        request[key] = textMap(field);
        break;
      case "no_cache":
        if (field.boolean()) request.noCache = true;
        break;
      case "pull":
        if (field.boolean()) request.pull = true;
        break;
      default:
        field.notice("DAO2391", `${field.name} is left to the Docker client's default`);
    }
  }
  return request;
}
