import {
  AdmissionParams,
  broadcast,
  buildUnorderedTx,
  type CometRpc,
  DaonetesClient,
  DaonetesError,
  type DeviceInfo,
  type Ed25519Key,
  type EncodedMessage,
  FeePayer,
  isNotFound,
  Lease,
  Manifest,
  pricesChanged,
  SecretContent,
  SecretGrant,
  SecretKey,
  waitForTx,
} from "@daonetes/client/device";
import {
  ADMISSION_PARAMS_KEY,
  ADMISSION_STORE,
  leaseKey,
  type LightClient,
  LightError,
  type LightSource,
  manifestKey,
  secretContentKey,
  secretGrantKey,
  secretKeyKey,
  secretVersionKey,
  type TrustedHeader,
  WORKLOAD_STORE,
} from "@daonetes/client/light";
import type { Clock } from "../clock.ts";
import type { AgentState, Membership } from "../state/agent-state.ts";
import type { ChainPort, LeaseAt, ManifestAt } from "./chain-port.ts";
import { WrongNetworkError } from "./wrong-network-error.ts";

const GAS_PER_MESSAGE = 400_000n;
/** The chain's own bound of a transaction, unless its network set a lower one. */
const MOST_GAS = 10_000_000n;
const OUT_OF_GAS = "DAO5013";
const HEADER_DEADLINE_MS = 10_000;
const FIRST_POLL_MS = 4;
const MAX_POLL_MS = 250;

export interface GatewayChainParts {
  membership: Membership;
  rpc: CometRpc;
  source: LightSource;
  light: LightClient;
  key: Ed25519Key;
  clock: Clock;
  /** Where the trusted header is kept over a restart. */
  state: Pick<AgentState, "trusted">;
}

/**
 * The chain behind a gateway. Manifest and lease are proven by headers that the validators signed, a spec by its hash.
 * A gateway that lies is refused with a LightError; it can keep the device from hearing something new, no more.
 */
export class GatewayChain implements ChainPort {
  readonly #parts: GatewayChainParts;
  readonly #client: DaonetesClient;
  readonly #fees: FeePayer;
  #accountNumber: bigint | undefined;
  /** Height at which the newest transaction of this device is said to be. */
  #sentAt = 0n;

  constructor(parts: GatewayChainParts) {
    this.#parts = parts;
    this.#client = DaonetesClient.fromRpc(parts.rpc);
    this.#fees = new FeePayer(this.#client.transport, parts.key.address, () => this.#gasPrices());
  }

  async readManifest(minHeight: bigint, signal: AbortSignal): Promise<ManifestAt> {
    const { header, value } = await this.#read(manifestKey(this.#parts.key.address), minHeight, signal);
    return { manifest: value === undefined ? undefined : Manifest.decode(value), height: header.height - 1n };
  }

