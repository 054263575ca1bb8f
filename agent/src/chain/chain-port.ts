import type { DeviceInfo, EncodedMessage, Manifest, SecretContent, SecretGrant, SecretKey } from "@daonetes/client/device";

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
  /**
   * A version of a secret, sealed; proven, as age does not say who sealed.
   * @param minHeight the header after this height is waited for, within the deadline
   * @returns undefined if there is none
   */
  readSecretContent(groupId: bigint, name: string, version: bigint, minHeight: bigint, signal: AbortSignal): Promise<SecretContent | undefined>;
  /** The newest version ever of a secret, proven; 0 = there never was one. */
  readNewestVersion(groupId: bigint, name: string, signal: AbortSignal): Promise<bigint>;
  /** The key of a scope and its grant to this device, each proven; undefined if there is none. */
  readSecretKey(groupId: bigint, scope: string, generation: bigint, minHeight: bigint, signal: AbortSignal): Promise<{ key: SecretKey | undefined; grant: SecretGrant | undefined }>;
  /** What the chain has of what this device says of itself; not proven. @returns undefined if it does not know the device */
  readDeviceInfo(signal: AbortSignal): Promise<DeviceInfo | undefined>;
  /** @returns undefined before the first claim */
  readLease(signal: AbortSignal): Promise<LeaseAt | undefined>;
  /** Sends messages of this device in one unordered transaction and waits until a block holds it. */
  send(messages: readonly EncodedMessage[], signal: AbortSignal): Promise<void>;
}
