import { setTimeout as delay } from "node:timers/promises";
import type { Command } from "commander";
import { consensusAddress, DaonetesError, responseOf, type SeatView, valset as types, valsetMessages } from "../../index.ts";
import { actingFor } from "../acting.ts";
import { addressOf } from "../addressee.ts";
import type { SessionOf } from "../command.ts";
import { done, hint, printList, short, waits } from "../output.ts";
import type { Session } from "../session.ts";
import { txText } from "../tx-text.ts";
import { activeSeats, aloneStop, checkChange, mayRotate, readValidatorSet, seatOf, type ValidatorSet } from "../validator-checks.ts";
import { consensusKey, keyOfRunningNode } from "../validator-node.ts";

const ADDED = "/daonetes.valset.v1.MsgAddValidatorResponse";
const DEFAULT_POWER = 1_000n;
const POLL_MS = 250;

interface KeyFlags {
  node?: string;
  pubkey?: string;
}

/** `validator`: seats of the validator set. */
export function registerValidator(program: Command, sessionOf: SessionOf): void {
  const validator = program.command("validator").description("seats of the network's validator set");

  validator
    .command("list")
    .description("list the seats and who signs")
    .option("--all", "those that are gone too")
    .action(async ({ all }: { all?: boolean }, command: Command) => {
      const session = sessionOf(command);
      const set = await readValidatorSet(await session.client());
      const columns = [
        { title: "ID", value: ({ seat }: SeatView) => String(seat.id) },
        { title: "NAME", value: ({ seat }: SeatView) => seat.moniker || "-" },
        { title: "POWER", value: ({ seat }: SeatView) => (seat.appliedPower === seat.targetPower ? String(seat.targetPower) : `${seat.appliedPower} -> ${seat.targetPower}`) },
        { title: "STATE", value: stateText },
        { title: "OPERATOR", value: ({ seat }: SeatView) => (seat.operator === "" ? "-" : short(seat.operator)) },
        { title: "KEY", value: ({ seat }: SeatView) => Buffer.from(seat.consPubKey).toString("base64"), wide: true },
        { title: "ADDRESS", value: ({ address }: SeatView) => address, wide: true },
      ];
      printList(session.output, all === true ? set.seats : activeSeats(set), columns, ({ seat }) => seat.moniker || String(seat.id), set.height, "no seats");
    });

  addKeyFlags(validator.command("add").description("give a node a seat").argument("<name>"))
    .option("--operator <whom>", "who runs it: address, council or key; default: the network's authority")
    .option("--power <number>", `voting power; default: that of the other seats, or ${DEFAULT_POWER}`)
    .action(async (name: string, flags: KeyFlags & { operator?: string; power?: string }, command: Command) => {
      const session = sessionOf(command);
      const set = await readValidatorSet(await session.client());
      const power = flags.power === undefined ? usualPower(set) : powerOf(flags.power);
      const key = await keyOf(session, flags);
      const authority = await networkAuthority(session);
      const operator = flags.operator === undefined ? authority : await addressOf(session, flags.operator);
      await add(session, set, authority, { name, operator, power, key });
    });

  validator
    .command("remove")
    .description("take a seat away for ever")
    .argument("<seat>", "name or id")
    .action(async (text: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const set = await readValidatorSet(await session.client());
      await remove(session, set, await networkAuthority(session), seatOf(set, text));
    });

  validator
    .command("power")
    .description("change the voting power of a seat")
    .argument("<seat>", "name or id")
    .argument("<power>", "100 to 1,000,000,000")
    .action(async (text: string, number: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const set = await readValidatorSet(await session.client());
      const seat = seatOf(set, text);
      const power = powerOf(number);
      checkChange(set, { what: "power", seat, power });
      const acting = await actingFor(session, await networkAuthority(session), "the network");
      warnOfWeight(session, set, { id: seat.seat.id, power });
      const outcome = await acting.send([valsetMessages.setPower({ authority: acting.authority, validatorId: seat.seat.id, power })]);
      if (outcome === undefined) return;
      await settled(session, seat.seat.id);
      done(session.output, `${nameOf(seat)} has power ${power}    ${txText(outcome)}`);
    });

  addKeyFlags(validator.command("rotate").description("give a seat another key; start its node with the new key first").argument("<seat>", "name or id")).action(
    async (text: string, flags: KeyFlags, command: Command) => {
      const session = sessionOf(command);
      const set = await readValidatorSet(await session.client());
      const seat = seatOf(set, text);
      const key = await keyOf(session, flags);
      if (!mayRotate(set, seat)) {
        await replace(session, set, seat, key);
        return;
      }
      checkChange(set, { what: "rotate", seat, runs: true });
      const sender = await session.sender();
      const message = { validatorId: seat.seat.id, consPubKey: key };
      const outcome =
        sender.address === seat.seat.operator
          ? await sender.send([valsetMessages.rotateKey({ ...message, sender: sender.address })])
          : await (async () => {
              const acting = await actingFor(session, await networkAuthority(session), "the network");
              return acting.send([valsetMessages.rotateKey({ ...message, sender: acting.authority })]);
            })();
      if (outcome === undefined) return;
      done(session.output, `${nameOf(seat)} signs with ${consensusAddress(key)}, two blocks later on    ${txText(outcome)}`);
    },
  );
}

