import { createHash } from "node:crypto";
import type { EncodeObject } from "@cosmjs/proto-signing";
import { DaonetesError, workgroup, workgroupMessages, type workload, workloadMessages } from "../../index.ts";
import type { ProjectSecret, SecretTarget } from "../../compose/index.ts";
import { newIdentity, recipientOf, scopeOf, sealKey, sealValue, type SecretValue } from "../../secrets/index.ts";
import type { Sender } from "../sender.ts";
import type { Reader, ScopeKey, SecretDesk } from "./secret-desk.ts";

/**
 * What becomes of a secret: `new`: the name was not there. `changed`: another value than the newest version. `unchanged`:
 * the same. `not compared`: this person cannot open the newest version, so that a new one is made. `kept`: the group keeps it.
 */
export type SecretState = "new" | "changed" | "unchanged" | "not compared" | "kept";

export interface PlannedSecret {
  name: string;
  state: SecretState;
  /** The version that the deployment will pin. */
  version: bigint;
  /** Where the value came from: `shell`, `the group`, or the path of a file. */
  origin: string;
  targets: SecretTarget[];
  /** Present where a version is to be made. */
  value?: SecretValue;
}

/** Bytes of messages in one transaction: it may have 64 KiB with everything around them. */
const MOST_BYTES = 52 * 1024;
const MOST_MESSAGES = 16;

/** Works out which secrets need a new version. Nothing is sealed yet. */
export async function planSecrets(desk: SecretDesk, secrets: readonly ProjectSecret[]): Promise<PlannedSecret[]> {
  return Promise.all(
    secrets.map(async ({ name, value, origin, targets }): Promise<PlannedSecret> => {
      const { versions, newestVersion } = await desk.versions(name);
      const newest = versions.at(-1);
      if (value === undefined) {
        if (newest === undefined) throw new DaonetesError({ code: "DAO4041", kind: "usage", message: `the group has no secret ${name}`, help: `put it first: daonetes secret put ${name}; nothing was sent` });
        return { name, state: "kept", version: newest.version, origin, targets };
      }
      const state = newest === undefined ? "new" : await compare(desk, newest, value);
      if (state === "unchanged") return { name, state, version: newestVersion, origin, targets };
      return { name, state, version: newestVersion + 1n, origin, targets, value };
    }),
  );
}

async function compare(desk: SecretDesk, { name, version }: workload.Secret, value: SecretValue): Promise<SecretState> {
  const stored = await desk.value(name, version);
  if (stored === undefined) return "not compared";
  return stored.equals(value) ? "unchanged" : "changed";
}

/** What a deployment pins: the version of each name, by name. */
export function pinsOf(planned: readonly PlannedSecret[]): workload.SecretVersion[] {
  return planned.map(({ name, version }) => ({ name, version }));
}

export interface StageOptions {
  /** True: the values are sealed to a new generation of their key, whoever knew the former one. */
  newKey?: boolean;
}

/**
 * Seals new versions, and the keys that are made for them, to the people who may read them.
 * @returns messages for one transaction each, in order
 */
export async function stageSecrets(desk: SecretDesk, planned: readonly PlannedSecret[], publisher: string, { newKey = false }: StageOptions = {}): Promise<EncodeObject[][]> {
  const fresh = planned.filter((secret): secret is PlannedSecret & { value: SecretValue } => secret.value !== undefined);
  if (fresh.length === 0) return [];
  const batches = new Batches();
  const mayGrant = (await desk.entitled()).has(publisher);
  const readers = mayGrant ? await peopleAndMe(desk, publisher, batches) : [];
  for (const scope of new Set(fresh.map(({ name }) => scopeOf(name)))) {
    const { key, grants } = await keyFor(desk, scope, newKey);
    if (!mayGrant && key.identity !== undefined) throw publisherOnly(scope);
    for (const { name, version, value } of fresh.filter((secret) => scopeOf(secret.name) === scope)) {
      const ciphertext = await sealValue(value, { chainId: desk.chainId, groupId: desk.group.id, name, version }, key.recipient);
      batches.add(workloadMessages.putSecret({ publisher, groupId: desk.group.id, name, version, generation: key.generation, keyRecipient: key.recipient, ciphertext }), ciphertext.length + key.recipient.length);
    }
    const missing = readers.filter(({ address, recipient }) => grants.get(address) !== hashOf(recipient));
    if (key.identity !== undefined) for (const message of await grantMessages(desk, key, missing, publisher)) batches.add(message.message, message.size);
  }
  return batches.all;
}

