import { isValidSecretName } from "../secrets/secret-name.ts";
import { MAX_VALUE_BYTES } from "../secrets/secret-value.ts";
import type { OriginOf } from "./environment.ts";
import { shorten } from "./field.ts";
import type { Field } from "./field.ts";
import type { Variables } from "./model.ts";
import { projectFile, readNamedFile } from "./named-file.ts";
import type { ProjectFolder } from "./project-folder.ts";
import { writtenPath } from "./project-path.ts";
import type { ProjectBounds } from "./project-path.ts";

export interface SecretSourceOptions {
  bounds: ProjectBounds;
  folder: ProjectFolder;
  variables: Variables;
  originOf: OriginOf;
}

/** What an entry of the top-level `secrets` stands for: bytes to seal, or a secret that the group keeps already. */
export type SecretSource = { bytes: Uint8Array; origin: string } | { external: string };

/** Reads an entry of the top-level `secrets`; undefined after an error. */
export async function readSecretSource(field: Field, options: SecretSourceOptions): Promise<SecretSource | undefined> {
  for (const key of ["driver", "driver_opts", "template_driver"]) {
    field.child(key)?.error("DAO2304", `${field.name}.${key} is not supported`, "remove it: values are sealed to the devices, no plug-in fetches them");
  }
  const external = field.child("external");
  if (external?.boolean() === true || external?.node.kind === "map") return externalSecret(field, external);
  if (field.child("name")) field.diagnostics.dropName(field.name);
  const file = field.child("file");
  const environment = field.child("environment");
  if (file && environment) {
    field.error("DAO2117", `${field.name} has both file and environment`, "remove one of them");
    return undefined;
  }
  if (file) return fileSecret(file, options);
  if (environment) return variableSecret(environment, options);
  field.error("DAO2104", `${field.name} needs one of file, environment, external`, `as {file: ./${field.path.at(-1)!}.txt}, or {external: true} with  daonetes secret put ${field.path.at(-1)!}`);
  return undefined;
}

function externalSecret(field: Field, external: Field): SecretSource | undefined {
  const name = (external.node.kind === "map" ? external.child("name") : field.child("name"))?.text ?? field.path.at(-1)!;
  if (isValidSecretName(name)) return { external: name };
  field.error("DAO2129", `${field.name} names "${shorten(name)}", which is no name for a secret`, "1 to 3 parts of letters, digits and _ . : -, joined by /");
  return undefined;
}

async function fileSecret(field: Field, { bounds, folder }: SecretSourceOptions): Promise<SecretSource | undefined> {
  const named = projectFile(field, bounds);
  const bytes = named && (await readNamedFile(field, named.full, folder, MAX_VALUE_BYTES));
  return bytes && { bytes, origin: writtenPath(named.path) };
}

function variableSecret(field: Field, { variables, originOf }: SecretSourceOptions): SecretSource | undefined {
  const name = field.text ?? "";
  const value = variables.get(name);
  if (value !== undefined) return { bytes: new TextEncoder().encode(value), origin: originOf(name) };
  field.error("DAO2012", `${field.name} needs ${shorten(name)}, which has no value`, `set ${shorten(name)} in the shell, in .env or with --env-file`);
  return undefined;
}
