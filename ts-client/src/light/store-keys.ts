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
  return Buffer.concat([Uint8Array.of(0x08), bigEndian(groupId), Buffer.from(hash.replace(/^sha256:/, ""), "hex")]);
}

/** Key of the ciphertext of a version of a secret in the store of x/workload. */
export function secretContentKey(groupId: bigint, name: string, version: bigint): Uint8Array {
  return numbered(0x1b, groupId, name, version);
}

/** Key of a generation of a scope's key in the store of x/workload. */
export function secretKeyKey(groupId: bigint, scope: string, generation: bigint): Uint8Array {
  return numbered(0x1c, groupId, scope, generation);
}

/** Key of the grant of a scope's key to a device or person in the store of x/workload. */
export function secretGrantKey(groupId: bigint, scope: string, generation: bigint, recipient: string): Uint8Array {
  return Buffer.concat([numbered(0x1d, groupId, scope, generation), addressToBytes(recipient)]);
}

function numbered(prefix: number, groupId: bigint, name: string, number: bigint): Uint8Array {
  return Buffer.concat([Uint8Array.of(prefix), bigEndian(groupId), Buffer.from(name, "utf8"), Uint8Array.of(0), bigEndian(number)]);
}

function bigEndian(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
