import type { EncodeObject } from "@cosmjs/proto-signing";
import type { DaonetesClient, SendOptions, TxDone } from "../index.ts";

/** Who signs transactions: a key does it at once, a multisig writes a file that its members sign. */
export interface Sender {
  readonly address: string;
  readonly client: DaonetesClient;
  /** @returns undefined when signatures are missing: what comes next was said, and the exit code is set */
  send(messages: readonly EncodeObject[], options?: SendOptions): Promise<TxDone | undefined>;
  /** @throws DaonetesError DAO5022 with the chain's reason when the transaction would fail */
  estimateGas(messages: readonly EncodeObject[]): Promise<bigint>;
}