/** A publisher stages values for keys that are there; a key that nobody could be given would be lost. */
function publisherOnly(scope: string): DaonetesError {
  return new DaonetesError({ code: "DAO3051", kind: "denied", message: `the secrets of ${scope} need a new key, and this key may not hand one on`, help: "let the group's authority or an operator put them first: daonetes up; nothing was sent" });
}

/** The people who may read, and this person, who is registered with it. */
async function peopleAndMe(desk: SecretDesk, publisher: string, batches: Batches): Promise<Reader[]> {
  const people = await desk.people();
  const own = await desk.own();
  if (own === undefined || own.address !== publisher || !(await desk.entitled()).has(own.address)) return people;
  const known = people.find(({ address }) => address === own.address);
  if (known?.recipient === own.recipient) return people;
  batches.add(workgroupMessages.setRecipient({ address: own.address, ageRecipient: own.recipient }), own.recipient.length);
  return [...people.filter(({ address }) => address !== own.address), { address: own.address, recipient: own.recipient }];
}

/** The key for new values: the newest one, unless somebody knows it who should not know them. */
async function keyFor(desk: SecretDesk, scope: string, newKey: boolean): Promise<{ key: ScopeKey; grants: Map<string, string> }> {
  const { key, newestGeneration } = await desk.newestKey(scope);
  const grants = key === undefined ? [] : await desk.client.workload.secretGrants(desk.group.id, scope, key.generation);
  if (key !== undefined && !newKey && !(await isKnownToOthers(desk, grants))) {
    return { key, grants: new Map(grants.map(({ recipient, recipientHash }) => [recipient, recipientHash])) };
  }
  const identity = await newIdentity();
  const made: ScopeKey = { scope, generation: newestGeneration + 1n, recipient: await recipientOf(identity), identity };
  desk.addKey(made);
  return { key: made, grants: new Map() };
}

/** True if a revoked device, or somebody who may read the group's secrets no more, was given the key. */
async function isKnownToOthers(desk: SecretDesk, grants: readonly workload.SecretGrant[]): Promise<boolean> {
  const [entitled, devices] = await Promise.all([desk.entitled(), desk.client.workgroup.devices(desk.group.id)]);
  const { DeviceStatus } = workgroup;
  const members = new Set(devices.filter(({ status }) => status === DeviceStatus.DEVICE_STATUS_APPROVED || status === DeviceStatus.DEVICE_STATUS_CORDONED).map(({ address }) => address));
  return grants.some(({ recipient }) => !entitled.has(recipient) && !members.has(recipient));
}

/** Grants in one message: their bytes have to fit into a transaction. */
const MOST_GRANTS = 25;

/** Seals a key to readers, in messages that fit into a transaction each. */
export async function grantMessages(desk: SecretDesk, key: ScopeKey, readers: readonly Reader[], sender: string): Promise<{ message: EncodeObject; size: number }[]> {
  const { scope, generation, identity } = key;
  if (identity === undefined) return [];
  const messages: { message: EncodeObject; size: number }[] = [];
  for (let at = 0; at < readers.length; at += MOST_GRANTS) {
    const grants = await Promise.all(
      readers.slice(at, at + MOST_GRANTS).map(async ({ address, recipient }) => ({
        recipient: address,
        sealed: await sealKey(identity, { chainId: desk.chainId, groupId: desk.group.id, scope, generation }, recipient),
      })),
    );
    const size = grants.reduce((sum, { sealed }) => sum + sealed.length + 64, 0);
    messages.push({ message: workloadMessages.grantSecret({ sender, groupId: desk.group.id, scope, generation, grants }), size });
  }
  return messages;
}

/** How the chain names an age recipient in a grant. */
export function hashOf(recipient: string): string {
  return `sha256:${createHash("sha256").update(recipient).digest("hex")}`;
}

/** Messages in order, cut into transactions that the chain takes. */
export class Batches {
  readonly all: EncodeObject[][] = [];
  #bytes = 0;

  add(message: EncodeObject, size: number): void {
    const last = this.all.at(-1);
    if (last === undefined || last.length === MOST_MESSAGES || this.#bytes + size > MOST_BYTES) {
      this.all.push([message]);
      this.#bytes = size;
    } else {
      last.push(message);
      this.#bytes += size;
    }
  }
}

/**
 * Sends transactions one after the other, each with the gas that it needs.
 * @returns height of the last one; undefined if signatures for one are missing, which was said
 */
export async function sendBatches(sender: Sender, batches: readonly (readonly EncodeObject[])[]): Promise<bigint | undefined> {
  let height = 0n;
  for (const messages of batches) {
    const outcome = await sender.send(messages, { gas: await sender.estimateGas(messages) });
    if (outcome === undefined) return undefined;
    height = outcome.height;
  }
  return height;
}
