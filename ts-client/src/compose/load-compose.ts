import { activeServices } from "./active-services.ts";
import { decodeCanonical } from "./canonical-decode.ts";
import { encodeCanonical } from "./canonical.ts";
import type { CanonicalSpec } from "./canonical-spec.ts";
import { checkServiceKeys, checkTopLevelKeys } from "./check-keys.ts";
import { checkMissingVariables } from "./check-missing.ts";
import { pathOf } from "./diagnostics.ts";
import { Diagnostics } from "./diagnostics.ts";
import { EnvironmentForm } from "./form-environment.ts";
import type { Origins } from "./form-service.ts";
import type { ComposeOptions, ComposeResult } from "./load-options.ts";
import { longForm } from "./long-form.ts";
import { ModelReader } from "./model.ts";
import type { MapNode } from "./node.ts";
import { child, entriesOf, rootPlace, spanOfPointer } from "./place.ts";
import type { Place } from "./place.ts";
import { checkPolicy } from "./policy.ts";
import { dirname, isInside, normalize, relativeTo, resolvePath } from "./posix-path.ts";
import type { Project } from "./project.ts";
import { ProjectFiles } from "./project-files.ts";
import { checkSchema } from "./schema.ts";
import { SourceFile } from "./source.ts";
import type { Span } from "./source.ts";
import { SpecError } from "./spec-error.ts";
import { Values } from "./values.ts";

/** Stands for digests that are not resolved yet, so that the rest of a spec can be checked. */
const NO_DIGEST: `sha256:${string}` = `sha256:${"0".repeat(64)}`;

/** The pipeline from files to the long form; see index.ts for the public entry. */
export async function runPipeline(options: ComposeOptions): Promise<ComposeResult> {
  const diagnostics = new Diagnostics();
  const project = await read(options, diagnostics);
  if (diagnostics.failed || !project) return { ok: false, diagnostics: [...diagnostics.errors, ...diagnostics.notices] };
  return { ok: true, project, notices: diagnostics.notices };
}

async function read(options: ComposeOptions, diagnostics: Diagnostics): Promise<Project | undefined> {
  const directory = normalize(options.projectDirectory);
  const files = new ProjectFiles(directory, options.readFile, diagnostics);
  const reader = new ModelReader(files, diagnostics);
  const variables = await readVariables(options, directory, files, reader, diagnostics);
  const sources = options.files.map(({ path, text }) => new SourceFile(shownPath(directory, path), text.replace(/^\ufeff/, ""), directory));
  const model = diagnostics.failed ? undefined : await reader.merge(sources, variables);
  if (!model) {
    if (!diagnostics.failed) diagnostics.error("DAO2015", `${sources[0]?.path ?? "the file"} is empty`, { help: "a Compose file has services" });
    return undefined;
  }
  const root = rootPlace(model);
  const readable = !diagnostics.failed;
  checkSchema(model, diagnostics);
  const values = new Values(diagnostics, !diagnostics.failed);
  checkTopLevelKeys(root, values);
  const services = entriesOf(child(root, "services"));
  if (services.length === 0) diagnostics.error("DAO2105", "the file has no services", { at: child(root, "services")?.key, help: "add services: {NAME: {image: ..}}" });
  if (!readable || services.length === 0) {
    for (const [, place] of services) checkServiceKeys(place, values);
    return undefined;
  }
  const active = activeServices(root, profilesOf(options, variables), values);
  if (active.size === 0) diagnostics.error("DAO2105", "no service is active", { at: child(root, "services")?.key, help: "switch a profile on with --profile" });
  checkMissingVariables(model, active, diagnostics);
  const origins: Origins = { ports: new WeakMap(), mounts: new WeakMap() };
  const project = await longForm(root, {
    projectName: options.projectName,
    active,
    plain: new Set([...(options.plain ?? []), ...plainOf(root, values)]),
    values,
    environment: new EnvironmentForm(files, variables, values),
    origins,
  });
  if (!diagnostics.failed) checkResult(project, model, origins, diagnostics);
  return project;
}

/** The shell first, then env files, then `.env` of the project if no env file is named. */
async function readVariables(
  options: ComposeOptions,
  directory: string,
  files: ProjectFiles,
  reader: ModelReader,
  diagnostics: Diagnostics,
): Promise<Map<string, string>> {
  const shell = new Map<string, string>([["COMPOSE_PROJECT_NAME", options.projectName]]);
  for (const [name, value] of Object.entries(options.environment)) {
    if (value !== undefined && name !== "COMPOSE_PROJECT_NAME") shell.set(name, value);
  }
  const variables = new Map(shell);
  for (const path of options.envFiles ?? [".env"]) {
    const full = resolvePath(directory, path);
    const file = await files.read(full, shownPath(directory, full), dirname(full));
    if (file === "missing" && options.envFiles) diagnostics.error("DAO2001", `env file ${path} does not exist`, { help: "is the path right?" });
    else if (file && file !== "missing") reader.addEnvText(variables, shell, file);
  }
  return variables;
}

function profilesOf(options: ComposeOptions, variables: ReadonlyMap<string, string>): string[] {
  if (options.profiles && options.profiles.length > 0) return options.profiles;
  return (variables.get("COMPOSE_PROFILES") ?? "").split(",").map((name) => name.trim()).filter(Boolean);
}

/** `x-daonetes: {plain: [NAME]}`. */
function plainOf(root: Place, values: Values): string[] {
  return values.texts(child(child(root, "x-daonetes"), "plain")).map(({ text }) => text);
}

/** Asks what the device will ask, so that nothing is published that no device accepts. */
function checkResult(project: Project, model: MapNode, origins: Origins, diagnostics: Diagnostics): void {
  const services = Object.entries(project.spec.services).map(([name, service]) => {
    const { refresh: _refresh, ...image } = service.image;
    return [name, { ...service, image: { ...image, digest: image.digest ?? NO_DIGEST } }];
  });
  const spec = { ...project.spec, services: Object.fromEntries(services) } as CanonicalSpec;
  for (const { code, pointer, message, help } of checkPolicy(spec)) {
    diagnostics.error(code, message, { at: placeOf(spec, pointer, model, origins), path: pathOf(pointer), help });
  }
  if (diagnostics.failed) return;
  try {
    decodeCanonical(encodeCanonical(spec));
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    const { code, pointer, detail } = error;
    const where = pointer === "" ? "the spec" : pathOf(pointer).join(".");
    diagnostics.error(code, `${where}: ${detail}`, { at: pointer === "" ? undefined : placeOf(spec, pointer, model, origins), path: pathOf(pointer) });
  }
}

function placeOf(spec: CanonicalSpec, pointer: string, model: MapNode, origins: Origins): Span {
  let value: unknown = spec;
  for (const part of pathOf(pointer)) value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[part] : undefined;
  if (typeof value === "object" && value !== null) {
    const place = origins.ports.get(value as never) ?? origins.mounts.get(value as never);
    if (place) return place.node.span;
  }
  return spanOfPointer(model, pointer);
}

function shownPath(directory: string, path: string): string {
  return isInside(directory, path) ? relativeTo(directory, path) : path;
}
