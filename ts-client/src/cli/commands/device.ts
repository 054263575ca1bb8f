import type { EncodeObject } from "@cosmjs/proto-signing";
import type { Command } from "commander";
import { setTimeout as delay } from "node:timers/promises";
import { DaonetesError, fingerprintWords, isNotFound, workgroup, workgroupMessages, type workload } from "../../index.ts";
import { type Acting, actingFor } from "../acting.ts";
import { anyDevice } from "../any-device.ts";
import type { SessionOf } from "../command.ts";
import { done, hint, printList, printObject, waits } from "../output.ts";
import type { Along } from "../secrets/along.ts";
import { parseDuration, type Session } from "../session.ts";
import { createTicket } from "../tickets.ts";
import { txText } from "../tx-text.ts";
import { collect } from "./ticket.ts";

type Item = workgroup.Device & { state: string };

/** `device`: computers of the group. */
export function registerDevice(program: Command, sessionOf: SessionOf): void {
  const device = program.command("device").description("computers of the group");

  device
    .command("add")
    .description("make a ticket, print the line to run on the new device, and wait for it")
    .option("--tag <key=value>", "tag of the device (repeatable)", collect, [])
    .option("--ttl <duration>", "how long the ticket is good", "1h")
    .option("--uses <count>", "how many devices may join with it", "1")
    .option("--auto-approve", "admit devices as they join")
    .option("--detach", "do not wait")
    .action(async (flags: { tag: string[]; ttl: string; uses: string; autoApprove?: boolean; detach?: boolean }, command: Command) => {
      const session = sessionOf(command);
      const context = await session.context();
      const group = await session.group();
      const acting = await actingFor(session, group.authority, group.name);
      const before = new Set((await acting.sender.client.workgroup.devices(group.id)).map(({ address }) => address));
      const ticket = await createTicket(acting, group, context.gateway, context.genesisHash, {
        tags: flags.tag,
        ttlSeconds: parseDuration(flags.ttl),
        maxUses: Number(flags.uses),
        autoApprove: flags.autoApprove === true,
      });
      if (ticket.outcome === undefined && session.output.format !== "table") return;
      session.output.err(`Run on the device (Docker Engine 20.10 or later; ${flags.uses === "1" ? "one use" : `${flags.uses} uses`}; good for ${flags.ttl}):`);
      session.output.out(`  daonetes-agent up --ticket ${ticket.text}`);
      if (ticket.outcome === undefined) {
        hint(session.output, "the ticket is good once this is approved; then the device waits in: daonetes device list");
        return;
      }
      if (flags.detach === true) return;
      waits(session.output, "waiting for a device      (Ctrl-C stops waiting, the ticket stays good)");
      const joined = await waitForDevice(session, group.id, before);
      const words = fingerprintWords(joined.pubKey).join(" ");
      done(session.output, `${joined.name} joined   ${joined.info?.platform ?? ""}   ${words}`);
      if (joined.status !== workgroup.DeviceStatus.DEVICE_STATUS_PENDING) return;
      if (!(await session.confirm(`Same words on the device? Approve ${joined.name} into ${group.name}`))) return;
      const message = workgroupMessages.approveDevice({ authority: acting.authority, device: joined.address });
      const along = await alongWith(session, acting, [message]);
      const outcome = await acting.send([message], { after: along.messages });
      if (outcome === undefined) return;
      done(session.output, `${joined.name} approved    ${txText(outcome)}`);
      if (outcome.responses.length > 1) await along.tell();
      await sealTo(session, group, joined.address, outcome.height);
    });

  device
    .command("list")
    .description("list the devices of the group")
    .action(async (_options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const { id } = await session.group();
      const [devices, leases] = await Promise.all([client.workgroup.devices(id), client.workload.leases(id)]);
      const byDevice = new Map(leases.map((lease) => [lease.device, lease]));
      const items: Item[] = devices.map((found) => ({ ...found, state: deviceState(found, byDevice.get(found.address)) }));
      const columns = [
        { title: "NAME", value: (item: Item) => item.name },
        { title: "STATE", value: (item: Item) => item.state },
        { title: "PLATFORM", value: (item: Item) => item.info?.platform || "-" },
        { title: "TAGS", value: (item: Item) => item.tags.join(",") || "-" },
        { title: "ENGINE", value: (item: Item) => item.info?.engineVersion || "-", wide: true },
        { title: "ADDRESS", value: (item: Item) => item.address },
      ];
      printList(session.output, items, columns, ({ name }) => name, (await client.status()).height, "no devices yet: daonetes device add");
    });

  device
    .command("show")
    .description("show a device")
    .argument("<device>", "name or address")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const found = await anyDevice(client, (await session.group()).id, name);
      const lease = await client.workload.lease(found.address).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
      const lines: [string, string][] = [
        ["name", found.name],
        ["address", found.address],
        ["state", deviceState(found, lease)],
        ["words", fingerprintWords(found.pubKey).join(" ")],
        ["tags", found.tags.join(", ") || "-"],
        ["platform", found.info?.platform || "-"],
        ["Engine", found.info?.engineVersion || "-"],
        ["agent", found.info?.agentVersion || "-"],
        ["epoch", String(lease?.epoch ?? 0n)],
      ];
      printObject(session.output, found, lines, found.name, (await client.status()).height);
    });

  const action = (
    name: string,
    description: string,
    past: string,
    build: (authority: string, address: string, flags: Record<string, unknown>) => EncodeObject,
    danger = false,
    next?: (session: Session, group: workgroup.Group, found: workgroup.Device, height: bigint) => Promise<void>,
  ): Command =>
    device
      .command(name)
      .description(description)
      .argument("<device>", "name or address")
      .action(async (deviceName: string, flags: Record<string, unknown>, command: Command) => {
        const session = sessionOf(command);
        const group = await session.group();
        const acting = await actingFor(session, group.authority, group.name);
        const found = await acting.sender.client.workgroup.device(group.id, deviceName);
        if (danger && !(await session.confirm(`${description}: ${found.name}?`))) return;
        const message = build(acting.authority, found.address, flags);
        const along = await alongWith(session, acting, [message]);
        const outcome = await acting.send([message], { after: along.messages });
        if (outcome === undefined) return;
        done(session.output, `${found.name} ${past}    ${txText(outcome)}`);
        if (outcome.responses.length > 1) await along.tell();
        await next?.(session, group, found, outcome.height);
      });

  action(
    "approve",
    "admit a waiting device, and seal to it what it is to run",
    "approved",
    (authority, address, flags) =>
      workgroupMessages.approveDevice({ authority, device: address, name: (flags["name"] as string | undefined) ?? "", tags: flags["tag"] as string[] }),
    false,
    (session, group, { address }, height) => sealTo(session, group, address, height),
  )
    .option("--name <name>", "give it another name")
    .option("--tag <key=value>", "further tag (repeatable)", collect, []);
  action("reject", "turn a waiting device down", "rejected", (authority, address) => workgroupMessages.rejectDevice({ authority, device: address }));
  action("update", "change name and tags of a device", "updated", (authority, address, flags) =>
    workgroupMessages.updateDevice({ authority, device: address, name: (flags["name"] as string | undefined) ?? "", tags: flags["tag"] as string[] }),
  )
    .option("--name <name>", "new name")
    .option("--tag <key=value>", "all its tags (repeatable); without any, it has none", collect, []);
  action("cordon", "give a device nothing new; what runs goes on", "cordoned", (authority, address) => workgroupMessages.cordonDevice({ authority, device: address }));
  action("uncordon", "give a device work again", "uncordoned", (authority, address) => workgroupMessages.uncordonDevice({ authority, device: address }));
  action(
    "revoke",
    "end a device's membership for ever",
    "revoked",
    (authority, address, flags) =>
      workgroupMessages.revokeDevice({ authority, device: address, mode: revokeMode((flags["mode"] as string | undefined) ?? "stop") }),
    true,
    tellExposed,
  ).option("--mode <mode>", "stop (volumes stay), orphan (containers run on) or wipe", "stop");

  device
    .command("admit")
    .description("admit a device by its key, without a ticket")
    .argument("<key>", "ed25519 public key, base64")
    .requiredOption("--proof <base64>", "the device's signature that it wants to join this group")
    .option("--name <name>", "name of the device", "")
    .option("--tag <key=value>", "tag (repeatable)", collect, [])
    .action(async (key: string, flags: { proof: string; name: string; tag: string[] }, command: Command) => {
      const session = sessionOf(command);
      const group = await session.group();
      const acting = await actingFor(session, group.authority, group.name);
      const message = workgroupMessages.admitDevice({
        authority: acting.authority,
        groupId: group.id,
        pubKey: Buffer.from(key, "base64"),
        proof: Buffer.from(flags.proof, "base64"),
        name: flags.name,
        tags: flags.tag,
      });
      const outcome = await acting.send([message]);
      if (outcome === undefined) return;
      done(session.output, `device admitted into ${group.name}    ${txText(outcome)}`);
      hint(session.output, "see it: daonetes device list");
    });
}