  async requireNetwork(signal: AbortSignal): Promise<void> {
    const { chainId, genesisHash } = this.#parts.membership;
    const served = (await this.#client.status(signal)).chainId;
    if (served !== chainId) throw new WrongNetworkError("DAO5030", `the gateway serves the chain ${served}, this device belongs to ${chainId}`);
    if ((await this.#client.genesisHash()) !== genesisHash) {
      throw new WrongNetworkError("DAO5031", `the network ${chainId} behind the gateway has another genesis than the one this device joined`);
    }
  }

  readSpec(groupId: bigint, hash: string): Promise<Uint8Array> {
    return this.#client.workload.specContent(groupId, hash);
  }

  readBlob(groupId: bigint, hash: string): Promise<Uint8Array> {
    return this.#client.workload.blobContent(groupId, hash);
  }

  async readSecretContent(groupId: bigint, name: string, version: bigint, minHeight: bigint, signal: AbortSignal): Promise<SecretContent | undefined> {
    const { value } = await this.#read(secretContentKey(groupId, name, version), minHeight, signal);
    return value === undefined ? undefined : SecretContent.decode(value);
  }

  async readNewestVersion(groupId: bigint, name: string, signal: AbortSignal): Promise<bigint> {
    const { value } = await this.#read(secretVersionKey(groupId, name), 0n, signal);
    return value === undefined ? 0n : Buffer.from(value).readBigUInt64BE();
  }

  async readSecretKey(groupId: bigint, scope: string, generation: bigint, minHeight: bigint, signal: AbortSignal): Promise<{ key: SecretKey | undefined; grant: SecretGrant | undefined }> {
    const key = await this.#read(secretKeyKey(groupId, scope, generation), minHeight, signal);
    const grant = await this.#read(secretGrantKey(groupId, scope, generation, this.#parts.key.address), minHeight, signal);
    return {
      key: key.value === undefined ? undefined : SecretKey.decode(key.value),
      grant: grant.value === undefined ? undefined : SecretGrant.decode(grant.value),
    };
  }

  async readDeviceInfo(): Promise<DeviceInfo | undefined> {
    try {
      return (await this.#client.workgroup.deviceByAddress(this.#parts.key.address)).info;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async readLease(signal: AbortSignal): Promise<LeaseAt | undefined> {
    const { value } = await this.#read(leaseKey(this.#parts.key.address), this.#sentAt, signal);
    if (value === undefined) return undefined;
    const { epoch, sequence, until, unreachable } = Lease.decode(value);
    return { epoch, sequence, until: Number(until?.seconds ?? 0n) * 1000, unreachable };
  }

  async send(messages: readonly EncodedMessage[], signal: AbortSignal): Promise<void> {
    const usual = GAS_PER_MESSAGE * BigInt(messages.length);
    try {
      await this.#sendWith(usual, messages, signal);
    } catch (error) {
      if (pricesChanged(error)) {
        this.#fees.forget();
        return this.#sendWith(usual, messages, signal);
      }
      // The last report on a deployment ends it, with all that its revisions held. What failed for want of gas changed nothing.
      if (!(error instanceof DaonetesError) || error.code !== OUT_OF_GAS) throw error;
      await this.#sendWith(MOST_GAS, messages, signal);
    }
  }

  async #sendWith(gas: bigint, messages: readonly EncodedMessage[], signal: AbortSignal): Promise<void> {
    const { key, membership } = this.#parts;
    const { time } = await this.#advance(signal);
    this.#accountNumber ??= (await this.#client.account(key.address)).accountNumber;
    const { txBytes } = buildUnorderedTx({
      key,
      chainId: membership.chainId,
      accountNumber: this.#accountNumber,
      messages,
      lastBlockTime: time,
      gas,
      fee: await this.#fees.feeFor(gas),
    });
    const hash = await broadcast(this.#client.rpc, txBytes);
    this.#sentAt = (await waitForTx(this.#client.rpc, hash, { timeoutMs: 30_000, signal })).height;
  }

  /** Proven: a gateway cannot make the device spend more of its group's coins than the network asks for. */
  async #gasPrices(): Promise<AdmissionParams["gasPrices"]> {
    const signal = AbortSignal.timeout(HEADER_DEADLINE_MS);
    const { light } = this.#parts;
    const value = await light.read(await this.#headerAbove(0n, signal), ADMISSION_STORE, ADMISSION_PARAMS_KEY, signal);
    return value === undefined ? [] : AdmissionParams.decode(value).gasPrices;
  }

  /** Reads at the newest height whose header is there, which is `minHeight` or above if that comes in time. */
  async #read(key: Uint8Array, minHeight: bigint, signal: AbortSignal): Promise<{ header: TrustedHeader; value: Uint8Array | undefined }> {
    const { light, source } = this.#parts;
    // The state is there before the header that proves it: both are asked for at once.
    const early = minHeight >= light.store.newest.height ? source.proof(WORKLOAD_STORE, key, minHeight, signal) : undefined;
    early?.catch(() => undefined);
    const header = await this.#headerAbove(minHeight, signal);
    const proof = header.height === minHeight + 1n ? early : undefined;
    return { header, value: await light.read(header, WORKLOAD_STORE, key, signal, proof) };
  }

  /** State of height H is proven by the header of H + 1, which the chain makes at once. */
  async #headerAbove(minHeight: bigint, signal: AbortSignal): Promise<TrustedHeader> {
    const { clock } = this.#parts;
    const until = clock.monotonic() + HEADER_DEADLINE_MS;
    for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.5, MAX_POLL_MS)) {
      const header = await this.#advance(signal);
      if (header.height > minHeight || clock.monotonic() > until) return header;
      await clock.sleep(pause, signal);
      signal.throwIfAborted();
    }
  }

  async #advance(signal: AbortSignal): Promise<TrustedHeader> {
    const { light, membership, state } = this.#parts;
    try {
      const header = await light.advance(undefined, signal);
      if (header.chainId !== membership.chainId) throw new LightError("forged", `a header of the chain ${header.chainId}, not ${membership.chainId}`);
      return header;
    } finally {
      state.trusted = light.store.toJSON();
    }
  }
}
