import { equalBytes, hex } from "./hash.ts";
import { LightError } from "./light-error.ts";
import { ValidatorSet } from "./validator-set.ts";
import type { TrustedHeader } from "./verify.ts";

/** A trusted header as it is kept in a file. */
export interface TrustedJson {
  chain_id: string;
  height: string;
  /** Upper-case hex. */
  hash: string;
  /** Seconds and nanoseconds since 1970, as `1700000000.000000001`. */
  time: string;
  app_hash: string;
  next_validators: { pub_key: string; power: string }[];
  /** Why nothing is believed any more; absent: all is well. */
  frozen?: string;
}

const KEPT = 64;

/** The newest verified headers. The height never falls, and a verified header stays a proof of what it proved. */
export class TrustedStore {
  readonly #headers: TrustedHeader[];
  /** Why nothing new is accepted, for ever or until a person anchors anew. */
  frozen: LightError | undefined;

  /** @param anchor a header that somebody vouched for: a ticket, or this store in an earlier life */
  constructor(anchor: TrustedHeader) {
    this.#headers = [anchor];
  }

  get newest(): TrustedHeader {
    return this.#headers.at(-1) as TrustedHeader;
  }

  /** A kept header of this height. */
  at(height: bigint): TrustedHeader | undefined {
    return this.#headers.find((header) => header.height === height);
  }

  /** The newest kept header below this height. */
  below(height: bigint): TrustedHeader | undefined {
    return this.#headers.findLast((header) => header.height < height);
  }

  add(header: TrustedHeader): void {
    if (header.height <= this.newest.height) throw new RangeError(`height ${header.height} is not above ${this.newest.height}`);
    this.#headers.push(header);
    if (this.#headers.length > KEPT) this.#headers.shift();
  }

  /** A known set of validators with this hash, so that it need not be fetched. */
  validators(hash: Uint8Array): ValidatorSet | undefined {
    return this.#headers.findLast(({ nextValidators }) => equalBytes(nextValidators.hash, hash))?.nextValidators;
  }

  toJSON(): TrustedJson {
    const { chainId, height, hash, time, appHash, nextValidators } = this.newest;
    return {
      chain_id: chainId,
      height: String(height),
      hash: hex(hash),
      time: `${time.seconds}.${String(time.nanos).padStart(9, "0")}`,
      app_hash: hex(appHash),
      next_validators: nextValidators.validators.map(({ publicKey, power }) => ({ pub_key: Buffer.from(publicKey).toString("base64"), power: String(power) })),
      ...(this.frozen === undefined ? {} : { frozen: this.frozen.message }),
    };
  }

  static fromJSON(json: TrustedJson): TrustedStore {
    const [seconds = "0", nanos = "0"] = json.time.split(".");
    const store = new TrustedStore({
      chainId: json.chain_id,
      height: BigInt(json.height),
      hash: Buffer.from(json.hash, "hex"),
      time: { seconds: BigInt(seconds), nanos: Number(nanos) },
      appHash: Buffer.from(json.app_hash, "hex"),
      nextValidators: new ValidatorSet(json.next_validators.map(({ pub_key, power }) => ({ publicKey: Buffer.from(pub_key, "base64"), power: BigInt(power) }))),
    });
    if (json.frozen !== undefined) store.frozen = new LightError("fork", json.frozen);
    return store;
  }
}
