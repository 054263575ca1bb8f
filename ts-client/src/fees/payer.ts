import { DaonetesError } from "../errors.ts";
import type { GasPrice } from "../gen/daonetes/admission/v1/core.ts";
import type { Rpc } from "../transport/rpc.ts";
import { costOf, type Fee, NO_FEE } from "./fee.ts";

/** Refusals that tell of other prices than the ones that were read: fees are off, or the fee is too low. */
const STALE = ["DAO3406", "DAO3416"];

/** True if a refusal says that the network's prices have changed since they were read. */
export function pricesChanged(error: unknown): boolean {
  return error instanceof DaonetesError && STALE.includes(error.code);
}

/** Finds what a transaction of one address pays. That a network takes no fees is kept until it refuses to go without. */
export class FeePayer {
  readonly #rpc: Rpc;
  readonly #address: string;
  readonly #readPrices: () => Promise<readonly GasPrice[]>;
  #prices: Promise<readonly GasPrice[]> | undefined;

  constructor(rpc: Rpc, address: string, readPrices: () => Promise<readonly GasPrice[]>) {
    this.#rpc = rpc;
    this.#address = address;
    this.#readPrices = readPrices;
  }

  /** The network's prices; none: it takes no fees. */
  prices(): Promise<readonly GasPrice[]> {
    this.#prices ??= this.#read();
    return this.#prices;
  }

  async #read(): Promise<readonly GasPrice[]> {
    let prices: readonly GasPrice[] | undefined;
    try {
      prices = await this.#readPrices();
    } finally {
      if (prices?.length !== 0) this.forget();
    }
    return prices;
  }

  /** The next transaction reads the prices again. */
  forget(): void {
    this.#prices = undefined;
  }

  /**
   * The fee for so much gas: from the address's own coins, else from those of somebody who allowed it.
   * @throws DaonetesError DAO5024 when neither has enough
   */
  async feeFor(gas: bigint): Promise<Fee> {
    const prices = await this.prices();
    if (prices.length === 0) return NO_FEE;
    const own = await this.#fromCoinsOf(this.#address, prices, gas);
    if (own !== undefined) return own;
    const { grantersOf } = await import("./funds.ts");
    const granters = await grantersOf(this.#rpc, this.#address);
    for (const granter of granters) {
      const granted = await this.#fromCoinsOf(granter, prices, gas);
      if (granted !== undefined) return { ...granted, granter };
    }
    const costs = prices.map((price) => costOf(price, gas)).map(({ denom, amount }) => `${amount} ${denom}`).join(" or ");
    throw new DaonetesError({
      code: "DAO5024",
      kind: "denied",
      message: `${this.#address} cannot pay the fee of ${costs}${granters.length === 0 ? ", and nobody lets it spend theirs" : `, and ${granters.join(", ")} cannot either`}`,
      help: `somebody who has coins sends some (daonetes coins send ${this.#address} AMOUNT) or lets it spend theirs (daonetes coins allow ${this.#address}); nothing was sent`,
    });
  }

  async #fromCoinsOf(address: string, prices: readonly GasPrice[], gas: bigint): Promise<Fee | undefined> {
    const { balanceOf } = await import("./funds.ts");
    for (const price of prices) {
      const cost = costOf(price, gas);
      if ((await balanceOf(this.#rpc, address, price.denom)) >= BigInt(cost.amount)) return { amount: [cost], granter: "" };
    }
    return undefined;
  }
}
