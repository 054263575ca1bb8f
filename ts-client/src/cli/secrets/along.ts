import type { EncodeObject } from "@cosmjs/proto-signing";
import { type DaonetesClient, type workgroup, workload } from "../../index.ts";
import { done } from "../output.ts";
import type { Session } from "../session.ts";
import { missingGrants, sealedText, type Upcoming } from "./hand-on.ts";
import type { SecretDesk } from "./secret-desk.ts";

/** Devices, and bytes of grants, that go along with a transaction: a spec may stand in it as well. */
const MOST_DEVICES = 8;
const MOST_BYTES = 24 * 1024;

const APPROVE = "/daonetes.workgroup.v1.MsgApproveDevice";
const CREATE = "/daonetes.workload.v1.MsgCreateDeployment";
const UPDATE = "/daonetes.workload.v1.MsgUpdateDeployment";

/**
 * Keys that are handed on by the transaction that gives devices their work. Never earlier: what is sealed to a device
 * stands where the device can read it, whether or not the work is given in the end.
 */
export interface Along {
  messages: EncodeObject[];
  /** Says who was given something, once the transaction is in a block. */
  tell(): Promise<void>;
}

export const NOTHING: Along = { messages: [], tell: () => Promise.resolve() };

/**
 * Keys that devices lack for what they are to run.
 * @param sender signer of the messages: somebody who may hand on
 */
export async function grantsAlong(desk: SecretDesk, sender: string, upcoming: Upcoming): Promise<Along> {
  if (upcoming.devices.length === 0 || upcoming.devices.length > MOST_DEVICES) return NOTHING;
  const { batches, bytes, readers } = await missingGrants(desk, sender, { upcoming });
  const [messages = [], ...more] = batches;
  if (messages.length === 0 || more.length > 0 || bytes > MOST_BYTES) return NOTHING;
  return { messages, tell: async () => done(desk.session.output, await sealedText(desk, readers)) };
}

/**
 * The same for messages that an authority signs or a council carries out.
 * @returns nothing where the groups of these messages have no secrets, or what is missing fits into no transaction
 */
export async function grantsBehind(session: Session, sender: string, messages: readonly EncodeObject[]): Promise<Along> {
  const client = await session.client();
  for (const message of messages) {
    const work = await workOf(client, message);
    // One message that gives work is what commands make; what another one gives is handed on afterwards.
    if (work === undefined) continue;
    const { groupId, upcoming } = work;
    if ((await client.workload.secrets(groupId)).length === 0) return NOTHING;
    const { SecretDesk: Desk } = await import("./secret-desk.ts");
    return grantsAlong(await Desk.open(session, await client.workgroup.group(groupId)), sender, upcoming);
  }
  return NOTHING;
}

async function workOf(client: DaonetesClient, { typeUrl, value }: EncodeObject): Promise<{ groupId: bigint; upcoming: Upcoming } | undefined> {
  if (typeUrl === APPROVE) {
    const { device, tags } = value as { device: string; tags: string[] };
    const found = await client.workgroup.deviceByAddress(device);
    const upcoming = { pins: await pinsFor(client, found, [...found.tags, ...tags]), devices: [device], joining: device };
    return upcoming.pins.length === 0 ? undefined : { groupId: found.groupId, upcoming };
  }
  if (typeUrl !== CREATE && typeUrl !== UPDATE) return undefined;
  const { specHash, placement = workload.Placement.create(), secrets: pins, ...rest } = value as workload.MsgCreateDeployment & workload.MsgUpdateDeployment;
  const deploymentId = typeUrl === UPDATE ? rest.deploymentId : 0n;
  const groupId = typeUrl === UPDATE ? (await client.workload.deploymentById(deploymentId)).groupId : rest.groupId;
  const { devices } = await client.workload.placementPreview({ groupId, deploymentId, specHash, placement });
  return { groupId, upcoming: { pins, devices } };
}

/** What the deployments pin that take a device as soon as it is a member. */
async function pinsFor(client: DaonetesClient, { groupId }: workgroup.Device, tags: readonly string[]): Promise<workload.SecretVersion[]> {
  const { INTENT_REMOVE, INTENT_REMOVE_WITH_VOLUMES } = workload.Intent;
  return (await client.workload.deployments(groupId)).flatMap(({ intent, placement, progress, secrets }) => {
    const { selector = [], replicas = 0 } = placement ?? {};
    const open = replicas === 0 || (progress?.total ?? 0) < replicas;
    const takes = open && selector.length > 0 && selector.every((tag) => tags.includes(tag)) && intent !== INTENT_REMOVE && intent !== INTENT_REMOVE_WITH_VOLUMES;
    return takes ? secrets : [];
  });
}
