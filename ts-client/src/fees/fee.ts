import type { Coin } from "cosmjs-types/cosmos/base/v1beta1/coin";
import type { GasPrice } from "../gen/daonetes/admission/v1/core.ts";

/** What a transaction pays, and from whose allowance. */
export interface Fee {
  /** One coin, or none where the network takes no fees. */
  amount: Coin[];
  /** Address whose allowance is spent; "" = the signer pays. */
  granter: string;
}

export const NO_FEE: Fee = { amount: [], granter: "" };

const MILLION = 1_000_000n;

/** What gas costs at a price, rounded up to a whole unit as the chain does it. */
export function costOf({ denom, perMillionGas }: GasPrice, gas: bigint): Coin {
  return { denom, amount: String((perMillionGas * gas + MILLION - 1n) / MILLION) };
}
