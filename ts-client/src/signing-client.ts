import type { EncodeObject, OfflineSigner, Registry } from "@cosmjs/proto-signing";
import PQueue from "p-queue";
import { DaonetesClient } from "./client.ts";
import { DaonetesError } from "./errors.ts";
import { FeePayer, pricesChanged } from "./fees/payer.ts";
import { broadcast, type TxDone, TxRefusedError, waitForTx, type WaitOptions } from "./tx-outcome.ts";

export interface SigningClientOptions {
  client: DaonetesClient;
  signer: OfflineSigner;
  /** Chain that signatures are for; another one at the other end is refused. */
  chainId: string;
  /** Gas limit per message. Default 400,000. */
  gasPerMessage?: bigint;
}

export interface SendOptions extends WaitOptions {
  /** Gas limit of the transaction. Default: 400,000 per message; what a simulation says where the network takes fees. */
  gas?: bigint;
}

/** Code of codespace "sdk" for a wrong sequence: ask again and replay. */
const WRONG_SEQUENCE = "DAO5019";
const MAX_REPLAYS = 3;
const MAX_GAS = 10_000_000n;

/** Signs and sends transactions of one key, one after the other. */
export class SigningClient {
  readonly client: DaonetesClient;
  readonly address: string;
  readonly #signer: OfflineSigner;
  readonly #registry: Registry;
  readonly #chainId: string;
  readonly #gasPerMessage: bigint;
  readonly #fees: FeePayer;
  readonly #queue = new PQueue({ concurrency: 1 });

  private constructor(options: SigningClientOptions, address: string, registry: Registry) {
    this.client = options.client;
    this.address = address;
    this.#signer = options.signer;
    this.#registry = registry;
    this.#chainId = options.chainId;
    this.#gasPerMessage = options.gasPerMessage ?? 400_000n;
    this.#fees = new FeePayer(this.client.transport, address, async () => (await this.client.admission.params()).gasPrices);
  }

  /** @throws DaonetesError DAO1005 when the signer has no key */
  static async create(options: SigningClientOptions): Promise<SigningClient> {
    const [account] = await options.signer.getAccounts();
    if (account === undefined) {
      throw new DaonetesError({ code: "DAO1005", kind: "usage", message: "the signer has no key", help: "daonetes key add NAME" });
    }
    const { createRegistry } = await import("./registry.ts");
    return new SigningClient(options, account.address, createRegistry());
  }

  /**
   * Signs without sending.
   * @param sequence for transactions that are signed ahead of others; absent: the account's now
   * @returns the bytes to broadcast
   */
  async sign(messages: readonly EncodeObject[], memo = "", gas = this.#gasPerMessage * BigInt(messages.length), sequence?: bigint): Promise<Uint8Array> {
    const { SigningStargateClient } = await import("@cosmjs/stargate");
    const { TxRaw } = await import("cosmjs-types/cosmos/tx/v1beta1/tx");
    const limit = gas > MAX_GAS ? MAX_GAS : gas;
    const [account, { amount, granter }] = await Promise.all([this.client.account(this.address), this.#fees.feeFor(limit)]);
    const cosmjs = await SigningStargateClient.offline(this.#signer, { registry: this.#registry });
    const raw = await cosmjs.sign(
      this.address,
      messages,
      { amount, gas: String(limit), ...(granter === "" ? {} : { granter }) },
      memo,
      { accountNumber: account.accountNumber, sequence: Number(sequence ?? account.sequence), chainId: this.#chainId },
    );
    return TxRaw.encode(raw).finish();
  }

  /**
   * Gas to ask for: what a simulation uses, and a margin.
   * @throws DaonetesError DAO5022 with the chain's reason when the transaction would fail
   */
  async estimateGas(messages: readonly EncodeObject[]): Promise<bigint> {
    const { simulate } = await import("./simulate.ts");
    return ((await simulate(this.client, this.address, messages)) * 13n) / 10n + 30_000n;
  }

  /**
   * Signs, sends and waits until the transaction is in a block.
   * @throws TxRefusedError before the block, TxFailedError in it, DaonetesError DAO5012 when it takes too long
   */
  send(messages: readonly EncodeObject[], options: SendOptions = {}): Promise<TxDone> {
    return this.#queue.add(async () => {
      const hash = await this.#broadcast(messages, options.gas);
      return waitForTx(this.client.rpc, hash, options);
    });
  }

  async #broadcast(messages: readonly EncodeObject[], gas: bigint | undefined): Promise<string> {
    for (let replay = 0; ; replay++) {
      // Gas that is not used is paid for, too.
      const limit = gas ?? ((await this.#fees.prices()).length === 0 ? undefined : await this.estimateGas(messages));
      const txBytes = await this.sign(messages, "", limit);
      try {
        return await broadcast(this.client.rpc, txBytes);
      } catch (error) {
        const again = error instanceof TxRefusedError && (error.code === WRONG_SEQUENCE || pricesChanged(error)) && replay < MAX_REPLAYS;
        if (!again) throw error;
        if (pricesChanged(error)) this.#fees.forget();
      }
    }
  }
}