/** Keys that go along with what a key decides alone. */
async function alongWith(session: Session, acting: Acting, messages: readonly EncodeObject[]): Promise<Along> {
  const { grantsBehind, NOTHING } = await import("../secrets/along.ts");
  return acting.alone ? grantsBehind(session, acting.authority, messages) : NOTHING;
}

/** Gives a device the keys of what it is to run now. */
async function sealTo(session: Session, group: workgroup.Group, device: string, height: bigint): Promise<void> {
  const { handOnAfter } = await import("../secrets/hand-on.ts");
  await handOnAfter(session, group, { only: device, minHeight: height });
}

/** After a revocation: what the device knew, and its rotation if a person is there to do it. */
async function tellExposed(session: Session, group: workgroup.Group, device: workgroup.Device): Promise<void> {
  const { exposedBy } = await import("../secrets/exposed.ts");
  const known = (await exposedBy(await session.client(), group.id, device.address)).filter(({ rotated }) => !rotated);
  if (known.length === 0) return;
  hint(session.output, `! ${device.name} knew ${known.map((secret) => secret.name).join(", ")}`);
  if (session.interactive && session.flags.yes !== true && (await session.confirm("Change them now, one after another?"))) {
    const { rotateExposed } = await import("../secrets/rotate-exposed.ts");
    return rotateExposed(session, group, device, { generate: false, detach: false });
  }
  hint(session.output, `change each where it is used, then: daonetes secret rotate --exposed ${device.name}      list: daonetes secret exposed ${device.name}`);
}

