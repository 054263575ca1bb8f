import { type Assignment, Intent } from "@daonetes/client/device";
import type { CanonicalService, CanonicalSpec, CanonicalSubnet } from "@daonetes/client/compose";
import { configContent, contentsOf, snapshotContent } from "../content/content-paths.ts";
import { type Pins, type SecretFile, secretFilesOf, secretMounts, type SecretVariable, secretVariables } from "../secrets/secret-files.ts";
import { projectName } from "../docker/labels.ts";
import { configHash, networkHash } from "./config-hash.ts";

export type DesiredIntent = "run" | "stop" | "remove" | "remove_with_volumes";

export interface DesiredService {
  name: string;
  /** Index in the spec's sorted list of services: how reports name it. */
  index: number;
  config: CanonicalService;
  configHash: string;
  /** `name@sha256:..`. */
  image: string;
  /** What the top-level objects that the service mounts are. */
  sources: MountSources;
}

/** Where the content of mounts comes from. */
export interface MountSources {
  /** Content by the snapshot's name. */
  snapshots: Record<string, string>;
  /** Contents of configs, in the order of the spec. */
  configs: { target: string; content: string }[];
  /** Name on the Engine, by the volume's name in the file. */
  externalVolumes: Record<string, string>;
  /** Files of secrets, in the order of the spec. */
  secrets: { target: string; file: string }[];
  /** Environment variables whose values are secrets. */
  secretVariables: SecretVariable[];
}

export interface DesiredNetwork {
  name: string;
  configHash: string;
  /** Name among the networks that the group's deployments share on this device; undefined: the deployment's own. */
  shared: string | undefined;
  subnets: readonly CanonicalSubnet[];
  internal: boolean;
  enableIpv6: boolean;
  labels: Record<string, string>;
}

export interface DesiredVolume {
  name: string;
  labels: Record<string, string>;
}

/** Why a deployment is not touched at all. */
export interface Refusal {
  /** One of the stable reasons, or "". */
  reason: string;
  text: string;
  /** True: what is lacking may be there a moment later; it is tried again. */
  passing?: true;
  /** True: it is no word of the owner's; the revision does not come up. */
  failed?: true;
}

/** One assignment, worked out as far as it can be without looking at the Engine. */
export interface DesiredDeployment {
  deploymentId: bigint;
  groupId: bigint;
  groupName: string;
  name: string;
  project: string;
  revision: bigint;
  restartGeneration: bigint;
  specHash: string;
  profile: number;
  intent: DesiredIntent;
  /** Sorted by name. */
  services: DesiredService[];
  networks: DesiredNetwork[];
  /** Those that the agent makes; external ones are the owner's. */
  volumes: DesiredVolume[];
  /** Names of the contents that services mount. */
  contents: string[];
  /** Files of secrets that services mount. */
  secretFiles: SecretFile[];
  /** Set: nothing is changed, and the report says why. */
  refusal: Refusal | undefined;
  /** Hashes of specs that containers were made by and that the owner does not allow any more. */
  withdrawnSpecs: ReadonlySet<string>;
  /** True: the owner of the device holds it. */
  held: boolean;
  /** True: the chain was out of reach for longer than the offline policy allows, so it is stopped. */
  offlineLimit: boolean;
}

export interface DesiredInput {
  assignment: Assignment;
  groupId: bigint;
  groupName: string;
  /** Absent where it was not needed (removal) or could not be had. */
  spec: CanonicalSpec | undefined;
  refusal: Refusal | undefined;
  withdrawnSpecs?: ReadonlySet<string>;
  held: boolean;
  /** Milliseconds since the chain was last read. */
  silentMs: number;
}

/** Works an assignment out. Pure. */
export function desiredDeployment(input: DesiredInput): DesiredDeployment {
  const { assignment, spec } = input;
  const names = Object.keys(spec?.services ?? {}).sort();
  const intent = desiredIntent(assignment.intent);
  const pins = pinsOf(assignment);
  const stopAfterMs = Number(assignment.offlinePolicy?.stopAfter?.seconds ?? 0n) * 1000;
  const offlineLimit = intent === "run" && stopAfterMs > 0 && input.silentMs >= stopAfterMs;
  return {
    deploymentId: assignment.deploymentId,
    groupId: input.groupId,
    groupName: input.groupName,
    name: assignment.deploymentName,
    project: projectName(input.groupName, assignment.deploymentName),
    revision: assignment.revision,
    restartGeneration: assignment.restartGeneration,
    specHash: assignment.specHash,
    profile: assignment.profile,
    intent: offlineLimit ? "stop" : intent,
    services: spec === undefined ? [] : names.map((name, index) => desiredService(spec, name, index, assignment, pins)),
    networks: spec === undefined ? [] : desiredNetworks(spec),
    volumes: Object.entries(spec?.volumes ?? {}).flatMap(([name, { external, labels }]) => (external === undefined ? [{ name, labels: labels ?? {} }] : [])),
    contents: spec === undefined ? [] : contentsOf(spec).map(({ name }) => name),
    secretFiles: spec === undefined ? [] : secretFilesOf(spec, pins),
    refusal: input.refusal,
    withdrawnSpecs: input.withdrawnSpecs ?? new Set(),
    held: input.held,
    offlineLimit,
  };
}

/** Versions of secrets by name, as an assignment pins them. */
export function pinsOf({ secrets }: Pick<Assignment, "secrets">): Pins {
  return new Map(secrets.map(({ name, version }) => [name, version]));
}

function desiredIntent(intent: number): DesiredIntent {
  if (intent === Intent.INTENT_STOPPED) return "stop";
  if (intent === Intent.INTENT_REMOVE) return "remove";
  if (intent === Intent.INTENT_REMOVE_WITH_VOLUMES) return "remove_with_volumes";
  return "run";
}

function desiredService(spec: CanonicalSpec, name: string, index: number, assignment: Assignment, pins: Pins): DesiredService {
  const config = spec.services[name] as CanonicalService;
  return {
    name,
    index,
    config,
    configHash: configHash(spec, name, assignment.restartGeneration, assignment.profile, pins),
    image: `${config.image.name}@${config.image.digest}`,
    sources: mountSources(spec, config, pins),
  };
}

function mountSources(spec: CanonicalSpec, config: CanonicalService, pins: Pins): MountSources {
  const secrets = secretMounts(config, pins).map(({ target, file }) => ({ target, file }));
  const sources: MountSources = { snapshots: {}, configs: [], externalVolumes: {}, secrets, secretVariables: secretVariables(config, pins) };
  for (const mount of config.volumes ?? []) {
    if (mount.type === "snapshot") sources.snapshots[mount.source] = snapshotContent(spec, mount.source).name;
    const external = mount.type === "volume" && mount.source !== undefined ? spec.volumes?.[mount.source]?.external : undefined;
    if (external !== undefined && mount.type === "volume") sources.externalVolumes[mount.source ?? ""] = external;
  }
  for (const reference of config.configs ?? []) {
    sources.configs.push({ target: reference.target, content: configContent(spec.configs?.[reference.source] ?? {}, reference).name });
  }
  return sources;
}

function desiredNetworks(spec: CanonicalSpec): DesiredNetwork[] {
  return Object.entries(spec.networks ?? {}).map(([name, network]) => ({
    name,
    configHash: networkHash(spec, name),
    shared: network.shared,
    subnets: network.subnets ?? [],
    internal: network.internal ?? false,
    enableIpv6: network.enable_ipv6 ?? false,
    labels: network.labels ?? {},
  }));
}
