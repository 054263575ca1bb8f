import { type council as types, type DaonetesClient, weightOf } from "../index.ts";
import type { Sender } from "./sender.ts";
import type { Session } from "./session.ts";

/** Levels of councils inside councils that can act: the chain carries out no more of them in one transaction. */
const MAX_LEVELS = 4;
/** Councils that are looked at: anybody may be made a member of any number of them. */
const MAX_COUNCILS = 200;

/** Councils that these addresses are members of, then those that these councils are members of, and so on. */
export async function councilsAbove(client: DaonetesClient, members: readonly string[]): Promise<types.Council[]> {
  const found = new Map<string, types.Council>();
  let level = members;
  for (let depth = 0; depth < MAX_LEVELS && level.length > 0 && found.size < MAX_COUNCILS; depth++) {
    const next = (await Promise.all(level.map((member) => client.council.councils(member)))).flat().filter(({ address }) => !found.has(address));
    for (const council of next) found.set(council.address, council);
    level = [...new Set(next.map(({ address }) => address))];
  }
  return [...found.values()];
}

/** The member of a council that is a council itself and that this person is in, or is in through others: the nearest. */
export async function seatWithin(session: Session, sender: Sender, council: types.Council): Promise<types.Council | undefined> {
  const above = await councilsAbove(sender.client, await ownAddresses(session, sender.address));
  return above.find(({ address }) => weightOf(council, address) > 0n);
}

/** A key, and the multisigs of this person that it is a part of. */
export async function ownAddresses(session: Session, address: string): Promise<string[]> {
  const multisigs = (await session.keyring.list()).filter(({ multisig }) => multisig?.members.some((member) => member.address === address) === true);
  return [address, ...multisigs.map((multisig) => multisig.address)];
}
