import { council as types, councilMessages, DaonetesError, isAddress } from "../index.ts";
import type { EncodeObject } from "@cosmjs/proto-signing";
import { addressOf } from "./addressee.ts";
import { ruleTypes } from "./rule-names.ts";
import { parseDuration, type Session } from "./session.ts";

/** Flags with which councils are made and changed. */
export interface CouncilFlags {
  member?: string[];
  remove?: string[];
  threshold?: string;
  rule?: string[];
  dropRule?: string[];
  votingPeriod?: string;
  metadata?: string;
}

/** Members and rules as a command asks for them. */
export interface CouncilShape {
  members: types.Member[];
  defaultThreshold: bigint;
  rules: types.Rule[];
  /** Seconds; 0 = the network's default. */
  votingPeriod: bigint;
  metadata: string;
}

/** What the flags make of a council that is there (`before`), or of none. */
export async function shapeOf(session: Session, flags: CouncilFlags, before?: CouncilShape): Promise<CouncilShape> {
  const members = new Map((before?.members ?? []).map((member) => [member.address, member]));
  for (const text of flags.remove ?? []) {
    const found = [...members.values()].find(({ name, address }) => name === text || address === text);
    if (found === undefined) throw unknownMember(text);
    members.delete(found.address);
  }
  for (const text of flags.member ?? []) {
    const member = await memberOf(session, text, [...members.values()]);
    members.set(member.address, member);
  }
  const rules = new Map((before?.rules ?? []).map((rule) => [rule.typeUrl, rule]));
  for (const name of flags.dropRule ?? []) for (const typeUrl of await ruleTypes(name)) rules.delete(typeUrl);
  for (const text of flags.rule ?? []) {
    const match = /^(?<name>[^=]+)=(?<threshold>\d{1,9})$/.exec(text);
    if (match === null) throw new DaonetesError({ code: "DAO1035", kind: "usage", message: `"${text}" is no rule`, help: "--rule pause=1: what, and how many it needs" });
    const { name = "", threshold = "" } = match.groups ?? {};
    for (const typeUrl of await ruleTypes(name)) rules.set(typeUrl, { typeUrl, threshold: BigInt(threshold) });
  }
  return {
    members: [...members.values()],
    defaultThreshold: flags.threshold === undefined ? (before?.defaultThreshold ?? 0n) : count(flags.threshold),
    rules: [...rules.values()],
    votingPeriod: flags.votingPeriod === undefined ? (before?.votingPeriod ?? 0n) : BigInt(parseDuration(flags.votingPeriod)),
    metadata: flags.metadata ?? before?.metadata ?? "",
  };
}

/** A council that is there, in the form in which it is changed. */
export function currentShape(council: types.Council): CouncilShape {
  const { members, defaultThreshold, rules, votingPeriod, metadata } = council;
  return { members, defaultThreshold, rules, votingPeriod: votingPeriod?.seconds ?? 0n, metadata };
}

/**
 * The messages that turn a council into another shape, in an order in which each step is sound: no rule above the
 * weight of the members. Empty if it is so already.
 * @throws DaonetesError DAO1036 where the rules do not fit the members
 */
export function changeMessages(council: types.Council, after: CouncilShape): EncodeObject[] {
  const before = currentShape(council);
  const total = (members: readonly types.Member[]): bigint => members.reduce((sum, { weight }) => sum + weight, 0n);
  const fits = (shape: CouncilShape, weight: bigint): boolean => [shape.defaultThreshold, ...shape.rules.map(({ threshold }) => threshold)].every((threshold) => threshold <= weight);
  const newTotal = total(after.members);
  if (!fits(after, newTotal)) {
    throw new DaonetesError({
      code: "DAO1036",
      kind: "usage",
      message: `a rule needs more than the ${newTotal} that all members would have together`,
      help: "lower it in the same command: --threshold N, --rule NAME=N or --drop-rule NAME; nothing was sent",
    });
  }
  const members = councilMessages.updateMembers({ council: council.address, members: after.members });
  const rules = councilMessages.updateRules({
    council: council.address,
    defaultThreshold: after.defaultThreshold,
    rules: after.rules,
    votingPeriod: { seconds: after.votingPeriod },
    metadata: after.metadata,
  });
  const changed = [
    ...(sameMembers(before.members, after.members) ? [] : [members]),
    ...(sameRules(before, after) ? [] : [rules]),
  ];
  // Rules first where members leave, or a rule would be stranded in between.
  return changed.length === 2 && !fits(before, newTotal) ? changed.reverse() : changed;
}

function sameMembers(a: readonly types.Member[], b: readonly types.Member[]): boolean {
  const text = (members: readonly types.Member[]): string => members.map(({ address, name, weight }) => `${address} ${name} ${weight}`).sort().join();
  return text(a) === text(b);
}

function sameRules(a: CouncilShape, b: CouncilShape): boolean {
  const text = ({ defaultThreshold, rules, votingPeriod, metadata }: CouncilShape): string =>
    JSON.stringify([String(defaultThreshold), rules.map(({ typeUrl, threshold }) => `${typeUrl} ${threshold}`).sort(), String(votingPeriod), metadata]);
  return text(a) === text(b);
}

/** `alice`, `bob=daonet1..`, `daonet1..`, each with `:2` for a weight. */
async function memberOf(session: Session, text: string, known: readonly types.Member[]): Promise<types.Member> {
  const match = /^(?:(?<name>[^=:]+)=)?(?<whom>[^=:]+)(?::(?<weight>\d{1,7}))?$/.exec(text);
  if (match === null) throw new DaonetesError({ code: "DAO1037", kind: "usage", message: `"${text}" is no member`, help: "--member alice, --member bob=daonet1.., and :2 behind either for a weight" });
  const { name, whom = "", weight = "1" } = match.groups ?? {};
  const former = known.find((member) => member.name === whom || member.address === whom);
  const address = former?.address ?? (await addressOf(session, whom));
  const called = name ?? former?.name ?? (isAddress(whom) ? "" : whom);
  // Names of keys may hold what names on the chain do not.
  return { address, weight: BigInt(weight), name: /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(called) || name !== undefined ? called : "" };
}

function count(text: string): bigint {
  if (/^[1-9]\d{0,8}$/.test(text)) return BigInt(text);
  throw new DaonetesError({ code: "DAO1038", kind: "usage", message: `"${text}" is no threshold`, help: "a number from 1 to the weight of all members" });
}

function unknownMember(text: string): DaonetesError {
  return new DaonetesError({ code: "DAO5004", kind: "not_found", message: `there is no member "${text}"`, help: "daonetes council members NAME" });
}
