import type { TxDone } from "../index.ts";

/** Where an executed transaction is found, for people. */
export function txText({ height, hash }: TxDone): string {
  return `height ${height}   tx ${hash.slice(0, 4)}..${hash.slice(-2)}`;
}
