import type { EncodeObject } from "@cosmjs/proto-signing";
import type { Coin } from "cosmjs-types/cosmos/base/v1beta1/coin";
import { PeriodicAllowance } from "cosmjs-types/cosmos/feegrant/v1beta1/feegrant";

const DAY_SECONDS = 86_400n;

/** Gives coins to somebody. */
export function sendCoins(fromAddress: string, toAddress: string, amount: Coin): EncodeObject {
  return { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: { fromAddress, toAddress, amount: [amount] } };
}

/** Lets somebody spend the granter's coins on fees, so much a day. One allowance at most stands between two addresses. */
export function allowFees(granter: string, grantee: string, daily: Coin): EncodeObject {
  const allowance = PeriodicAllowance.fromPartial({ basic: { spendLimit: [] }, period: { seconds: DAY_SECONDS, nanos: 0 }, periodSpendLimit: [daily], periodCanSpend: [daily], periodReset: { seconds: 0n, nanos: 0 } });
  return {
    typeUrl: "/cosmos.feegrant.v1beta1.MsgGrantAllowance",
    value: { granter, grantee, allowance: { typeUrl: "/cosmos.feegrant.v1beta1.PeriodicAllowance", value: PeriodicAllowance.encode(allowance).finish() } },
  };
}

/** Takes an allowance back. */
export function disallowFees(granter: string, grantee: string): EncodeObject {
  return { typeUrl: "/cosmos.feegrant.v1beta1.MsgRevokeAllowance", value: { granter, grantee } };
}
