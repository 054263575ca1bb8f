import { setTimeout as delay } from "node:timers/promises";
import { chainError } from "./chain-errors.ts";
import { DaonetesError } from "./errors.ts";
import { type CometRpc, RpcAnswerError } from "./transport/comet-rpc.ts";
import { decodeTxResponses, type MessageResponse } from "./tx-responses.ts";

/** A transaction that was executed in a block. */
export interface TxDone {
  hash: string;
  height: bigint;
  gasUsed: bigint;
  /** Encoded responses of its messages, in order, with their type URLs. */
  responses: MessageResponse[];
}

/** Refused before it came into a block: nothing happened, and nothing will. */
export class TxRefusedError extends DaonetesError {}

/** Came into a block and failed there: its state changes were undone. */
export class TxFailedError extends DaonetesError {}

interface BroadcastResult {
  code: number;
  codespace: string;
  log: string;
  hash: string;
}

interface TxResult {
  height: string;
  tx_result: { code: number; codespace?: string; log?: string; gas_used: string; data?: string | null };
}

export interface WaitOptions {
  /** Milliseconds until it is given up; the transaction may still be executed. Default 30,000. */
  timeoutMs?: number;
  /** Milliseconds between two looks. Default 40. */
  pollMs?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Hands a transaction to a node.
 * @returns its hash once the node accepted it
 * @throws TxRefusedError with the code that the chain's error maps to
 */
export async function broadcast(rpc: CometRpc, txBytes: Uint8Array): Promise<string> {
  let result: BroadcastResult;
  try {
    result = await rpc.call<BroadcastResult>("broadcast_tx_sync", { tx: Buffer.from(txBytes).toString("base64") });
  } catch (error) {
    if (!(error instanceof RpcAnswerError)) throw error;
    throw new TxRefusedError({
      code: error.message.includes("already exists in cache") ? "DAO5011" : "DAO5010",
      kind: "failed",
      message: `the node refused the transaction: ${error.message.slice(0, 300)}`,
      raw: error.message,
      cause: error,
    });
  }
  if (result.code !== 0) throw new TxRefusedError(chainError(result.codespace, result.code, result.log));
  return result.hash;
}

/**
 * Waits until a transaction is in a block.
 * @throws TxFailedError when it failed there; DaonetesError DAO5012 when the deadline passes first
 */
export async function waitForTx(rpc: CometRpc, hash: string, options: WaitOptions = {}): Promise<TxDone> {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const until = performance.now() + timeoutMs;
  let pollMs = options.pollMs ?? 40;
  for (;;) {
    const found = await readTx(rpc, hash);
    if (found !== undefined) return found;
    if (performance.now() > until) {
      throw new DaonetesError({
        code: "DAO5012",
        kind: "timeout",
        message: `transaction ${hash} is in no block after ${Math.round(timeoutMs / 1000)} s`,
        help: "it may still be executed; look again before sending it once more",
      });
    }
    await delay(pollMs, undefined, { signal: options.signal });
    pollMs = Math.min(pollMs * 1.25, 500);
  }
}

/** @returns undefined while no block holds it */
export async function readTx(rpc: CometRpc, hash: string): Promise<TxDone | undefined> {
  let result: TxResult;
  try {
    result = await rpc.call<TxResult>("tx", { hash: Buffer.from(hash, "hex").toString("base64"), prove: false });
  } catch (error) {
    if (error instanceof RpcAnswerError && error.message.includes("not found")) return undefined;
    throw error;
  }
  const { code, codespace, log, gas_used, data } = result.tx_result;
  if (code !== 0) throw new TxFailedError(chainError(codespace ?? "", code, log ?? ""));
  return {
    hash,
    height: BigInt(result.height),
    gasUsed: BigInt(gas_used),
    responses: decodeTxResponses(Buffer.from(data ?? "", "base64")),
  };
}
