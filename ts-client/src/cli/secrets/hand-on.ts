import type { EncodeObject } from "@cosmjs/proto-signing";
import { type workgroup, type workload, workload as types } from "../../index.ts";
import { registryHost, scopeOf } from "../../secrets/index.ts";
import { done, hint } from "../output.ts";
import type { Sender } from "../sender.ts";
import type { Session } from "../session.ts";
import type { Reader, SecretDesk } from "./secret-desk.ts";
import { Batches, grantMessages, hashOf, sendBatches } from "./staging.ts";

/** Who lacks which keys, and what could not be found out. */
export interface Missing {
  /** Messages for one transaction each. */
  batches: EncodeObject[][];
  /** Size of all of them. */
  bytes: number;
  /** Devices and people that are given something. */
  readers: Set<string>;
  /** Scopes whose key this person cannot hand on, with those who can. */
  unable: Map<string, string[]>;
  /** Devices that need a key and have no age recipient. */
  without: Set<string>;
}

export interface HandOnOptions {
  /** Only keys that these deployments use; absent: of all. */
  deployments?: readonly workload.Deployment[];
  /** Only this device or person. */
  only?: string;
  /** Only the keys of this scope. */
  scope?: string;
  /** Height of what was done before: the devices are read after it. */
  minHeight?: bigint;
  /** What is about to run: only the keys of that, for only its devices. */
  upcoming?: Upcoming;
}

/** What devices are to run by a transaction that is not sent yet. */
export interface Upcoming {
  pins: readonly workload.SecretVersion[];
  devices: readonly string[];
  /** One of them that waits, and is admitted by the same transaction. */
  joining?: string;
}

interface Need {
  scope: string;
  generation: bigint;
  devices: Set<string>;
}

/**
 * What is missing so that each device can open the secrets of what it shall run, and each person who may hand them on can.
 * The one place that decides it: for `up`, `device approve` and `secret reseal`.
 */
export async function missingGrants(desk: SecretDesk, sender: string, options: HandOnOptions = {}): Promise<Missing> {
  const missing: Missing = { batches: [], bytes: 0, readers: new Set(), unable: new Map(), without: new Set() };
  const batches = new Batches();
  const people = options.upcoming === undefined ? await desk.people() : [];
  // Who has what they need by what the gateway says is left out: only whom something is sealed to is read with proof.
  const said = new Map((await desk.client.workgroup.devices(desk.group.id)).map(({ address, info }) => [address, info?.ageRecipient ?? ""]));
  for (const { scope, generation, devices } of await needs(desk, options)) {
    if (options.scope !== undefined && options.scope !== scope) continue;
    const grants = await desk.client.workload.secretGrants(desk.group.id, scope, generation);
    const known = new Map(grants.map(({ recipient, recipientHash }) => [recipient, recipientHash]));
    const lacks = ({ address, recipient }: Reader): boolean =>
      known.get(address) !== hashOf(recipient) && (options.only === undefined || options.only === address);
    const wanted = people.filter(lacks);
    for (const address of [...devices].sort()) {
      if (options.only !== undefined && options.only !== address) continue;
      if (!lacks({ address, recipient: said.get(address) ?? "" })) continue;
      const reader = await desk.device(address, options.minHeight, options.upcoming?.joining);
      if (reader === undefined) missing.without.add(address);
      else if (lacks(reader)) wanted.push(reader);
    }
    if (wanted.length === 0) continue;
    const key = await desk.key(scope, generation);
    if (key.identity === undefined) {
      missing.unable.set(scope, grants.map(({ recipient }) => recipient).filter((address) => people.some((person) => person.address === address)));
      continue;
    }
    for (const { address } of wanted) missing.readers.add(address);
    for (const { message, size } of await grantMessages(desk, key, wanted, sender)) {
      batches.add(message, size);
      missing.bytes += size;
    }
  }
  missing.batches = batches.all;
  return missing;
}

