import { DaonetesError, isAddress, isNotFound } from "../index.ts";
import type { Session } from "./session.ts";

/**
 * Address that a person means: an address, the name of a council, or the name of a key of theirs.
 * @throws DaonetesError DAO1032 for a name that is none of these, or two of them
 */
export async function addressOf(session: Session, text: string): Promise<string> {
  if (isAddress(text)) return text;
  const client = await session.client();
  const key = (await session.keyring.list()).find(({ name }) => name === text)?.address;
  const council = await client.council.council(text).then(
    ({ address }) => address,
    (error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    },
  );
  if (key !== undefined && council !== undefined) {
    throw new DaonetesError({ code: "DAO1032", kind: "usage", message: `"${text}" is a key of yours and a council`, help: `name the address: ${key} or ${council}` });
  }
  const address = key ?? council;
  if (address !== undefined) return address;
  throw new DaonetesError({
    code: "DAO1032",
    kind: "usage",
    message: `"${text}" is no address, no council and no key of yours`,
    help: "daonetes council list, daonetes key list; or the address itself",
  });
}
