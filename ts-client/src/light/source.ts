import { type CometRpc, RpcAnswerError } from "../transport/comet-rpc.ts";
import { type Commit, readCommit } from "./commit.ts";
import { type Header, readHeader } from "./header.ts";
import { forged } from "./light-error.ts";
import { type ProofOp, readProofOps } from "./proof.ts";
import { Reply } from "./reply.ts";
import { MAX_VALIDATORS, readValidators, type Validator, ValidatorSet } from "./validator-set.ts";

/** A header with what was signed of it. */
export interface SignedHeader {
  header: Header;
  commit: Commit;
}

/** Where headers, validators and proofs come from. Nothing that it says is believed. */
export interface LightSource {
  /** For messages: its address. */
  readonly name: string;
  /** @param height absent = the newest. @returns undefined if it does not have it (yet) */
  header(height: bigint | undefined, signal?: AbortSignal): Promise<SignedHeader | undefined>;
  validators(height: bigint, signal?: AbortSignal): Promise<ValidatorSet>;
  /** Proof of what is under a key in the state after a height. @returns undefined if it does not have that state (yet) */
  proof(store: string, key: Uint8Array, height: bigint, signal?: AbortSignal): Promise<ProofOp[] | undefined>;
}

const PER_PAGE = 100;

/** A node's RPC, or a gateway's proxy to one. Calls have the deadline and the size limit of `CometRpc`. */
export class RpcSource implements LightSource {
  readonly #rpc: CometRpc;

  constructor(rpc: CometRpc) {
    this.#rpc = rpc;
  }

  get name(): string {
    return this.#rpc.url;
  }

  async header(height: bigint | undefined, signal?: AbortSignal): Promise<SignedHeader | undefined> {
    const answer = await this.#unlessMissing("commit", height === undefined ? {} : { height: String(height) }, signal);
    if (answer === undefined) return undefined;
    const signed = new Reply(answer, "commit").object("signed_header");
    const read = { header: readHeader(signed.part("header")), commit: readCommit(signed.part("commit")) };
    if (height !== undefined && read.header.height !== height) throw forged(`asked for height ${height}, got ${read.header.height}`);
    return read;
  }

  async validators(height: bigint, signal?: AbortSignal): Promise<ValidatorSet> {
    const all: Pick<Validator, "publicKey" | "power">[] = [];
    for (let page = 1; ; page++) {
      const params = { height: String(height), page: String(page), per_page: String(PER_PAGE) };
      const reply = new Reply(await this.#rpc.call("validators", params, signal), "validators");
      const read = readValidators(reply.list("validators", PER_PAGE));
      all.push(...read);
      const total = Number(reply.integer("total"));
      if (all.length >= total || read.length === 0) break;
      if (total > MAX_VALIDATORS) throw forged(`a set of ${total} validators`);
    }
    return new ValidatorSet(all);
  }

  async proof(store: string, key: Uint8Array, height: bigint, signal?: AbortSignal): Promise<ProofOp[] | undefined> {
    const params = { path: `/store/${store}/key`, data: Buffer.from(key).toString("hex"), height: String(height), prove: true };
    const answer = await this.#unlessMissing("abci_query", params, signal);
    if (answer === undefined) return undefined;
    const response = new Reply(answer, "abci_query").object("response");
    if (response.integer("code") !== 0n) return undefined;
    if (response.integer("height") !== height) throw forged(`asked for the state of height ${height}, got that of ${response.integer("height")}`);
    // Some nodes write proof_ops, as in the protocol's own description.
    const name = response.has("proofOps") ? "proofOps" : "proof_ops";
    if (!response.has(name)) throw forged("the answer holds no proof");
    return readProofOps(response.object(name));
  }

  /** A node answers with an error to what it does not have yet, or no more. */
  async #unlessMissing(method: string, params: Record<string, unknown>, signal: AbortSignal | undefined): Promise<unknown> {
    try {
      return await this.#rpc.call<unknown>(method, params, signal);
    } catch (error) {
      if (error instanceof RpcAnswerError) return undefined;
      throw error;
    }
  }
}
