import { type DaonetesClient, DaonetesError, workload as types } from "../../index.ts";
import { type CanonicalSpec, declarationOf, decodeCanonical, hashSpec } from "../../compose/index.ts";
import { scopeOf } from "../../secrets/index.ts";
import { short } from "../output.ts";
import { placementText } from "../placement-text.ts";
import { specChanges } from "../plan-text.ts";
import { type Describer, type Description, groupName, orUndefined } from "./description.ts";

const TYPE = "/daonetes.workload.v1.Msg";

/** Describers of x/workload's messages by type URL. */
export const workloadDescribers: Record<string, Describer> = {
  [`${TYPE}PublishSpec`]: async (client, { groupId, name, content }: types.MsgPublishSpec) => ({
    title: `publish a spec of ${name}`,
    group: await groupName(client, groupId),
    lines: [`spec ${hashSpec(content)}`],
  }),
  [`${TYPE}PublishBlob`]: async (client, { groupId, content }: types.MsgPublishBlob) => ({
    title: `publish a file of ${content.length} bytes`,
    group: await groupName(client, groupId),
    lines: [],
  }),
  [`${TYPE}RetireSpec`]: async (client, { groupId, hash }: types.MsgRetireSpec) => ({
    title: `retire ${await specLabel(client, groupId, hash)}`,
    group: await groupName(client, groupId),
    lines: [`spec ${hash}`],
  }),
  [`${TYPE}PutSecret`]: async (client, { groupId, name, version, generation, ciphertext }: types.MsgPutSecret) => ({
    title: `put version ${version} of the secret ${name}`,
    group: await groupName(client, groupId),
    lines: [`sealed to key ${generation} of ${scopeOf(name)}: ${hashSpec(ciphertext)}, ${ciphertext.length} bytes`],
  }),
  [`${TYPE}GrantSecret`]: async (client, { groupId, scope, generation, grants }: types.MsgGrantSecret) => {
    const names = new Map((await client.workgroup.devices(groupId)).map(({ address, name }) => [address, name]));
    return {
      title: `give key ${generation} of the secrets of ${scope} to ${grants.length}`,
      group: await groupName(client, groupId),
      lines: grants.map(({ recipient, sealed }) => `${names.get(recipient) ?? recipient}   ${hashSpec(sealed)}`),
    };
  },
  [`${TYPE}RemoveSecret`]: async (client, { groupId, name, version }: types.MsgRemoveSecret) => ({
    title: `remove ${version === 0n ? "all versions" : `version ${version}`} of the secret ${name}`,
    group: await groupName(client, groupId),
    lines: [],
  }),
  [`${TYPE}CreateDeployment`]: createDeployment,
  [`${TYPE}UpdateDeployment`]: updateDeployment,
  [`${TYPE}PauseDeployment`]: (client, { deploymentId, stop, expectedRevision }: types.MsgPauseDeployment) =>
    onDeployment(client, deploymentId, expectedRevision, (name) => `pause ${name}${stop ? " and stop its containers" : ""}`),
  [`${TYPE}ResumeDeployment`]: (client, { deploymentId, expectedRevision }: types.MsgResumeDeployment) =>
    onDeployment(client, deploymentId, expectedRevision, (name) => `resume ${name}`),
  [`${TYPE}RollbackDeployment`]: (client, { deploymentId, expectedRevision, toRevision }: types.MsgRollbackDeployment) =>
    onDeployment(client, deploymentId, expectedRevision, (name) => `roll ${name} back to revision ${toRevision}`),
  [`${TYPE}RemoveDeployment`]: (client, { deploymentId, expectedRevision, volumes }: types.MsgRemoveDeployment) =>
    onDeployment(client, deploymentId, expectedRevision, (name) => `remove ${name}${volumes ? " and the data in its volumes" : ""}`),
};

async function onDeployment(client: DaonetesClient, id: bigint, expected: bigint, title: (name: string) => string): Promise<Description> {
  const deployment = await orUndefined(client.workload.deploymentById(id));
  if (deployment === undefined) return { title: title(`deployment ${id}`), lines: ["this deployment does not exist any more"] };
  return { title: title(deployment.name), group: await groupName(client, deployment.groupId), lines: staleness(deployment, expected) };
}

function staleness({ revision }: types.Deployment, expected: bigint): string[] {
  return revision === expected ? [] : [`! it was proposed for revision ${expected}; now revision ${revision} is there: it will be refused`];
}

async function createDeployment(client: DaonetesClient, message: types.MsgCreateDeployment): Promise<Description> {
  const spec = await provenSpec(client, message.groupId, message.specHash);
  const { devices } = await devicesOf(client, message.groupId, 0n, message.specHash, message.placement);
  return {
    title: `deploy ${spec.label}${spec.label.startsWith(`${message.name}:`) ? "" : ` as ${message.name}`}`,
    group: await groupName(client, message.groupId),
    lines: [
      ...Object.entries(spec.content.services).map(([name, { image }]) => `+ services.${name}   ${image.name}@${short(image.digest)}`),
      `devices ${devices.join(", ") || "none now"}   (${placementText(message.placement ?? NOWHERE)})`,
      ...spec.lines,
    ],
    next: `daonetes wait deployment/${message.name}`,
  };
}

