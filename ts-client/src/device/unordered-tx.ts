import { createHash, randomInt } from "node:crypto";
import type { BinaryWriter } from "@bufbuild/protobuf/wire";
import { PubKey } from "cosmjs-types/cosmos/crypto/ed25519/keys";
import { SignMode } from "cosmjs-types/cosmos/tx/signing/v1beta1/signing";
import { AuthInfo, SignDoc, TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { type Fee, NO_FEE } from "../fees/fee.ts";
import type { Timestamp } from "../gen/google/protobuf/timestamp.ts";
import type { Ed25519Key } from "./ed25519-key.ts";

/** A message with its type URL, encoded later. */
export interface EncodedMessage {
  typeUrl: string;
  value: Uint8Array;
}

export interface UnorderedTxInput {
  key: Ed25519Key;
  chainId: string;
  /** Account number of the key: pseudo-random 64 bits, so always bigint. */
  accountNumber: bigint;
  messages: readonly EncodedMessage[];
  /** Time of the newest block; the timeout counts from it, not from the local clock. */
  lastBlockTime: Timestamp;
  /** Gas limit. */
  gas: bigint;
  /** Absent: none. */
  fee?: Fee;
}

/** Shortest and longest life of an unordered transaction after the newest block, in seconds. The chain allows 600. */
const MIN_LIFE_SECONDS = 120;
const MAX_LIFE_SECONDS = 300;

/**
 * Builds and signs an unordered transaction: sequence 0, and a timeout that is unique to the nanosecond instead of it.
 * The same bytes sent twice run once.
 */
export function buildUnorderedTx(input: UnorderedTxInput): { txBytes: Uint8Array; hash: string } {
  const { amount, granter } = input.fee ?? NO_FEE;
  const timeout = {
    seconds: input.lastBlockTime.seconds + BigInt(randomInt(MIN_LIFE_SECONDS, MAX_LIFE_SECONDS)),
    nanos: randomInt(0, 1_000_000_000),
  };
  const bodyBytes = TxBody.encode(
    TxBody.fromPartial({ messages: [...input.messages], unordered: true, timeoutTimestamp: timeout }),
  ).finish();
  const authInfoBytes = AuthInfo.encode(
    AuthInfo.fromPartial({
      signerInfos: [
        {
          publicKey: {
            typeUrl: "/cosmos.crypto.ed25519.PubKey",
            value: PubKey.encode({ key: input.key.publicKey }).finish(),
          },
          modeInfo: { single: { mode: SignMode.SIGN_MODE_DIRECT } },
          sequence: 0n,
        },
      ],
      fee: { amount, granter, gasLimit: input.gas },
    }),
  ).finish();
  const signBytes = SignDoc.encode(
    SignDoc.fromPartial({
      bodyBytes,
      authInfoBytes,
      chainId: input.chainId,
      accountNumber: input.accountNumber,
    }),
  ).finish();
  const txBytes = TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [input.key.sign(signBytes)] }).finish();
  return { txBytes, hash: txHash(txBytes) };
}

/** Hash under which a transaction is found: upper-case hex of sha256. */
export function txHash(txBytes: Uint8Array): string {
  return createHash("sha256").update(txBytes).digest("hex").toUpperCase();
}

/** Encodes a message with its generated codec. */
export function encodeMessage<T>(
  typeUrl: string,
  codec: { encode(message: T): BinaryWriter },
  value: T,
): EncodedMessage {
  return { typeUrl, value: codec.encode(value).finish() };
}
