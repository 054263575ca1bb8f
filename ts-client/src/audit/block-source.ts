import { readCommit } from "../light/commit.ts";
import { readHeader } from "../light/header.ts";
import { LightError } from "../light/light-error.ts";
import { Reply } from "../light/reply.ts";
import type { LightSource, SignedHeader } from "../light/source.ts";
import { readValidators, ValidatorSet } from "../light/validator-set.ts";
import { type CometRpc, RpcAnswerError } from "../transport/comet-rpc.ts";

/** Headers and validators as a node sent them, by height: what an export holds. */
export interface BlockRecords {
  headers: Record<string, { header: unknown; commit: unknown }>;
  validators: Record<string, { address: unknown; pub_key: unknown; voting_power: unknown }[]>;
}

/** Headers and validators from a node, each kept as it came, or from records alone. */
export class BlockSource implements LightSource {
  readonly records: BlockRecords;
  readonly #rpc: CometRpc | undefined;

  /** @param rpc absent: only what is in the records is there */
  constructor(records: BlockRecords = { headers: {}, validators: {} }, rpc?: CometRpc) {
    this.records = records;
    this.#rpc = rpc;
  }

  get name(): string {
    return this.#rpc?.url ?? "the file";
  }

  async header(height: bigint | undefined, signal?: AbortSignal): Promise<SignedHeader | undefined> {
    let record = height === undefined ? undefined : this.records.headers[String(height)];
    if (record === undefined && this.#rpc !== undefined) {
      try {
        const { signed_header } = await this.#rpc.call<{ signed_header: { header: unknown; commit: unknown } }>("commit", height === undefined ? {} : { height: String(height) }, signal);
        record = { header: signed_header.header, commit: signed_header.commit };
      } catch (error) {
        if (error instanceof RpcAnswerError) return undefined;
        throw error;
      }
    }
    if (record === undefined) return undefined;
    const signed = { header: readHeader(record.header), commit: readCommit(record.commit) };
    if (height !== undefined && signed.header.height !== height) throw new LightError("forged", `the header of height ${signed.header.height} stands for height ${height}`);
    this.records.headers[String(signed.header.height)] = record;
    return signed;
  }

  async validators(height: bigint, signal?: AbortSignal): Promise<ValidatorSet> {
    const key = String(height);
    this.records.validators[key] ??= await this.#fetchValidators(key, signal);
    return new ValidatorSet(readValidators(this.records.validators[key].map((one) => new Reply(one, "validators"))));
  }

  async #fetchValidators(height: string, signal: AbortSignal | undefined): Promise<BlockRecords["validators"][string]> {
    if (this.#rpc === undefined) throw new LightError("missing", `the file does not hold the validators of height ${height}`);
    const all: BlockRecords["validators"][string] = [];
    for (let page = 1; ; page++) {
      const answer = await this.#rpc.call<{ validators: BlockRecords["validators"][string]; total: string }>("validators", { height, page: String(page), per_page: "100" }, signal);
      all.push(...answer.validators.map(({ address, pub_key, voting_power }) => ({ address, pub_key, voting_power })));
      if (all.length >= Number(answer.total) || answer.validators.length === 0) return all;
    }
  }

  proof(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
