import { addressToBytes, type DaonetesClient, isAddress } from "../index.ts";
import type { AuditLine } from "./audit-client.ts";
import { short } from "./output.ts";
import { titleText } from "./proposal-text.ts";
import type { Session } from "./session.ts";

/** Proposals whose titles are looked up for one list. */
const MAX_TITLES = 200;

/** Bytes of a council's own address; those of keys and multisigs are shorter. */
const COUNCIL_ADDRESS_BYTES = 32;
/** Councils whose members are asked for their names. */
const MAX_COUNCILS = 64;

/** Names of addresses: this person's keys, and those that the council behind the group has for its members and itself, with the councils inside it. */
export async function namesOfGroup(session: Session, client: DaonetesClient, group: string): Promise<Map<string, string>> {
  const { authority } = await client.workgroup.group(group);
  const names = await namesOfCouncils(client, authority);
  for (const { address, name } of await session.keyring.list()) names.set(address, name);
  return names;
}

/** What a council and those inside it are called, and call their members; the outer one's word counts. */
export async function namesOfCouncils(client: DaonetesClient, authority: string): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const seen = new Set<string>();
  let level = [authority];
  while (level.length > 0 && seen.size < MAX_COUNCILS) {
    const next = level.filter((address) => isCouncilAddress(address) && !seen.has(address)).slice(0, MAX_COUNCILS - seen.size);
    for (const address of next) seen.add(address);
    const councils = (await Promise.all(next.map((address) => client.council.council(address).catch(() => undefined)))).filter((council) => council !== undefined);
    for (const { address, name, members } of councils) {
      if (!names.has(address)) names.set(address, name);
      for (const member of members) if (member.name !== "" && !names.has(member.address)) names.set(member.address, member.name);
    }
    level = councils.flatMap(({ members }) => members.map(({ address }) => address));
  }
  return names;
}

function isCouncilAddress(address: string): boolean {
  return isAddress(address) && addressToBytes(address).length === COUNCIL_ADDRESS_BYTES;
}

/** What the proposals of a list are called, by number; those that cannot be read are left out. */
export async function titlesOf(client: DaonetesClient, items: readonly AuditLine[]): Promise<Map<string, string>> {
  const numbers = [...new Set(items.flatMap(({ object }) => /^proposal (?<number>\d+)$/.exec(object)?.groups?.["number"] ?? []))].slice(-MAX_TITLES);
  const titles = await Promise.all(
    numbers.map((number) =>
      client.council.proposal(BigInt(number)).then(
        ({ proposal }): [string, string] => [number, titleText(proposal)],
        () => undefined,
      ),
    ),
  );
  return new Map(titles.filter((title) => title !== undefined));
}

/** What an entry is about, for people: by name where there is one. */
export function objectText({ object, object_name }: AuditLine, names: ReadonlyMap<string, string>, titles: ReadonlyMap<string, string>): string {
  const title = titles.get(object.replace(/^proposal /, ""));
  if (object.startsWith("proposal ") && title !== undefined) return `${object}: ${title}`;
  if (object_name !== null) return `${object_name}${/ revision \d+$/.exec(object)?.[0] ?? ""}`;
  return object.replace(/daonet1\w+/, (address) => names.get(address) ?? short(address));
}
