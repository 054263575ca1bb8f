import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { equalBytes, hex, sha256 } from "./hash.ts";
import { forged } from "./light-error.ts";
import { merkleRoot } from "./merkle-tree.ts";
import type { Reply } from "./reply.ts";

export interface Validator {
  /** First 20 bytes of the key's sha256. */
  address: Uint8Array;
  /** ed25519, 32 bytes. */
  publicKey: Uint8Array;
  power: bigint;
}

/** Most validators that are read. */
export const MAX_VALIDATORS = 1_000;
/** CometBFT's own limit of the power of a set. */
const MAX_TOTAL_POWER = (1n << 63n) / 8n;

/** Validators in the order of the chain: power descending, then address. An empty set proves nothing. */
export class ValidatorSet {
  readonly validators: readonly Validator[];
  readonly totalPower: bigint;
  readonly hash: Uint8Array;
  readonly #byAddress: ReadonlyMap<string, Validator>;

  /** @throws LightError forged for a set that cannot be one */
  constructor(validators: readonly Pick<Validator, "publicKey" | "power">[]) {
    if (validators.length > MAX_VALIDATORS) throw forged(`a set of ${validators.length} validators`);
    this.validators = validators
      .map(({ publicKey, power }) => ({ publicKey, power, address: sha256(publicKey).subarray(0, 20) }))
      .sort((a, b) => (a.power === b.power ? Buffer.compare(a.address, b.address) : a.power > b.power ? -1 : 1));
    this.#byAddress = new Map(this.validators.map((validator) => [hex(validator.address), validator]));
    if (this.#byAddress.size !== validators.length) throw forged("a validator is twice in its set");
    this.totalPower = validators.reduce((sum, { power }) => sum + power, 0n);
    if (validators.some(({ power }) => power <= 0n) || this.totalPower > MAX_TOTAL_POWER) throw forged("a validator's power is out of range");
    this.hash = merkleRoot(this.validators.map(encodeValidator));
  }

  byAddress(address: Uint8Array): Validator | undefined {
    return this.#byAddress.get(hex(address));
  }
}

/** @param replies entries of a node's `validators`. @throws LightError forged */
export function readValidators(replies: readonly Reply[]): Pick<Validator, "publicKey" | "power">[] {
  return replies.map((reply) => {
    const key = reply.object("pub_key");
    if (key.text("type") !== "tendermint/PubKeyEd25519") throw forged("a validator's key is not ed25519");
    const publicKey = key.base64Bytes("value", [32]);
    if (!equalBytes(sha256(publicKey).subarray(0, 20), reply.hexBytes("address", [20]))) throw forged("a validator's address is not that of its key");
    return { publicKey, power: reply.integer("voting_power") };
  });
}

/** SimpleValidator: the key, then the power. */
function encodeValidator({ publicKey, power }: Validator): Uint8Array {
  const key = new BinaryWriter().uint32(10).bytes(publicKey).finish();
  return new BinaryWriter().uint32(10).bytes(key).uint32(16).int64(power).finish();
}
