import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { encodeTicketText } from "@daonetes/client";
import { DaonetesError } from "@daonetes/client/device";
import { ticketOf } from "./up.ts";

const GENESIS = new Uint8Array(32).fill(7);
const MEMBERSHIP = { gateway: "http://gateway", chainId: "lab-1", genesisHash: Buffer.from(GENESIS).toString("hex"), groupId: "3" };
const TICKET = encodeTicketText({ gateway: "http://gateway", chainId: "lab-1", genesisHash: GENESIS, trustedHeight: 5n, trustedHash: new Uint8Array(32), groupId: 3n, secret: new Uint8Array(32).fill(1), expiresAt: 1_900_000_000n });

test("a ticket in a file is used unless the device is a member of its group", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "daonetes-ticket-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, "ticket");
  await writeFile(file, `${TICKET}\n`);
  t.is(await ticketOf(undefined, undefined), undefined);
  t.is(await ticketOf(file, undefined), TICKET);
  t.is(await ticketOf(file, MEMBERSHIP), undefined);
  for (const other of [{ chainId: "lab-2" }, { genesisHash: "00" }, { groupId: "4" }]) t.is(await ticketOf(file, { ...MEMBERSHIP, ...other }), TICKET);
});

test("a ticket file that is missing or damaged is named, unless a member needs none", async (t) => {
  t.is(await ticketOf("/nowhere/ticket", MEMBERSHIP), undefined);
  t.is((await t.throwsAsync(ticketOf("/nowhere/ticket", undefined), { instanceOf: DaonetesError }))?.code, "DAO4019");
  const folder = await mkdtemp(join(tmpdir(), "daonetes-ticket-"));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "ticket"), "dnj1nonsense");
  t.is((await t.throwsAsync(ticketOf(join(folder, "ticket"), MEMBERSHIP), { instanceOf: DaonetesError }))?.code, "DAO1020");
});