/** What the dashboard and the CLI say of a device; "online" is never stored. */
export function deviceState(device: workgroup.Device, lease: workload.Lease | undefined): string {
  const { DeviceStatus } = workgroup;
  if (device.status === DeviceStatus.DEVICE_STATUS_PENDING) return "waiting";
  if (device.status === DeviceStatus.DEVICE_STATUS_REVOKED) return "revoked";
  const cordoned = device.status === DeviceStatus.DEVICE_STATUS_CORDONED ? "cordoned, " : "";
  if (lease === undefined || lease.epoch === 0n) return `${cordoned}approved`;
  return `${cordoned}${lease.unreachable ? "unreachable" : "online"}`;
}

function revokeMode(text: string): workgroup.RevokeMode {
  const { RevokeMode } = workgroup;
  const modes: Record<string, workgroup.RevokeMode> = { stop: RevokeMode.REVOKE_MODE_STOP, orphan: RevokeMode.REVOKE_MODE_ORPHAN, wipe: RevokeMode.REVOKE_MODE_WIPE };
  const mode = modes[text];
  if (mode !== undefined) return mode;
  throw new DaonetesError({ code: "DAO1018", kind: "usage", message: `"${text}" is no way to revoke`, help: "one of stop, orphan, wipe" });
}

async function waitForDevice(session: Session, groupId: bigint, known: ReadonlySet<string>): Promise<workgroup.Device> {
  const until = performance.now() + session.waitMs(3600);
  const client = await session.client();
  while (performance.now() < until) {
    const joined = (await client.workgroup.devices(groupId)).find(({ address }) => !known.has(address));
    if (joined !== undefined) return joined;
    await delay(1_000);
  }
  throw new DaonetesError({ code: "DAO4011", kind: "timeout", message: "no device joined in time", help: "the ticket may still be good: daonetes ticket list" });
}
