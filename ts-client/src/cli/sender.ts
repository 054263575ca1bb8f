import type { EncodeObject } from "@cosmjs/proto-signing";
import type { DaonetesClient, SendOptions, TxDone } from "../index.ts";
import type { Multisig } from "../multisig/index.ts";

export interface SenderOptions extends SendOptions {
  /** What a transaction that waits for signatures is called; absent: what its messages do. */
  title?: string;
  /** What else the one JSON document says while signatures are missing. */
  extra?: Record<string, unknown>;
}

/** Who signs transactions: a key does it at once, a multisig writes a file that its members sign. */
export interface Sender {
  readonly address: string;
  readonly client: DaonetesClient;
  /** Whose signatures it needs, where it is a multisig. */
  readonly multisig?: Multisig;
  /** @returns undefined when signatures are missing: what comes next was said, and the exit code is set */
  send(messages: readonly EncodeObject[], options?: SenderOptions): Promise<TxDone | undefined>;
  /** @throws DaonetesError DAO5022 with the chain's reason when the transaction would fail */
  estimateGas(messages: readonly EncodeObject[]): Promise<bigint>;
}
