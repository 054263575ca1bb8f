import { type Assignment, Intent } from "@daonetes/client/device";
import type { CanonicalService, CanonicalSpec } from "@daonetes/client/compose";
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
}

export interface DesiredNetwork {
  name: string;
  configHash: string;
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
  reason: string;
  text: string;
}

/** One assignment, worked out as far as it can be without looking at the Engine. */
export interface DesiredDeployment {
  deploymentId: bigint;
  groupId: bigint;
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
  volumes: DesiredVolume[];
  /** Set: nothing is changed, and the report says why. */
  refusal: Refusal | undefined;
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
  held: boolean;
  /** Milliseconds since the chain was last read. */
  silentMs: number;
}

/** Works an assignment out. Pure. */
export function desiredDeployment(input: DesiredInput): DesiredDeployment {
  const { assignment, spec } = input;
  const names = Object.keys(spec?.services ?? {}).sort();
  const intent = desiredIntent(assignment.intent);
  const stopAfterMs = Number(assignment.offlinePolicy?.stopAfter?.seconds ?? 0n) * 1000;
  const offlineLimit = intent === "run" && stopAfterMs > 0 && input.silentMs >= stopAfterMs;
  return {
    deploymentId: assignment.deploymentId,
    groupId: input.groupId,
    name: assignment.deploymentName,
    project: projectName(input.groupName, assignment.deploymentName),
    revision: assignment.revision,
    restartGeneration: assignment.restartGeneration,
    specHash: assignment.specHash,
    profile: assignment.profile,
    intent: offlineLimit ? "stop" : intent,
    services: spec === undefined ? [] : names.map((name, index) => desiredService(spec, name, index, assignment)),
    networks: spec === undefined ? [] : desiredNetworks(spec),
    volumes: Object.entries(spec?.volumes ?? {}).map(([name, volume]) => ({ name, labels: volume.labels ?? {} })),
    refusal: input.refusal,
    held: input.held,
    offlineLimit,
  };
}

function desiredIntent(intent: number): DesiredIntent {
  if (intent === Intent.INTENT_STOPPED) return "stop";
  if (intent === Intent.INTENT_REMOVE) return "remove";
  if (intent === Intent.INTENT_REMOVE_WITH_VOLUMES) return "remove_with_volumes";
  return "run";
}

function desiredService(spec: CanonicalSpec, name: string, index: number, assignment: Assignment): DesiredService {
  const config = spec.services[name] as CanonicalService;
  return {
    name,
    index,
    config,
    configHash: configHash(spec, name, assignment.restartGeneration, assignment.profile),
    image: `${config.image.name}@${config.image.digest}`,
  };
}

function desiredNetworks(spec: CanonicalSpec): DesiredNetwork[] {
  return Object.entries(spec.networks ?? {}).map(([name, network]) => ({
    name,
    configHash: networkHash(spec, name),
    internal: network.internal ?? false,
    enableIpv6: network.enable_ipv6 ?? false,
    labels: network.labels ?? {},
  }));
}
