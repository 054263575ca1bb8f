import { QueryBalanceRequest, QueryBalanceResponse } from "cosmjs-types/cosmos/bank/v1beta1/query";
import { QueryAllowancesRequest, QueryAllowancesResponse } from "cosmjs-types/cosmos/feegrant/v1beta1/query";
import type { Rpc } from "../transport/rpc.ts";

/** Most allowances of one address that are looked at. */
const MOST_ALLOWANCES = 20n;

/** Units of a coin that an address has; 0 for one that the network does not know. */
export async function balanceOf(rpc: Rpc, address: string, denom: string): Promise<bigint> {
  const request = QueryBalanceRequest.encode({ address, denom }).finish();
  const { balance } = QueryBalanceResponse.decode(await rpc.request("cosmos.bank.v1beta1.Query", "Balance", request));
  return BigInt(balance?.amount ?? "0");
}

/** Addresses that let this one spend their coins on fees. */
export async function grantersOf(rpc: Rpc, grantee: string): Promise<string[]> {
  const pagination = { key: new Uint8Array(), offset: 0n, limit: MOST_ALLOWANCES, countTotal: false, reverse: false };
  const request = QueryAllowancesRequest.encode({ grantee, pagination }).finish();
  const { allowances } = QueryAllowancesResponse.decode(await rpc.request("cosmos.feegrant.v1beta1.Query", "Allowances", request));
  return allowances.map(({ granter }) => granter);
}
