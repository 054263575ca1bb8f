import { DotenvError, parseDotenv, parseRawEnv } from "./dotenv.ts";
import type { Field } from "./field.ts";
import { reportDotenv } from "./model.ts";
import type { Variables } from "./model.ts";
import { isNull } from "./node.ts";
import type { ProjectFiles } from "./project-files.ts";
import { hasUrlPassword, isHarmless, isSecretName } from "./secret-names.ts";
import type { SourceFile, Span } from "./source.ts";

/** One variable of a service, and where its value stands. */
export interface PlacedVariable {
  value: string;
  at: Span;
  /** Variables with secret-like names that went into the value. */
  secrets: readonly string[];
  /** Where the value came from: `shell`, or the path of a file. */
  origin: string;
}

/** Says where a variable of the interpolation came from. */
export type OriginOf = (variable: string) => string;

/** Values of `environment` over those of `env_file`; names without any value are left out and listed. */
export async function readEnvironment(
  service: Field,
  variables: Variables,
  files: ProjectFiles,
  originOf: OriginOf,
  unset: (name: string, at: Field) => void,
): Promise<Map<string, PlacedVariable>> {
  const own = new Map<string, PlacedVariable | undefined>();
  for (const pair of service.child("environment")?.pairs() ?? []) {
    const name = pair.path.at(-1)!;
    if (isNull(pair.node)) {
      const value = variables.get(name);
      if (value === undefined) unset(name, pair);
      own.set(name, value === undefined ? undefined : { value, at: pair.span, secrets: [], origin: originOf(name) });
    } else if (pair.node.kind === "scalar") {
      const { text: value, secrets = [], used = [], span } = pair.node;
      const from = secrets[0] ?? used[0];
      own.set(name, { value, at: pair.span, secrets, origin: from === undefined ? span.file.path : originOf(from) });
    }
  }
  const result = new Map<string, PlacedVariable>();
  for (const [name, entry] of own) if (entry) result.set(name, entry);
  for (const entry of service.child("env_file")?.items() ?? []) {
    await readEnvFile(entry, variables, files, own, result);
  }
  for (const [name, entry] of own) if (entry) result.set(name, entry);
  return result;
}

async function readEnvFile(
  entry: Field,
  variables: Variables,
  files: ProjectFiles,
  own: ReadonlyMap<string, PlacedVariable | undefined>,
  result: Map<string, PlacedVariable>,
): Promise<void> {
  const pathField = entry.node.kind === "map" ? entry.child("path") : entry;
  if (pathField?.text === undefined) return;
  const required = entry.child("required")?.boolean() ?? true;
  const format = entry.child("format");
  if (format && format.text !== "raw") {
    format.error("DAO2103", `${format.name} is "${format.text ?? ""}"`, "allowed: raw, or nothing");
    return;
  }
  const base = pathField.node.span.file.baseDirectory;
  const file = await files.mentioned(pathField.text, base, { at: pathField.span, path: pathField.path });
  if (file === "missing" && required) {
    pathField.error(
      "DAO2001",
      `env file "${pathField.text}" does not exist`,
      "create it, or write  {path: .., required: false}",
    );
  }
  if (!file || file === "missing") return;
  const lookup = (name: string): string | undefined => variables.get(name) ?? own.get(name)?.value;
  try {
    const before = new Map([...result].map(([name, { value }]) => [name, value]));
    const values = format ? parseRawEnv(file.text, lookup) : parseDotenv(file.text, lookup, before);
    for (const [name, value] of values) result.set(name, { value, at: lineOf(file, name), secrets: [], origin: file.path });
  } catch (error) {
    if (!(error instanceof DotenvError)) throw error;
    reportDotenv(file, error, entry.diagnostics);
  }
}

function lineOf(file: SourceFile, name: string): Span {
  const at = new RegExp(
    `^[ \\t]*(?:export[ \\t]+)?(${name.replaceAll(/[^A-Za-z0-9_]/g, "\\$&")})[ \\t]*[=:\\n]`,
    "m",
  ).exec(file.text);
  const start = at ? at.index + at[0].indexOf(at[1]!) : 0;
  return { file, start, end: start + name.length };
}

/** Why a value is a secret, so that nobody but the devices may read it; undefined if it is none. */
export function whySecret(name: string, variable: PlacedVariable, plain: ReadonlySet<string>): string | undefined {
  if (plain.has(name) || isHarmless(variable.value)) return undefined;
  if (isSecretName(name)) return "its name says that it is a secret";
  if (hasUrlPassword(variable.value) && !(variable.secrets.length > 0 && variable.secrets.every((s) => plain.has(s)))) {
    return "it is an address with a password";
  }
  const used = variable.secrets.filter((secret) => !plain.has(secret));
  return used.length > 0 ? `it holds the value of ${used.join(", ")}` : undefined;
}
