import type { DaonetesClient } from "../index.ts";
import type { AuditLine } from "./audit-client.ts";
import { short } from "./output.ts";
import { titleText } from "./proposal-text.ts";
import type { Session } from "./session.ts";

/** Proposals whose titles are looked up for one list. */
const MAX_TITLES = 200;

/** Names of addresses: this person's keys, and those that the council behind the group has for its members and itself. */
export async function namesOfGroup(session: Session, client: DaonetesClient, group: string): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const { authority } = await client.workgroup.group(group);
  const council = await client.council.council(authority).catch(() => undefined);
  for (const { address, name } of council?.members ?? []) if (name !== "") names.set(address, name);
  if (council !== undefined) names.set(council.address, council.name);
  for (const { address, name } of await session.keyring.list()) names.set(address, name);
  return names;
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
