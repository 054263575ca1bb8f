import {
  broadcast,
  buildUnorderedTx,
  chainRpcUrl,
  CometRpc,
  DaonetesClient,
  type Ed25519Key,
  type EncodedMessage,
  isNotFound,
  waitForTx,
} from "@daonetes/client/device";
import type { Clock } from "../clock.ts";
import type { Membership } from "../state/agent-state.ts";
import type { ChainPort, ManifestAt } from "./chain-port.ts";
import { WrongNetworkError } from "./wrong-network-error.ts";

const GAS_PER_MESSAGE = 400_000n;
const HEADER_DEADLINE_MS = 10_000;
const FIRST_POLL_MS = 8;
const MAX_POLL_MS = 250;

/** The chain behind a gateway. What it returns is read, not yet proven. */
export class GatewayChain implements ChainPort {
  readonly #client: DaonetesClient;
  readonly #key: Ed25519Key;
  readonly #chainId: string;
  readonly #genesisHash: string;
  readonly #clock: Clock;
  #accountNumber: bigint | undefined;

  constructor({ gateway, chainId, genesisHash }: Membership, key: Ed25519Key, clock: Clock) {
    this.#client = DaonetesClient.fromRpc(new CometRpc(chainRpcUrl(gateway)));
    this.#key = key;
    this.#chainId = chainId;
    this.#genesisHash = genesisHash;
    this.#clock = clock;
  }

  async readManifest(minHeight: bigint, signal: AbortSignal): Promise<ManifestAt> {
    const latest = await this.#waitForHeader(minHeight + 1n, signal);
    const height = latest - 1n;
    if (height < 1n) return { manifest: undefined, height: 0n };
    try {
      return { manifest: await this.#client.at(height).workload.manifest(this.#key.address), height };
    } catch (error) {
      if (isNotFound(error)) return { manifest: undefined, height };
      throw error;
    }
  }

  async requireNetwork(signal: AbortSignal): Promise<void> {
    this.#requireChain((await this.#client.status(signal)).chainId);
    if ((await this.#client.genesisHash()) !== this.#genesisHash) {
      throw new WrongNetworkError("DAO5031", `the network ${this.#chainId} behind the gateway has another genesis than the one this device joined`);
    }
  }

  readSpec(groupId: bigint, hash: string): Promise<Uint8Array> {
    return this.#client.workload.specContent(groupId, hash);
  }

  async readLease(): Promise<{ epoch: bigint; sequence: bigint; until: number; unreachable: boolean } | undefined> {
    try {
      const lease = await this.#client.workload.lease(this.#key.address);
      return {
        epoch: lease.epoch,
        sequence: lease.sequence,
        until: Number(lease.until?.seconds ?? 0n) * 1000,
        unreachable: lease.unreachable,
      };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async send(messages: readonly EncodedMessage[], signal: AbortSignal): Promise<void> {
    const status = await this.#client.status(signal);
    this.#requireChain(status.chainId);
    this.#accountNumber ??= (await this.#client.account(this.#key.address)).accountNumber;
    const { txBytes } = buildUnorderedTx({
      key: this.#key,
      chainId: this.#chainId,
      accountNumber: this.#accountNumber,
      messages,
      lastBlockTime: status.time,
      gas: GAS_PER_MESSAGE * BigInt(messages.length),
    });
    const hash = await broadcast(this.#client.rpc, txBytes);
    await waitForTx(this.#client.rpc, hash, { timeoutMs: 30_000, signal });
  }

  /** State of height H is proven by the header of H + 1, which the chain makes at once. */
  async #waitForHeader(height: bigint, signal: AbortSignal): Promise<bigint> {
    const until = this.#clock.monotonic() + HEADER_DEADLINE_MS;
    let pause = FIRST_POLL_MS;
    for (;;) {
      const status = await this.#client.status(signal);
      this.#requireChain(status.chainId);
      if (status.height >= height) return status.height;
      if (this.#clock.monotonic() > until) return status.height;
      await this.#clock.sleep(pause, signal);
      signal.throwIfAborted();
      pause = Math.min(pause * 1.5, MAX_POLL_MS);
    }
  }

  #requireChain(chainId: string): void {
    if (chainId === this.#chainId) return;
    throw new WrongNetworkError("DAO5030", `the gateway serves the chain ${chainId}, this device belongs to ${this.#chainId}`);
  }
}
