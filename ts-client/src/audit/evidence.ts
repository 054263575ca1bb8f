import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { sha256 } from "../light/hash.ts";
import type { Header } from "../light/header.ts";
import { isUnderRoot, merklePath } from "../light/merkle-tree.ts";
import { LightError } from "../light/light-error.ts";
import type { CometRpc } from "../transport/comet-rpc.ts";

/** What proves one transaction and its result: paths to the hashes in two headers. Bytes are base64. */
export interface TxEvidence {
  height: string;
  index: number;
  total: number;
  tx: string;
  /** From the transaction up to the data hash of the header of its height. */
  tx_path: string[];
  result: { code: number; data: string; gas_wanted: string; gas_used: string };
  /** From the result up to the results hash of the header after it. */
  result_path: string[];
}

interface ResultJson {
  code?: number;
  data?: string | null;
  gas_wanted?: string;
  gas_used?: string;
}

/** Reads the evidence for some transactions of one block. Nothing is believed: `requireEvidence` checks it. */
export async function readEvidence(rpc: CometRpc, height: bigint, indexes: readonly number[]): Promise<TxEvidence[]> {
  const at = { height: String(height) };
  const [{ block }, { txs_results }] = await Promise.all([
    rpc.call<{ block: { data: { txs: string[] | null } } }>("block", at),
    rpc.call<{ txs_results: ResultJson[] | null }>("block_results", at),
  ]);
  const txs = (block.data.txs ?? []).map((tx) => Buffer.from(tx, "base64"));
  const results = (txs_results ?? []).map(resultOf);
  const hashes = txs.map((tx) => sha256(tx));
  const leaves = results.map(encodeResult);
  return indexes.map((index) => ({
    height: String(height),
    index,
    total: txs.length,
    tx: txs[index]?.toString("base64") ?? "",
    tx_path: merklePath(hashes, index).map(base64),
    result: results[index] ?? resultOf({}),
    result_path: merklePath(leaves, index).map(base64),
  }));
}

/** @throws LightError forged unless the transaction is in the block of `header` and had this result by `next` */
export function requireEvidence(evidence: TxEvidence, header: Header, next: Header): { tx: Uint8Array; data: Uint8Array } {
  const { index, total, result } = evidence;
  const tx = Buffer.from(evidence.tx, "base64");
  const where = `transaction ${index} of height ${header.height}`;
  if (!isUnderRoot(header.dataHash, sha256(tx), index, total, evidence.tx_path.map(fromBase64))) throw new LightError("forged", `${where} is not in that block`);
  if (!isUnderRoot(next.lastResultsHash, encodeResult(result), index, total, evidence.result_path.map(fromBase64))) {
    throw new LightError("forged", `${where} had another result`);
  }
  if (result.code !== 0) throw new LightError("forged", `${where} failed, so it did nothing`);
  return { tx, data: fromBase64(result.data) };
}

function resultOf({ code = 0, data, gas_wanted = "0", gas_used = "0" }: ResultJson): TxEvidence["result"] {
  return { code, data: data ?? "", gas_wanted, gas_used };
}

/** The part of a result that every node computes alike. */
function encodeResult({ code, data, gas_wanted, gas_used }: TxEvidence["result"]): Uint8Array {
  const writer = new BinaryWriter();
  const bytes = fromBase64(data);
  if (code !== 0) writer.uint32(8).uint32(code);
  if (bytes.byteLength > 0) writer.uint32(18).bytes(bytes);
  if (gas_wanted !== "0") writer.uint32(40).int64(BigInt(gas_wanted));
  if (gas_used !== "0") writer.uint32(48).int64(BigInt(gas_used));
  return writer.finish();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, "base64");
}
