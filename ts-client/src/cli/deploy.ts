import type { EncodeObject } from "@cosmjs/proto-signing";
import { type council, DaonetesError, isNotFound, neededWeight, workgroup, workload, workloadMessages, type DaonetesClient } from "../index.ts";
import { type CanonicalSpec, decodeCanonical, type RolloutDefaults } from "../compose/index.ts";
import type { ComposeFlags } from "./compose-flags.ts";
import { missingBlobs } from "./blobs.ts";
import { type PreparedSpec, prepareSpec } from "./compose-input.ts";
import { placementText } from "./placement-text.ts";
import type { SecretDesk } from "./secrets/secret-desk.ts";
import type { PlannedSecret } from "./secrets/staging.ts";
import { parseDuration, type Session } from "./session.ts";

/** Flags of `up` and `plan` beside those of Compose. */
export interface DeployFlags extends ComposeFlags {
  on?: string;
  device?: string[];
  replicas?: string;
  every?: boolean;
  maxParallel?: string;
  onFailure?: string;
  healthyFor?: string;
  offline?: string;
  pull?: boolean;
  ifRevision?: string;
  ifSpec?: string;
}

/** What `up` would do, worked out without signing anything. */
export interface DeployPlan {
  group: workgroup.Group;
  prepared: PreparedSpec;
  /** The deployment of this name, if there is one. */
  existing: workload.Deployment | undefined;
  existingSpec: CanonicalSpec | undefined;
  placement: workload.Placement;
  /** Devices that the placement chooses now. */
  devices: { address: string; name: string }[];
  wanted: number;
  /** Version of the spec if it is published already. */
  published: workload.Spec | undefined;
  /** Version that the spec would get. */
  nextVersion: bigint;
  /** Who has to sign: a key alone, so much of a council, or so many of a multisig that this person knows. */
  signatures: { needed: bigint; of: bigint; council: council.Council | undefined; multisig: string | undefined };
  /** What becomes of the secrets that the spec names. */
  secrets: readonly PlannedSecret[];
  /** Reads and seals them; absent where there are none. */
  desk: SecretDesk | undefined;
  /** Files and configs of the project that the chain does not have yet. */
  missingBlobs: Uint8Array[];
  /** `resume`: all is the same, but it is paused. */
  change: "create" | "update" | "resume" | "none";
}

/** Works out what the files and flags ask for, against what the chain has. */
export async function planDeploy(session: Session, flags: DeployFlags): Promise<DeployPlan> {
  const client = await session.client();
  const group = await session.group();
  const running = runningRevisions(client, group.id);
  const draft = await prepareSpec(session, flags, { previous: async (name) => (await running(name)).spec, pull: flags.pull === true });
  const { deployment: existing, spec: existingSpec } = await running(draft.name);
  checkExpectations(flags, existing, draft);
  const placement = await placementOf(client, group, flags, existing);
  const published = await client.workload.spec(group.id, draft.hash).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  const preview = await client.workload.placementPreview({
    groupId: group.id,
    deploymentId: existing?.id ?? 0n,
    specHash: published?.hash ?? "",
    placement,
  });
  if (preview.devices.length === 0) {
    throw new DaonetesError({
      code: "DAO4022",
      kind: "usage",
      message: `no device of ${group.name} is chosen by ${placementText(placement)}`,
      help: "see names and tags: daonetes device list; a new one: daonetes device add",
    });
  }
  const names = new Map((await client.workgroup.devices(group.id)).map(({ address, name }) => [address, name]));
  const { desk, secrets } = await secretsOf(session, group, draft);
  const same = existing !== undefined && existing.specHash === draft.hash && samePins(existing.secrets, secrets) && samePlacement(existing.placement, placement) && !changesRollout(flags);
  const change = existing === undefined ? "create" : !same ? "update" : existing.intent === workload.Intent.INTENT_RUN ? "none" : "resume";
  return {
    group,
    prepared: draft,
    existing,
    existingSpec,
    placement,
    devices: preview.devices.map((address) => ({ address, name: names.get(address) ?? address })),
    wanted: preview.wanted,
    published,
    secrets,
    desk,
    missingBlobs: published === undefined ? await missingBlobs(client, group.id, draft) : [],
    nextVersion: 1n + (await client.workload.specs(group.id, draft.name)).reduce((newest, { version }) => (version > newest ? version : newest), 0n),
    signatures: await signaturesFor(session, group.authority, DEPLOY_TYPES[change]),
    change,
  };
}

/** What has to be there before the deployment: its spec. @param publisher whoever signs the transaction */
export function stagingMessages({ prepared, group, published }: DeployPlan, publisher: string): EncodeObject[] {
  if (published !== undefined) return [];
  const { has_volumes, ...declaration } = prepared.declaration;
  return [
    workloadMessages.publishSpec({
      publisher,
      groupId: group.id,
      name: prepared.name,
      content: prepared.bytes,
      declaration: { ...declaration, hasVolumes: has_volumes },
    }),
  ];
}