/** Each key that a deployment's pins are sealed to, with the devices that run it; credentials of registries with all devices. */
async function needs(desk: SecretDesk, options: HandOnOptions): Promise<Need[]> {
  const { client, group } = desk;
  const [all, secrets] = await Promise.all([options.deployments ?? client.workload.deployments(group.id), client.workload.secrets(group.id)]);
  const generationOf = new Map(secrets.map(({ name, version, generation }) => [`${name} ${version}`, generation]));
  const found = new Map<string, Need>();
  const need = (scope: string, generation: bigint): Need => {
    const at = `${scope} ${generation}`;
    const one = found.get(at) ?? { scope, generation, devices: new Set<string>() };
    found.set(at, one);
    return one;
  };
  if (options.upcoming !== undefined) {
    const { pins, devices } = options.upcoming;
    const logins = newestOf(secrets).filter(({ name }) => registryHost(name) !== undefined);
    for (const { name, version } of [...pins, ...logins]) {
      const generation = generationOf.get(`${name} ${version}`);
      if (generation !== undefined) for (const device of devices) need(scopeOf(name), generation).devices.add(device);
    }
    return [...found.values()];
  }
  const running = all.filter(({ intent }) => intent !== types.Intent.INTENT_REMOVE && intent !== types.Intent.INTENT_REMOVE_WITH_VOLUMES);
  const holders = new Set<string>();
  for (const { id, secrets: pins } of running) {
    const devices = (await client.workload.holders(id)).filter(({ removing }) => !removing).map(({ device }) => device);
    for (const device of devices) holders.add(device);
    for (const { name, version } of pins) {
      const generation = generationOf.get(`${name} ${version}`);
      if (generation === undefined) continue;
      const one = need(scopeOf(name), generation);
      for (const device of devices) one.devices.add(device);
    }
  }
  for (const { name, generation } of newestOf(secrets)) {
    const one = registryHost(name) === undefined && options.deployments !== undefined ? undefined : need(scopeOf(name), generation);
    if (registryHost(name) !== undefined) for (const device of holders) one?.devices.add(device);
  }
  return [...found.values()];
}

/** The newest version of each name. */
export function newestOf(secrets: readonly workload.Secret[]): workload.Secret[] {
  const newest = new Map<string, workload.Secret>();
  for (const secret of secrets) if (secret.version >= (newest.get(secret.name)?.version ?? 0n)) newest.set(secret.name, secret);
  return [...newest.values()];
}

/**
 * Gives devices and people the keys that they lack, and says so.
 * @returns how many were given something; undefined if signatures are missing, which was said
 */
export async function handOn(desk: SecretDesk, sender: Sender, options: HandOnOptions = {}): Promise<number | undefined> {
  const missing = await missingGrants(desk, sender.address, options);
  const { output } = desk.session;
  if (missing.batches.length > 0) {
    if ((await sendBatches(sender, missing.batches)) === undefined) return undefined;
    done(output, await sealedText(desk, missing.readers));
  }
  await tellMissing(desk, missing);
  return missing.readers.size;
}

/** Who was given something. */
export async function sealedText(desk: SecretDesk, readers: ReadonlySet<string>): Promise<string> {
  return `secrets sealed to ${readers.size} ${readers.size === 1 ? "reader" : "readers"} more: ${(await namesOf(desk, [...readers])).join(", ")}`;
}

/** The same after something changed in a group, which may have no secrets at all. */
export async function handOnAfter(session: Session, group: workgroup.Group, options: HandOnOptions): Promise<void> {
  const client = await session.client();
  if ((await client.workload.secrets(group.id)).length === 0) return;
  const { SecretDesk: Desk } = await import("./secret-desk.ts");
  await handOn(await Desk.open(session, group), await session.sender(), options);
}

async function tellMissing(desk: SecretDesk, { unable, without }: Missing): Promise<void> {
  const { output } = desk.session;
  for (const [scope, holders] of unable) {
    const who = holders.length === 0 ? "nobody can any more: put the values again (daonetes secret rotate NAME, or up)" : `${(await namesOf(desk, holders)).join(" or ")} can: daonetes secret reseal`;
    hint(output, `! the key of ${scope} was not given to you, so you cannot hand it on; ${who}`);
  }
  if (without.size > 0) hint(output, `! ${(await namesOf(desk, [...without])).join(", ")} cannot be given secrets: no member with an age recipient; a newer agent registers one by itself`);
}

/** Names of devices and people, a few of them. */
export async function namesOf(desk: SecretDesk, addresses: readonly string[], most = 8): Promise<string[]> {
  const [devices, keys] = await Promise.all([desk.client.workgroup.devices(desk.group.id), desk.session.keyring.list()]);
  const names = new Map([...devices, ...keys].map(({ address, name }) => [address, name]));
  const shown = addresses.slice(0, most).map((address) => names.get(address) ?? address);
  return addresses.length > most ? [...shown, `${addresses.length - most} more`] : shown;
}
