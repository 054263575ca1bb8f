import { checkReferences } from "./consistency.ts";
import type { BuildRequest } from "./build-request.ts";
import type { CanonicalSpec } from "./canonical-spec.ts";
import { Diagnostics } from "./diagnostics.ts";
import type { OriginOf } from "./environment.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { ComposeProject } from "./draft.ts";
import { readAnswers } from "./extension.ts";
import { Field } from "./field.ts";
import { checkKeys } from "./key-verdicts.ts";
import { MAX_SERVICES } from "./limits.ts";
import { toLongForm } from "./long-form.ts";
import { ModelReader } from "./model.ts";
import { entry } from "./node.ts";
import type { MapNode } from "./node.ts";
import { parseYaml } from "./parse.ts";
import { checkDraft } from "./pre-check.ts";
import { isInside, normalize, relativeTo, resolvePath } from "./posix-path.ts";
import { isActive } from "./profiles.ts";
import { folderOfTexts } from "./project-folder.ts";
import type { ProjectFolder } from "./project-folder.ts";
import { ProjectFiles } from "./project-files.ts";
import type { ReadFile } from "./project-files.ts";
import { checkSchema } from "./schema.ts";
import { checkSecretValues } from "./secret-values.ts";
import type { SourceFile } from "./source.ts";
import { substitute } from "./template.ts";
import { checkVariables } from "./variables.ts";

export interface LoadOptions {
  /** Compose files in the order in which they are laid over each other; `text` saves reading the file. */
  files: readonly { path: string; text?: string }[];
  /** Full path of the folder against which paths are resolved. */
  projectDirectory: string;
  /** Full path of what nothing leaves: a folder around the one above, or, unsaid, that one. */
  projectRoot?: string;
  /** Name of the deployment where neither the caller nor the file gives one better: what COMPOSE_PROJECT_NAME is. */
  projectName: string;
  /** Name that the caller gives the deployment, whatever the file says. */
  deployment?: string;
  /** The shell's variables; they win over env files. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Env files for interpolation; without it `.env` of the project folder, if there is one. */
  envFiles?: readonly string[];
  /** Active profiles; `*` is all. */
  profiles?: readonly string[];
  /** Names of variables that are no secrets although they look like it. */
  plain?: readonly string[];
  readFile: ReadFile;
  /** Files that services mount. Without it only texts can be had, by `readFile`. */
  folder?: ProjectFolder;
  /** The running revision of a deployment: what was a volume there stays one. */
  previous?: (deployment: string) => Promise<CanonicalSpec | undefined>;
  /** True: absolute folders for data become named volumes. */
  bindsAsVolumes?: boolean;
  /** Images that were built and pushed, as `name@sha256:..`, by service. */
  built?: ReadonlyMap<string, string>;
}

export type LoadResult =
  { ok: true; project: ComposeProject; notices: Diagnostic[] } | {
      ok: false;
      diagnostics: Diagnostic[];
      /** Services that have to be built first; their own error is DAO2206. */
      builds: readonly BuildRequest[];
      /** `x-daonetes.registry`. */
      registry: string | undefined;
    };

/**
 * Reads Compose files into a project in long form: YAML, variables, include, extends, merge, schema, verdicts on keys,
 * references, long form, policy. All errors are found at once, as far as the steps before allow. Never throws on what a
 * file says.
 */
export async function loadCompose(options: LoadOptions): Promise<LoadResult> {
  const diagnostics = new Diagnostics();
  const project = await load(options, diagnostics);
  if (!project || diagnostics.failed) return { ok: false, diagnostics: diagnostics.errors, builds: project?.builds ?? [], registry: project?.registry };
  return { ok: true, project, notices: project.notices };
}

async function load(options: LoadOptions, diagnostics: Diagnostics): Promise<ComposeProject | undefined> {
  const directory = normalize(options.projectDirectory);
  const files = new ProjectFiles(directory, normalize(options.projectRoot ?? directory), options.readFile, diagnostics);
  const reader = new ModelReader(files, diagnostics);
  const variables = await readVariables(options, directory, files, reader, diagnostics);
  const sources = await readSources(options, directory, files, diagnostics);
  if (diagnostics.failed) return undefined;
  variables.set("COMPOSE_PROJECT_NAME", options.deployment ?? nameAhead(sources, variables) ?? options.projectName);
  const model = await reader.merge(sources, variables);
  if (diagnostics.failed) return undefined;
  if (!model) {
    diagnostics.error("DAO2015", `${sources[0]?.path ?? "the file"} is empty`, { help: "it needs services:" });
    return undefined;
  }
  return check(model, options, variables, (name) => reader.origins.get(name) ?? "shell", files, diagnostics);
}

