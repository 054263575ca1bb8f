import { addressToBytes } from "../address.ts";

/** Store of x/workload. */
export const WORKLOAD_STORE = "workload";
/** Store of x/workgroup. */
export const WORKGROUP_STORE = "workgroup";
/** Store of x/council. */
export const COUNCIL_STORE = "council";

/** Store of x/admission. */
export const ADMISSION_STORE = "admission";

/** Key of the parameters in the store of x/admission. */
export const ADMISSION_PARAMS_KEY: Uint8Array = Uint8Array.of(0x01);

/** Key of a group in the store of x/workgroup. */
export function groupKey(groupId: bigint): Uint8Array {
  return Buffer.concat([Uint8Array.of(0x04), bigEndian(groupId)]);
}

/** Key of a device in the store of x/workgroup. */
export function deviceKey(device: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(0x0a), addressToBytes(device)]);
}

/** Key of a person's age recipient in the store of x/workgroup. */
export function recipientKey(address: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(0x0f), addressToBytes(address)]);
}

/** Key of a council's id, 8 bytes big-endian, by its address, in the store of x/council. */
export function councilIdKey(address: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(0x06), addressToBytes(address)]);
}

/** Key of a council in the store of x/council. */
export function councilKey(councilId: bigint): Uint8Array {
  return Buffer.concat([Uint8Array.of(0x04), bigEndian(councilId)]);
}

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

/** Key of the newest version ever of a secret in the store of x/workload; the value is 8 bytes, big-endian. */
export function secretVersionKey(groupId: bigint, name: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(0x1f), bigEndian(groupId), Buffer.from(name, "utf8")]);
}

function numbered(prefix: number, groupId: bigint, name: string, number: bigint): Uint8Array {
  return Buffer.concat([Uint8Array.of(prefix), bigEndian(groupId), Buffer.from(name, "utf8"), Uint8Array.of(0), bigEndian(number)]);
}

function bigEndian(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
