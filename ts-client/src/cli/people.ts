import type { council as types } from "../index.ts";
import { short } from "./output.ts";
import type { Session } from "./session.ts";

/** Names of addresses: as a council calls its members, else as this person calls their own keys. */
export class People {
  readonly #names: ReadonlyMap<string, string>;

  private constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
  }

  static async of(session: Session, ...councils: readonly types.Council[]): Promise<People> {
    const names = new Map((await session.keyring.list()).map(({ name, address }) => [address, name]));
    for (const { members, name: councilName, address } of councils) {
      names.set(address, councilName);
      for (const member of members) if (member.name !== "") names.set(member.address, member.name);
    }
    return new People(names);
  }

  /** Name, or the ends of the address. */
  name(address: string): string {
    return this.#names.get(address) ?? short(address);
  }

  /** `alice`, `alice or bob`, `alice, bob or carol`, by name. */
  either(addresses: readonly string[]): string {
    const names = addresses.map((address) => this.name(address)).sort();
    const last = names.pop() ?? "nobody";
    return names.length === 0 ? last : `${names.join(", ")} or ${last}`;
  }
}
