import { addressToBytes } from "../address.ts";

/** Store of x/workload. */
export const WORKLOAD_STORE = "workload";

/** Key of a device's manifest in the store of x/workload. */
export function manifestKey(device: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(0x03), addressToBytes(device)]);
}

/** Key of a device's lease in the store of x/workload. */
export function leaseKey(device: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(0x11), addressToBytes(device)]);
}

/** Key of a spec's or blob's bytes in the store of x/workload. @param hash `sha256:..` */
export function contentKey(groupId: bigint, hash: string): Uint8Array {
  const group = Buffer.alloc(8);
  group.writeBigUInt64BE(groupId);
  return Buffer.concat([Uint8Array.of(0x08), group, Buffer.from(hash.replace(/^sha256:/, ""), "hex")]);
}