function addKeyFlags(command: Command): Command {
  return command
    .option("--node <url>", "RPC of the node, such as http://127.0.0.1:26657: its key is read from it, and that it runs is checked")
    .option("--pubkey <base64>", "its consensus key, when its RPC is out of reach: you say that the node runs");
}

/** @throws DaonetesError DAO1051 unless one of the two flags is there */
async function keyOf(session: Session, { node, pubkey }: KeyFlags): Promise<Uint8Array> {
  if ((node === undefined) === (pubkey === undefined)) {
    throw new DaonetesError({ code: "DAO1051", kind: "usage", message: "which node is it?", help: "--node http://HOST:26657, or --pubkey KEY when its RPC is out of reach" });
  }
  if (node !== undefined) return keyOfRunningNode(session, node);
  hint(session.output, "nothing checked that this node runs: if it does not, it counts like one that is down");
  return consensusKey(pubkey as string, "--pubkey");
}

interface NewSeat {
  name: string;
  operator: string;
  power: bigint;
  key: Uint8Array;
}

/** Adds a seat and waits until it has its power. @returns its id, undefined while others have to sign */
async function add(session: Session, set: ValidatorSet, authority: string, { name, operator, power, key }: NewSeat): Promise<bigint | undefined> {
  const known = set.seats.find(({ address }) => address === consensusAddress(key));
  if (known !== undefined) {
    throw new DaonetesError({ code: "DAO3064", kind: "denied", message: `this key is or was that of seat ${known.seat.id} (${nameOf(known)}); no key is used again`, help: "make a new one for the node; nothing was sent" });
  }
  checkChange(set, { what: "add", power, runs: true });
  const acting = await actingFor(session, authority, "the network");
  warnOfWeight(session, set, { id: 0n, power, name });
  const outcome = await acting.send([valsetMessages.addValidator({ authority: acting.authority, consPubKey: key, operator, moniker: name, power })]);
  if (outcome === undefined) return undefined;
  const { validatorId } = responseOf(outcome, 0, ADDED, types.MsgAddValidatorResponse);
  await settled(session, validatorId);
  done(session.output, `${name} has seat ${validatorId} with power ${power}    ${txText(outcome)}`);
  return validatorId;
}

async function remove(session: Session, set: ValidatorSet, authority: string, seat: SeatView): Promise<void> {
  checkChange(set, { what: "remove", seat });
  const acting = await actingFor(session, authority, "the network");
  const outcome = await acting.send([valsetMessages.removeValidator({ authority: acting.authority, validatorId: seat.seat.id })]);
  if (outcome === undefined) return;
  await settled(session, seat.seat.id);
  done(session.output, `${nameOf(seat)} has no seat any more; its node may be stopped    ${txText(outcome)}`);
}

