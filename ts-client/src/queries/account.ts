import { BaseAccount, ModuleAccount } from "cosmjs-types/cosmos/auth/v1beta1/auth";
import { QueryAccountRequest, QueryAccountResponse } from "cosmjs-types/cosmos/auth/v1beta1/query";
import { DaonetesError } from "../errors.ts";
import type { Rpc } from "../transport/rpc.ts";

/** Number and sequence of an account. Account numbers are pseudo-random 64-bit values. */
export interface Account {
  address: string;
  accountNumber: bigint;
  sequence: bigint;
}

/** @throws DaonetesError DAO3001 when the network has never named this address */
export async function readAccount(rpc: Rpc, address: string): Promise<Account> {
  const request = QueryAccountRequest.encode({ address }).finish();
  let answer: Uint8Array;
  try {
    answer = await rpc.request("cosmos.auth.v1beta1.Query", "Account", request);
  } catch (error) {
    if (!(error instanceof DaonetesError) || error.kind === "unreachable") throw error;
    throw unknownAccount(address, error);
  }
  const any = QueryAccountResponse.decode(answer).account;
  if (any === undefined) throw unknownAccount(address, undefined);
  if (any.typeUrl === "/cosmos.auth.v1beta1.ModuleAccount") {
    const base = ModuleAccount.decode(any.value).baseAccount;
    if (base !== undefined) return pick(base);
  }
  return pick(BaseAccount.decode(any.value));
}

function pick(base: BaseAccount): Account {
  return { address: base.address, accountNumber: base.accountNumber, sequence: base.sequence };
}

function unknownAccount(address: string, cause: unknown): DaonetesError {
  return new DaonetesError({
    code: "DAO3001",
    kind: "denied",
    message: `the network does not know ${address}`,
    help: "an account exists once somebody names it: as creator, authority, publisher or device. Is this the right key (daonetes key list)?",
    cause,
  });
}
