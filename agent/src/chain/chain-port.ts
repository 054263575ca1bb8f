import type { EncodedMessage, Manifest } from "@daonetes/client/device";

/** The manifest of this device at a height. */
export interface ManifestAt {
  /** Absent while the device is no member. */
  manifest: Manifest | undefined;
  height: bigint;
}

/** The lease of this device, proven. */
export interface LeaseAt {
  epoch: bigint;
  /** Of the newest message that the chain took from this device. */
  sequence: bigint;
  /** Unix milliseconds. */
  until: number;
  unreachable: boolean;
}

/** Everything that the agent reads of and says to the chain. Nothing else may reach it. */
export interface ChainPort {
  /**
   * Reads the manifest, proven, at the newest height whose proving header exists.
   * @param minHeight the header after this height is waited for, within the deadline
   * @throws WrongNetworkError where another chain answers; LightError where the answer is not proven
   */
  readManifest(minHeight: bigint, signal: AbortSignal): Promise<ManifestAt>;
  /**
   * Compares the network behind the gateway with the one that the device joined: chain id and genesis.
   * @throws WrongNetworkError
   */
  requireNetwork(signal: AbortSignal): Promise<void>;
  /** Canonical bytes of a spec; the caller checks the hash. */
  readSpec(groupId: bigint, hash: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Bytes of a blob; the caller checks the hash. */
  readBlob(groupId: bigint, hash: string, signal: AbortSignal): Promise<Uint8Array>;
  /** @returns undefined before the first claim */
  readLease(signal: AbortSignal): Promise<LeaseAt | undefined>;
  /** Sends messages of this device in one unordered transaction and waits until a block holds it. */
  send(messages: readonly EncodedMessage[], signal: AbortSignal): Promise<void>;
}