/** The chain changes no key that holds a third of the power: a second seat comes first, and then the old one goes. */
async function replace(session: Session, set: ValidatorSet, seat: SeatView, key: Uint8Array): Promise<void> {
  hint(session.output, `${nameOf(seat)} holds a third of the power or more: a second seat comes first, then the old one goes; both nodes have to run until then`);
  const authority = await networkAuthority(session);
  const { moniker, operator, targetPower } = seat.seat;
  const added = await add(session, set, authority, { name: moniker, operator, power: targetPower, key });
  if (added === undefined) {
    hint(session.output, `once it is there:  daonetes validator remove ${seat.seat.id}`);
    return;
  }
  const now = await readValidatorSet(await session.client());
  await remove(session, now, authority, now.seats.find(({ seat: { id } }) => id === seat.seat.id) as SeatView);
}

async function networkAuthority(session: Session): Promise<string> {
  return (await session.client()).valset.authority();
}

/** Waits until a seat has the power it shall have. @throws DaonetesError DAO4030 when it takes too long */
async function settled(session: Session, id: bigint): Promise<void> {
  const client = await session.client();
  const until = performance.now() + session.waitMs(120);
  let told = -1n;
  for (;;) {
    const seat = (await client.valset.validators()).find((one) => one.id === id);
    if (seat === undefined || seat.appliedPower === seat.targetPower) return;
    if (seat.appliedPower !== told) waits(session.output, `power ${seat.appliedPower}, on the way to ${seat.targetPower}`);
    told = seat.appliedPower;
    if (performance.now() > until) {
      throw new DaonetesError({ code: "DAO4030", kind: "timeout", message: `seat ${id} has power ${seat.appliedPower}, not yet ${seat.targetPower}`, help: "it goes on with the next blocks: daonetes validator list" });
    }
    await delay(POLL_MS);
  }
}

/** Says which seats stop the network alone after a change. */
function warnOfWeight(session: Session, set: ValidatorSet, change: { id: bigint; power: bigint; name?: string }): void {
  const seats = activeSeats(set).map((view) => ({ power: view.seat.id === change.id ? change.power : view.seat.targetPower, name: nameOf(view) }));
  if (change.name !== undefined) seats.push({ power: change.power, name: change.name });
  const alone = aloneStop(seats);
  if (alone.length > 0) hint(session.output, `while one of these is down the network stands still: ${alone.join(", ")}`);
}

function stateText({ seat, signs }: SeatView): string {
  if (seat.status === types.ValidatorStatus.VALIDATOR_STATUS_TOMBSTONED) return "signed twice, gone";
  if (seat.status === types.ValidatorStatus.VALIDATOR_STATUS_REMOVED) return seat.appliedPower > 0n ? "leaving" : "removed";
  if (seat.doubleSigned) return "signed twice";
  return signs ? "signs" : "does not sign";
}

function usualPower(set: ValidatorSet): bigint {
  const powers = activeSeats(set).map(({ seat }) => seat.targetPower);
  return powers.length > 0 && powers.every((power) => power === powers[0]) ? (powers[0] as bigint) : DEFAULT_POWER;
}

/** @throws DaonetesError DAO1052 for a text that is no power */
function powerOf(text: string): bigint {
  const power = /^[0-9]{1,10}$/.test(text) ? BigInt(text) : 0n;
  if (power < 100n || power > 1_000_000_000n) {
    throw new DaonetesError({ code: "DAO1052", kind: "usage", message: `"${text}" is no power`, help: "a whole number from 100 to 1000000000" });
  }
  return power;
}

function nameOf({ seat }: SeatView): string {
  return seat.moniker || `seat ${seat.id}`;
}
