import { SecretContent, SecretGrant, SecretKey } from "@daonetes/client/device";
import { newIdentity, recipientOf, scopeOf, sealKey, SecretValue, sealValue } from "@daonetes/client/secrets";
import type { FakeChain } from "./fake-chain.ts";

export const GROUP = 1n;

/** What operators of a group put on a fake chain: values that are really sealed. */
export class SealedGroup {
  readonly #chain: FakeChain;
  readonly #keys = new Map<string, string>();

  constructor(chain: FakeChain) {
    this.#chain = chain;
  }

  /** Puts a version of a secret, with the key of its scope if there is none. */
  async put(name: string, version: bigint, value: string | Uint8Array, generation = 1n): Promise<void> {
    const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
    const recipient = await recipientOf(await this.key(scopeOf(name), generation));
    const ciphertext = await sealValue(SecretValue.of(bytes, name), { chainId: this.#chain.chainId, groupId: GROUP, name, version }, recipient);
    this.#chain.secrets.set(`${name} ${version}`, SecretContent.create({ generation, ciphertext }));
  }

  /** Seals the key of a scope to a device. */
  async grant(scope: string, recipient: string, generation = 1n): Promise<void> {
    const sealed = await sealKey(await this.key(scope, generation), { chainId: this.#chain.chainId, groupId: GROUP, scope, generation }, recipient);
    this.#chain.grants.set(`${scope} ${generation}`, SecretGrant.create({ groupId: GROUP, scope, generation, sealed }));
  }

  /** Identity of a scope's key. */
  async key(scope: string, generation = 1n): Promise<string> {
    const place = `${scope} ${generation}`;
    let identity = this.#keys.get(place);
    if (identity === undefined) {
      identity = await newIdentity();
      this.#keys.set(place, identity);
      this.#chain.secretKeys.set(place, SecretKey.create({ groupId: GROUP, scope, generation, recipient: await recipientOf(identity) }));
    }
    return identity;
  }
}
