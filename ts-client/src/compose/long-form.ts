import { checkServiceKeys } from "./check-keys.ts";
import { checkSecretEnvironment, checkSecretTexts } from "./check-secrets.ts";
import { Consistency } from "./consistency.ts";
import { PROJECT_NAME, RESOURCE_NAME } from "./canonical-names.ts";
import { SPEC_FORMAT } from "./canonical-spec.ts";
import type { EnvironmentForm } from "./form-environment.ts";
import { formNetwork, formVolume } from "./form-networks.ts";
import { formService } from "./form-service.ts";
import type { Origins } from "./form-service.ts";
import { MAX_SERVICES } from "./limits.ts";
import { addNetworkAliases } from "./network-aliases.ts";
import type { Place } from "./place.ts";
import { child, entriesOf } from "./place.ts";
import type { Project, ProjectService } from "./project.ts";
import type { Span } from "./source.ts";
import type { Values } from "./values.ts";

export interface LongFormContext {
  projectName: string;
  /** Services that run, by their profiles. */
  active: ReadonlySet<string>;
  /** Names of variables that are no secrets. */
  plain: ReadonlySet<string>;
  values: Values;
  environment: EnvironmentForm;
  origins: Origins;
}

/** Expands a merged tree to the long form of its active services, reporting all that does not fit. */
export async function longForm(root: Place, context: LongFormContext): Promise<Project> {
  const { values, active, origins } = context;
  const defined = entriesOf(child(root, "services"));
  const places = new Map(defined.filter(([name]) => active.has(name)));
  if (places.size > MAX_SERVICES) values.errorAtKey("DAO2017", child(root, "services")!, `are ${places.size}, at most ${MAX_SERVICES} are allowed`);
  const services: Record<string, ProjectService> = {};
  const imageSpans = new Map<string, Span>();
  for (const [name, place] of places) {
    checkName(place, name, values);
    checkServiceKeys(place, values);
    checkSecretTexts(place, context.plain, values.diagnostics);
    const environment = await environmentOf(name, place, context);
    const labels = await context.environment.labels(child(place, "label_file"));
    const service = formService(place, values, origins);
    if (!service) continue;
    if (Object.keys(environment).length > 0) service.environment = environment;
    if (labels.size > 0) service.labels = { ...Object.fromEntries(labels), ...service.labels };
    services[name] = service;
    imageSpans.set(name, child(place, "image")!.node.span);
  }
  const consistency = new Consistency(root, values, new Set(defined.map(([name]) => name)));
  addNetworkAliases(services, places, values);
  consistency.dependencies(services, active);
  consistency.ports(services, origins.ports);
  const name = projectName(root, values);
  const networks = resources(root, "networks", consistency.used(services, "networks"), values, formNetwork);
  const volumes = resources(root, "volumes", consistency.used(services, "volumes"), values, formVolume);
  return {
    projectName: context.projectName,
    spec: { format: SPEC_FORMAT, ...(name === undefined ? {} : { name }), services, ...(networks ? { networks } : {}), ...(volumes ? { volumes } : {}) },
    imageSpans,
  };
}

async function environmentOf(name: string, place: Place, context: LongFormContext): Promise<Record<string, string>> {
  const all = await context.environment.of(place);
  checkSecretEnvironment(name, all, context.plain, context.values.diagnostics);
  return Object.fromEntries([...all].map(([variable, { value }]) => [variable, value]));
}

function projectName(root: Place, values: Values): string | undefined {
  const help = "lower-case letters, digits, dash and underscore, at most 63";
  return values.matching(child(root, "name"), PROJECT_NAME, "DAO2129", "a usable name", help);
}

/** Definitions of the used names; a name that only `default` implies has the empty one. */
function resources<T extends object>(
  root: Place,
  section: "networks" | "volumes",
  used: ReadonlySet<string>,
  values: Values,
  form: (place: Place, values: Values) => T,
): Record<string, T> | undefined {
  if (used.size === 0) return undefined;
  const all: Record<string, T> = {};
  for (const name of used) all[name] = {} as T;
  for (const [name, place] of entriesOf(child(root, section))) {
    if (!used.has(name)) continue;
    checkName(place, name, values);
    all[name] = form(place, values);
  }
  return all;
}

function checkName(place: Place, name: string, values: Values): void {
  if (!RESOURCE_NAME.test(name)) values.errorAtKey("DAO2129", place, "is not a usable name", "letters, digits, dot, dash and underscore, at most 63, a letter or digit first");
}