async function updateDeployment(client: DaonetesClient, message: types.MsgUpdateDeployment): Promise<Description> {
  const deployment = await orUndefined(client.workload.deploymentById(message.deploymentId));
  if (deployment === undefined) return { title: `update deployment ${message.deploymentId}`, lines: ["this deployment does not exist any more"] };
  const spec = await provenSpec(client, deployment.groupId, message.specHash);
  const before = message.specHash === deployment.specHash ? spec : await provenSpec(client, deployment.groupId, deployment.specHash);
  const { devices, difference } = await devicesOf(client, deployment.groupId, deployment.id, message.specHash, message.placement);
  const changes = specChanges(before.content, spec.content);
  const restart = message.restart && changes.length === 0;
  return {
    title: restart ? `restart ${deployment.name}` : `deploy ${spec.label}${spec.label.startsWith(`${deployment.name}:`) ? "" : ` as ${deployment.name}`}`,
    group: await groupName(client, deployment.groupId),
    lines: [
      ...changes,
      `devices ${devices.join(", ") || "none now"} (${difference})`,
      ...spec.lines,
      ...staleness(deployment, message.expectedRevision),
    ],
    next: `daonetes wait deployment/${deployment.name}`,
  };
}

const NOWHERE: types.Placement = { devices: [], selector: [], replicas: 0 };

/** A spec whose bytes were hashed here, and whose declaration was worked out from them. */
async function provenSpec(client: DaonetesClient, groupId: bigint, hash: string): Promise<{ label: string; content: CanonicalSpec; lines: string[] }> {
  const meta = await orUndefined(client.workload.spec(groupId, hash));
  if (meta === undefined) {
    throw new DaonetesError({
      code: "DAO3023",
      kind: "denied",
      message: `the spec ${hash} is not on the chain: what would run cannot be shown`,
      help: "let the proposer publish it (daonetes spec publish), then look again; nothing was signed",
    });
  }
  const bytes = await client.workload.specContent(groupId, hash);
  const computed = hashSpec(bytes);
  if (computed !== hash) throw mismatch(`the node shows bytes with the hash ${computed} for the spec ${hash}`);
  const content = decoded(bytes, hash);
  const { has_volumes, ...declared } = declarationOf(content);
  const { hasVolumes, ...published } = meta.declaration ?? { hasVolumes: false, blobs: [], secrets: [], platforms: [], requires: [] };
  for (const field of ["blobs", "secrets", "platforms", "requires"] as const) {
    if (JSON.stringify(declared[field]) !== JSON.stringify(published[field])) throw mismatch(`the spec ${hash} was published with ${field} that its bytes do not have`);
  }
  if (has_volumes !== hasVolumes) throw mismatch(`the spec ${hash} was published with another word on volumes than its bytes`);
  const requires = declared.requires.join(", ") || "nothing";
  return { label: `${meta.name}:${meta.version}`, content, lines: [`asks the owner for: ${requires}    hash recomputed here: same`] };
}

function decoded(bytes: Uint8Array, hash: string): CanonicalSpec {
  try {
    return decodeCanonical(bytes);
  } catch (error) {
    throw mismatch(`the spec ${hash} is not in canonical form, so no device would run it: ${(error as Error).message}`);
  }
}

function mismatch(message: string): DaonetesError {
  return new DaonetesError({
    code: "DAO3022",
    kind: "denied",
    message,
    help: "do not sign: the node or the proposer is not honest. Ask on another gateway (DAONETES_GATEWAY)",
  });
}

/** Names of the devices that a placement chooses now, and how they differ from those that hold the deployment. */
async function devicesOf(
  client: DaonetesClient,
  groupId: bigint,
  deploymentId: bigint,
  specHash: string,
  placement: types.Placement = NOWHERE,
): Promise<{ devices: string[]; difference: string }> {
  const [preview, holders, members] = await Promise.all([
    client.workload.placementPreview({ groupId, deploymentId, specHash, placement }),
    deploymentId === 0n ? [] : client.workload.holders(deploymentId),
    client.workgroup.devices(groupId),
  ]);
  const names = new Map(members.map(({ address, name }) => [address, name]));
  const nameOf = (address: string): string => names.get(address) ?? short(address);
  const now = new Set(preview.devices);
  const before = new Set(holders.map(({ device }) => device));
  const changes = [
    ...[...now].filter((address) => !before.has(address)).map((address) => `+ ${nameOf(address)}`),
    ...[...before].filter((address) => !now.has(address)).map((address) => `- ${nameOf(address)}`),
  ];
  return { devices: preview.devices.map(nameOf), difference: changes.length === 0 ? "same" : changes.join(", ") };
}

async function specLabel(client: DaonetesClient, groupId: bigint, hash: string): Promise<string> {
  const spec = await orUndefined(client.workload.spec(groupId, hash));
  return spec === undefined ? `the spec ${short(hash)}` : `${spec.name}:${spec.version}`;
}