/** What a proposal of the plan is called: `deploy web:2`. */
export function deployTitle({ change, existing, nextVersion, prepared, published }: DeployPlan): string {
  return change === "resume" ? `resume ${existing?.name ?? prepared.name}` : `deploy ${prepared.name}:${published?.version ?? nextVersion}`;
}

/** The message that carries a plan out, in the transaction that publishes the spec. */
export function deployMessage(plan: DeployPlan, flags: DeployFlags, authority: string): EncodeObject {
  const { prepared, group, existing } = plan;
  const common = {
    authority,
    specHash: prepared.hash,
    placement: plan.placement,
    rollout: rolloutOf(flags, existing, prepared.rollout),
    ...offlineOf(flags),
    secrets: plan.secrets.map(({ name, version }) => ({ name, version })),
  };
  if (existing === undefined) return workloadMessages.createDeployment({ ...common, groupId: group.id, name: prepared.name });
  const { id: deploymentId, revision: expectedRevision, moveWhenUnreachable } = existing;
  if (plan.change === "resume") return workloadMessages.resumeDeployment({ authority, deploymentId, expectedRevision });
  // An update of a paused deployment makes it run.
  return workloadMessages.updateDeployment({ ...common, deploymentId, expectedRevision, moveWhenUnreachable });
}

/** Type of the message that each change is. */
const DEPLOY_TYPES: Record<DeployPlan["change"], string> = {
  create: "/daonetes.workload.v1.MsgCreateDeployment",
  update: "/daonetes.workload.v1.MsgUpdateDeployment",
  none: "/daonetes.workload.v1.MsgUpdateDeployment",
  resume: "/daonetes.workload.v1.MsgResumeDeployment",
};

async function signaturesFor(session: Session, authority: string, typeUrl: string): Promise<DeployPlan["signatures"]> {
  const known = (await session.keyring.list()).find(({ address, multisig }) => address === authority && multisig !== undefined);
  if (known?.multisig !== undefined) {
    const { threshold, members } = known.multisig;
    return { needed: BigInt(threshold), of: BigInt(members.length), council: undefined, multisig: known.name };
  }
  const client = await session.client();
  const found = await client.council.council(authority).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  return found === undefined
    ? { needed: 1n, of: 1n, council: undefined, multisig: undefined }
    : { needed: neededWeight(found, [typeUrl]), of: found.totalWeight, council: found, multisig: undefined };
}