async function check(
  model: MapNode,
  options: LoadOptions,
  variables: ReadonlyMap<string, string>,
  originOf: OriginOf,
  files: ProjectFiles,
  diagnostics: Diagnostics,
): Promise<ComposeProject | undefined> {
  const root = new Field(model, [], undefined, diagnostics);
  const all =
    root
      .child("services")
      ?.pairs()
      .filter((field) => field.node.kind === "map") ?? [];
  const services = all.filter((service) => isActive(service, options.profiles ?? []));
  if (all.length === 0) {
    checkSchema(model, diagnostics);
    if (!diagnostics.failed)
      diagnostics.error("DAO2105", "the file has no services", {
        at: root.child("services")?.key ?? model.span,
        help: "add  services: {web: {image: NAME:TAG}}",
      });
    return undefined;
  }
  if (services.length === 0) {
    diagnostics.error("DAO2105", "no service is active: all of them have profiles", {
      at: root.child("services")!.key,
      help: "name one with --profile",
    });
    return undefined;
  }
  if (services.length > MAX_SERVICES) {
    diagnostics.error("DAO2017", `${services.length} services, at most ${MAX_SERVICES} are allowed`, {
      at: root.child("services")!.key,
      help: "split the file into several deployments",
    });
    return undefined;
  }
  checkSchema(model, diagnostics);
  checkKeys(root, services, diagnostics);
  const answers = readAnswers(root);
  const plain = new Set([...(options.plain ?? []), ...answers.plain]);
  const unset = new Set<string>();
  const resources = ["name", "networks", "volumes", "configs", "secrets"].flatMap((key) => root.child(key) ?? []);
  checkVariables([...services, ...resources], plain, unset, diagnostics);
  checkReferences(root, services, all);
  const name = readName(root.child("name"));
  const long = await toLongForm({
    root,
    services,
    name,
    deployment: options.deployment ?? name ?? options.projectName,
    variables,
    originOf,
    files,
    plain,
    diagnostics,
    answers,
    folder: options.folder ?? folderOfTexts(options.readFile),
    previous: await options.previous?.(options.deployment ?? name ?? options.projectName),
    bindsAsVolumes: options.bindsAsVolumes ?? false,
    built: options.built ?? new Map(),
  });
  noticeUnset(unset, ["is left empty", "are left empty"], diagnostics);
  // A variable named without a value is passed on, and what is not there cannot be.
  noticeUnset(long.unset, ["is not set in the container", "are not set in the container"], diagnostics);
  checkSecretValues(long, plain, diagnostics);
  if (!diagnostics.failed) checkDraft(long, diagnostics);
  diagnostics.summariseNames();
  return {
    name: options.deployment ?? name ?? options.projectName,
    draft: long.draft,
    notices: diagnostics.notices,
    positions: long.positions,
    mounts: long.mounts,
    blobs: long.blobs,
    secrets: long.secrets,
    rollout: long.rollout,
    builds: long.builds,
    registry: answers.registry,
  };
}

/** The file's own name before anything is interpolated: where a text names it, as it is then part of the values. */
function nameAhead(sources: readonly SourceFile[], variables: ReadonlyMap<string, string>): string | undefined {
  if (!sources.some(({ text }) => text.includes("COMPOSE_PROJECT_NAME"))) return undefined;
  let name: string | undefined;
  for (const source of sources) {
    for (const root of parseYaml(source, new Diagnostics()) ?? []) {
      const node = entry(root, "name");
      if (node?.kind !== "scalar" || typeof node.value !== "string") continue;
      try {
        name = normalName(substitute(node.value, (variable) => variables.get(variable)).text) || name;
      } catch {
        // It is reported when the file is read.
      }
    }
  }
  return name;
}

/** As Compose has it: lower case, letters, digits, dash, underscore. */
function normalName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, "")
    .replace(/^[_-]+/, "");
}

function readName(field: Field | undefined): string | undefined {
  if (field?.text === undefined) return undefined;
  const name = normalName(field.text);
  if (name === "" || name.length > 63) {
    field.error("DAO2129", "name has no usable form", "up to 63 lower-case letters, digits, dashes and underscores");
    return undefined;
  }
  if (name !== field.text) field.notice("DAO2392", `name became ${name}`);
  return name;
}

function noticeUnset(names: ReadonlySet<string>, [one, many]: [string, string], diagnostics: Diagnostics): void {
  if (names.size === 0) return;
  diagnostics.notice("DAO2390", `${[...names].sort().join(", ")} ${names.size > 1 ? `have no value and ${many}` : `has no value and ${one}`}`);
}

async function readVariables(
  options: LoadOptions,
  directory: string,
  files: ProjectFiles,
  reader: ModelReader,
  diagnostics: Diagnostics,
): Promise<Map<string, string>> {
  const shell = new Map<string, string>();
  for (const [name, value] of Object.entries(options.environment)) if (value !== undefined) shell.set(name, value);
  const variables = new Map(shell);
  for (const path of options.envFiles ?? [".env"]) {
    const full = resolvePath(directory, path);
    const file = await files.read(full, relativeTo(directory, full), directory);
    if (file === "missing") {
      if (options.envFiles) diagnostics.error("DAO2001", `env file "${path}" does not exist`);
    } else if (file) reader.addEnvText(variables, shell, file);
  }
  return variables;
}

async function readSources(
  options: LoadOptions,
  directory: string,
  files: ProjectFiles,
  diagnostics: Diagnostics,
): Promise<SourceFile[]> {
  const sources: SourceFile[] = [];
  for (const { path, text } of options.files) {
    const full = resolvePath(directory, path);
    const name =
      path !== full && !path.startsWith("/") ? path : isInside(directory, full) ? relativeTo(directory, full) : path;
    const file = text === undefined ? await files.read(full, name, directory) : files.given(name, text);
    if (file === "missing")
      diagnostics.error("DAO2001", `${path} does not exist`, { help: "name another file with -f" });
    else if (file) sources.push(file);
  }
  if (options.files.length === 0)
    diagnostics.error("DAO2001", "no Compose file was named", { help: "name one with -f" });
  return sources;
}
