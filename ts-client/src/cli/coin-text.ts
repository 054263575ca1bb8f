import { type admission, DaonetesError } from "../index.ts";

const COIN = /^(?<amount>[1-9]\d{0,30})(?<denom>[a-zA-Z][a-zA-Z0-9/:._-]{2,127})?$/;

/** `500udaonet`, or `500` of the network's first coin. @throws DaonetesError DAO1070 */
export function parseCoin(text: string, prices: readonly admission.GasPrice[]): { denom: string; amount: string } {
  const match = COIN.exec(text)?.groups;
  const denom = match?.["denom"] ?? prices[0]?.denom;
  if (match?.["amount"] === undefined || denom === undefined) {
    throw new DaonetesError({ code: "DAO1070", kind: "usage", message: `"${text}" is no amount of a coin`, help: `a whole number and its coin: 500${prices[0]?.denom ?? "udaonet"}; nothing was sent` });
  }
  return { denom, amount: match["amount"] };
}