export async function findDeployment(client: DaonetesClient, groupId: bigint, name: string): Promise<workload.Deployment | undefined> {
  try {
    return await client.workload.deployment(groupId, name);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function readSpec(client: DaonetesClient, deployment: workload.Deployment): Promise<CanonicalSpec | undefined> {
  return decodeCanonical(await client.workload.specContent(deployment.groupId, deployment.specHash));
}

/** The deployment of a name with its spec, read once. */
function runningRevisions(
  client: DaonetesClient,
  groupId: bigint,
): (name: string) => Promise<{ deployment: workload.Deployment | undefined; spec: CanonicalSpec | undefined }> {
  const known = new Map<string, ReturnType<ReturnType<typeof runningRevisions>>>();
  return (name) => {
    const former = known.get(name);
    if (former !== undefined) return former;
    const found = findDeployment(client, groupId, name).then(async (deployment) => ({
      deployment,
      spec: deployment === undefined ? undefined : await readSpec(client, deployment),
    }));
    known.set(name, found);
    return found;
  };
}

function checkExpectations(flags: DeployFlags, existing: workload.Deployment | undefined, prepared: PreparedSpec): void {
  if (flags.ifRevision !== undefined && BigInt(flags.ifRevision) !== (existing?.revision ?? 0n)) {
    throw new DaonetesError({
      code: "DAO3011",
      kind: "conflict",
      message: `${prepared.name} is at revision ${existing?.revision ?? 0n}, not ${flags.ifRevision}: somebody changed it since the plan`,
      help: "look again: daonetes plan; nothing was sent",
    });
  }
  if (flags.ifSpec !== undefined && flags.ifSpec !== prepared.hash) {
    throw new DaonetesError({
      code: "DAO3012",
      kind: "conflict",
      message: `the files make the spec ${prepared.hash}, not ${flags.ifSpec}: they changed since the plan`,
      help: "look again: daonetes plan; nothing was sent",
    });
  }
}

async function placementOf(
  client: DaonetesClient,
  group: workgroup.Group,
  flags: DeployFlags,
  existing: workload.Deployment | undefined,
): Promise<workload.Placement> {
  if (flags.device !== undefined && flags.device.length > 0) {
    const devices = await Promise.all(flags.device.map((name) => client.workgroup.device(group.id, name)));
    return { devices: devices.map(({ address }) => address), selector: [], replicas: 0 };
  }
  if (flags.on !== undefined) {
    const selector = flags.on.split(",").map((tag) => tag.trim()).filter(Boolean).sort();
    return { devices: [], selector, replicas: flags.replicas === undefined ? 0 : Number(flags.replicas) };
  }
  if (existing?.placement !== undefined) return existing.placement;
  const devices = (await client.workgroup.devices(group.id)).filter(({ status }) => status === workgroup.DeviceStatus.DEVICE_STATUS_APPROVED);
  const only = devices[0];
  if (devices.length === 1 && only !== undefined) return { devices: [only.address], selector: [], replicas: 0 };
  throw new DaonetesError({
    code: "DAO1025",
    kind: "usage",
    message: devices.length === 0 ? `${group.name} has no approved device` : `${group.name} has ${devices.length} devices: on which shall it run?`,
    help: devices.length === 0 ? "bring one in: daonetes device add" : "--on key=value [--every | --replicas N], or --device NAME",
  });
}

/** What becomes of the secrets of a file; nothing is loaded where it has none. */
async function secretsOf(session: Session, group: workgroup.Group, { secrets }: PreparedSpec): Promise<{ desk: SecretDesk | undefined; secrets: PlannedSecret[] }> {
  if (secrets.length === 0) return { desk: undefined, secrets: [] };
  const [{ SecretDesk }, { planSecrets }] = await Promise.all([import("./secrets/secret-desk.ts"), import("./secrets/staging.ts")]);
  const desk = await SecretDesk.open(session, group);
  return { desk, secrets: await planSecrets(desk, secrets) };
}

function samePins(pinned: readonly workload.SecretVersion[], planned: readonly PlannedSecret[]): boolean {
  return pinned.length === planned.length && planned.every(({ name, version }, index) => pinned[index]?.name === name && pinned[index]?.version === version);
}

function samePlacement(a: workload.Placement | undefined, b: workload.Placement): boolean {
  return a !== undefined && JSON.stringify([a.devices, a.selector, a.replicas]) === JSON.stringify([b.devices, b.selector, b.replicas]);
}

function changesRollout(flags: DeployFlags): boolean {
  return [flags.maxParallel, flags.onFailure, flags.healthyFor, flags.offline].some((flag) => flag !== undefined);
}

/** Flags beat the file, the file beats what the deployment has. */
function rolloutOf(flags: DeployFlags, existing: workload.Deployment | undefined, file: RolloutDefaults): workload.Rollout {
  const rollout = workload.Rollout.fromPartial({ ...existing?.rollout });
  if (file.maxParallel !== undefined) rollout.maxParallel = file.maxParallel;
  if (file.healthyFor !== undefined) rollout.healthyFor = { seconds: BigInt(Math.floor(file.healthyFor / 1e9)), nanos: file.healthyFor % 1e9 };
  if (file.onFailure !== undefined) {
    rollout.onFailure = file.onFailure === "pause" ? workload.FailureAction.FAILURE_ACTION_PAUSE : workload.FailureAction.FAILURE_ACTION_ROLLBACK;
  }
  if (flags.maxParallel !== undefined) rollout.maxParallel = Number(flags.maxParallel);
  if (flags.healthyFor !== undefined) rollout.healthyFor = { seconds: BigInt(parseDuration(flags.healthyFor)), nanos: 0 };
  if (flags.onFailure !== undefined) {
    if (flags.onFailure !== "rollback" && flags.onFailure !== "pause") {
      throw new DaonetesError({ code: "DAO1021", kind: "usage", message: `"${flags.onFailure}" is no way to handle a failure`, help: "--on-failure rollback or --on-failure pause" });
    }
    rollout.onFailure = flags.onFailure === "pause" ? workload.FailureAction.FAILURE_ACTION_PAUSE : workload.FailureAction.FAILURE_ACTION_ROLLBACK;
  }
  return rollout;
}

function offlineOf(flags: DeployFlags): { inheritOfflinePolicy: boolean; offlinePolicy?: { stopAfter: { seconds: bigint } } } {
  if (flags.offline === undefined) return { inheritOfflinePolicy: true };
  if (flags.offline === "keep") return { inheritOfflinePolicy: false, offlinePolicy: { stopAfter: { seconds: 0n } } };
  const after = /^stop-after=(?<time>.+)$/.exec(flags.offline)?.groups?.["time"];
  if (after === undefined) {
    throw new DaonetesError({ code: "DAO1022", kind: "usage", message: `"${flags.offline}" is no offline policy`, help: "--offline keep or --offline stop-after=6h" });
  }
  return { inheritOfflinePolicy: false, offlinePolicy: { stopAfter: { seconds: BigInt(parseDuration(after)) } } };
}
