import { compareBytes } from "./byte-order.ts";
import { DEFAULTS } from "./canonical-limits.ts";
import type { CanonicalConfig, CanonicalFileReference } from "./canonical-spec.ts";
import type { ContentStore } from "./content-store.ts";
import { shorten } from "./field.ts";
import type { Field } from "./field.ts";
import { unfitByContent, unfitByName } from "./file-types.ts";
import { MAX_SNAPSHOT_BYTES } from "./limits.ts";
import type { Variables } from "./model.ts";
import { normalize, relativeTo, resolvePath } from "./posix-path.ts";
import { isInside } from "./posix-path.ts";
import type { ProjectFolder } from "./project-folder.ts";
import { isHarmless, isSecretName } from "./secret-names.ts";
import { parseInteger, parseMode } from "./units.ts";

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
      const owner = item.node.kind === "map" ? item.child(key) : undefined;
      const number = owner?.text === undefined ? undefined : parseInteger(owner.text);
      if (number !== undefined && number >= 0 && number <= 0xffff_fffe) {
        if (number > 0) reference[key] = number;
      } else owner?.error("DAO2123", `${owner.name} is "${shorten(owner.text ?? "")}", which is not a number`, 'as "103": names differ between images and devices');
    }
    if (references.has(path)) item.error("DAO2117", `${path} is mounted twice in ${field!.name}`, "remove one of them");
    else references.set(path, { reference, at: item });
  }
  return [...references.values()].sort((a, b) => compareBytes(a.reference.target, b.reference.target));
}

function modeOf(field: Field | undefined): number | undefined {
  if (field?.text === undefined) return undefined;
  const isNumber = field.node.kind === "scalar" && typeof field.node.value === "number";
  const mode = isNumber ? parseInteger(field.text) : parseMode(field.text);
  if (mode !== undefined && mode >= 0 && mode <= 0o7777) return mode;
  field.error("DAO2123", `${field.name} is "${shorten(field.text)}", which is not permission bits`, "as 0440");
  return undefined;
}

export interface ConfigOptions {
  directory: string;
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
    field.error("DAO2324", `${field.name} holds a private key, readable by everybody`, "secrets cannot be sealed yet: take it out");
    return undefined;
  }
  if (bytes.length <= MAX_SNAPSHOT_BYTES) {
    const config = options.content.add(bytes);
    if (options.content.fits) return config;
  }
  field.error("DAO2323", `${field.name} is more than what a spec carries: ${MAX_SNAPSHOT_BYTES / 1024} KiB with all files of the project`, "put large files into the image");
  return undefined;
}

async function fileBytes(field: Field, { directory, folder, plain }: ConfigOptions): Promise<Uint8Array | undefined> {
  const text = field.text ?? "";
  const full = resolvePath(field.node.span.file.baseDirectory, text);
  if (text.startsWith("~") || !isInside(directory, full) || full === directory) {
    field.error("DAO2013", `"${shorten(text)}" is not a file of the project`, "copy it into the project folder, or choose a wider --project-directory");
    return undefined;
  }
  const path = relativeTo(directory, full);
  const unfit = unfitByName(path);
  if (unfit?.why === "secret" && !plain.has(path) && !plain.has(`./${path}`)) {
    field.error("DAO2324", `"./${path}" is not published: ${unfit.text}`, `secrets cannot be sealed yet: take it out, or, if everybody may read it:  x-daonetes: {plain: [./${path}]}`);
    return undefined;
  }
  try {
    const entry = await folder.entry(full);
    if (entry?.kind === "file") return await folder.read(full, MAX_SNAPSHOT_BYTES);
    field.error("DAO2326", `${field.name} names "${shorten(text)}", which ${entry ? "is not a file" : "does not exist"}`, "name a file of the project");
  } catch (error) {
    field.error("DAO2326", `${field.name} names "${shorten(text)}", which cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}

function variableBytes(field: Field, { variables, plain }: ConfigOptions): Uint8Array | undefined {
  const name = field.text ?? "";
  const value = variables.get(name);
  if (value === undefined) {
    field.error("DAO2012", `${field.name} needs ${shorten(name)}, which has no value`, `set ${shorten(name)} in the shell, in .env or with --env-file`);
    return undefined;
  }
  if (isSecretName(name) && !isHarmless(value) && !plain.has(name)) {
    field.error("DAO2306", `${field.name} would hold the value of ${name}, readable by everybody`, `take it out, or pass --plain ${name} if it is no secret`);
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
