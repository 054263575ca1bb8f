import { compareBytes } from "./byte-order.ts";
import { DEFAULTS } from "./canonical-limits.ts";
import type { CanonicalConfig, CanonicalFileReference } from "./canonical-spec.ts";
import type { ContentStore } from "./content-store.ts";
import { shorten } from "./field.ts";
import type { Field } from "./field.ts";
import { modeOf, ownerOf } from "./file-reference.ts";
import { unfitByContent, unfitByName } from "./file-types.ts";
import { MAX_SNAPSHOT_BYTES } from "./limits.ts";
import type { Variables } from "./model.ts";
import { projectFile, readNamedFile } from "./named-file.ts";
import { normalize } from "./posix-path.ts";
import type { ProjectFolder } from "./project-folder.ts";
import { isPlainPath, writtenPath } from "./project-path.ts";
import type { ProjectBounds } from "./project-path.ts";
import { isHarmless, isSecretName } from "./secret-names.ts";

/** `configs` of a service: names, or mappings with target, mode, uid and gid; sorted by target. */
export function readConfigReferences(field: Field | undefined): { reference: CanonicalFileReference; at: Field }[] {
  const references = new Map<string, { reference: CanonicalFileReference; at: Field }>();
  for (const item of field?.items() ?? []) {
    const source = item.node.kind === "map" ? item.child("source") : item;
    if (source?.text === undefined) {
      if (item.node.kind === "map") item.error("DAO2104", `${item.name} needs source`);
      continue;
    }
    const target = item.node.kind === "map" ? (item.child("target")?.text ?? `/${source.text}`) : `/${source.text}`;
    // Compose: a target without a slash lies in the root folder.
    const path = normalize(target.startsWith("/") ? target : `/${target}`);
    if (path === "/" || /[\x00-\x1f\x7f:]/.test(path)) {
      item.error("DAO2125", `${item.name} has the target "${shorten(target)}", which is not a path`);
      continue;
    }
    const reference: CanonicalFileReference = { source: source.text, target: path };
    const mode = modeOf(item.child("mode"));
    if (mode !== undefined && mode !== DEFAULTS.configMode) reference.mode = mode;
    for (const key of ["uid", "gid"] as const) {
      const number = item.node.kind === "map" ? ownerOf(item.child(key)) : undefined;
      if (number !== undefined && number > 0) reference[key] = number;
    }
    if (references.has(path)) item.error("DAO2117", `${path} is mounted twice in ${field!.name}`, "remove one of them");
    else references.set(path, { reference, at: item });
  }
  return [...references.values()].sort((a, b) => compareBytes(a.reference.target, b.reference.target));
}

export interface ConfigOptions {
  bounds: ProjectBounds;
  folder: ProjectFolder;
  variables: Variables;
  plain: ReadonlySet<string>;
  content: ContentStore;
}

/** What one entry of the top-level `configs` holds; undefined after an error. */
export async function readConfig(field: Field, options: ConfigOptions): Promise<CanonicalConfig | undefined> {
  if (field.child("external")?.boolean() === true || field.child("external")?.node.kind === "map") {
    field.error("DAO2314", `${field.name} is external`, "give it file, content or environment: nothing is kept outside of deployments");
    return undefined;
  }
  field.child("template_driver")?.error("DAO2304", `${field.name}.template_driver is not supported`, "remove it: variables of the file work in content");
  const file = field.child("file");
  const content = field.child("content");
  const environment = field.child("environment");
  const given = [file, content, environment].filter((one) => one !== undefined);
  if (given.length !== 1) {
    field.error(given.length === 0 ? "DAO2104" : "DAO2117", `${field.name} ${given.length === 0 ? "needs one" : "has more than one"} of file, content, environment`);
    return undefined;
  }
  const bytes = file ? await fileBytes(file, options) : content ? encode(content.text ?? "") : variableBytes(environment!, options);
  if (!bytes) return undefined;
  if (!plainText(field, options.plain) && unfitByContent(bytes)) {
    field.error("DAO2324", `${field.name} holds a private key, readable by everybody`, `make it a secret: secrets: {${field.path.at(-1)!}: {file: ..}}, and secrets: in the service`);
    return undefined;
  }
  if (bytes.length <= MAX_SNAPSHOT_BYTES) {
    const config = options.content.add(bytes);
    if (options.content.fits) return config;
  }
  field.error("DAO2323", `${field.name} is more than what a spec carries: ${MAX_SNAPSHOT_BYTES / 1024} KiB with all files of the project`, "put large files into the image");
  return undefined;
}

async function fileBytes(field: Field, { bounds, folder, plain }: ConfigOptions): Promise<Uint8Array | undefined> {
  const named = projectFile(field, bounds);
  if (named === undefined) return undefined;
  const { full, path } = named;
  const unfit = unfitByName(path);
  if (unfit?.why === "secret" && !isPlainPath(plain, path)) {
    field.error("DAO2324", `"${writtenPath(path)}" is not published as a config: ${unfit.text}`, `make it a secret: secrets: instead of configs:, or, if everybody may read it:  x-daonetes: {plain: [${writtenPath(path)}]}`);
    return undefined;
  }
  return readNamedFile(field, full, folder, MAX_SNAPSHOT_BYTES);
}

function variableBytes(field: Field, { variables, plain }: ConfigOptions): Uint8Array | undefined {
  const name = field.text ?? "";
  const value = variables.get(name);
  if (value === undefined) {
    field.error("DAO2012", `${field.name} needs ${shorten(name)}, which has no value`, `set ${shorten(name)} in the shell, in .env or with --env-file`);
    return undefined;
  }
  if (isSecretName(name) && !isHarmless(value) && !plain.has(name)) {
    field.error("DAO2306", `${field.name} would hold the value of ${name}, readable by everybody`, `make it a secret: secrets: instead of configs:, or pass --plain ${name} if it is none`);
    return undefined;
  }
  return encode(value);
}

function plainText(field: Field, plain: ReadonlySet<string>): boolean {
  return plain.has(field.path.at(-1)!);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
