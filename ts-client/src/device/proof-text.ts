import { createHash } from "node:crypto";
import { addressToBytes } from "../address.ts";
import { DeviceInfo } from "../gen/daonetes/workgroup/v1/core.ts";

/**
 * Texts that a key signs to prove that its owner wants what a message says. Each part is prefixed by its length as
 * 4 bytes, big-endian, so that no two lists of parts give the same text. The chain builds the same texts.
 */
function proofText(parts: readonly Uint8Array[]): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (const part of parts) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.byteLength);
    chunks.push(length, part);
  }
  return Buffer.concat(chunks);
}

const ascii = (text: string): Uint8Array => Buffer.from(text, "utf8");

function groupIdBytes(groupId: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(groupId);
  return bytes;
}

/** What a ticket's key signs in MsgCreateTicket. */
export function ticketProofText(chainId: string, groupId: bigint, publicKey: Uint8Array): Uint8Array {
  return proofText([ascii("daonetes/ticket/v1"), ascii(chainId), groupIdBytes(groupId), publicKey]);
}

/** What a device's key signs in MsgAdmitDevice. */
export function admitProofText(chainId: string, groupId: bigint, publicKey: Uint8Array): Uint8Array {
  return proofText([ascii("daonetes/admit/v1"), ascii(chainId), groupIdBytes(groupId), publicKey]);
}

/** What a device's key signs in MsgJoin. */
export function joinProofText(
  chainId: string,
  groupId: bigint,
  ticketAddress: string,
  publicKey: Uint8Array,
  info: DeviceInfo,
): Uint8Array {
  const infoHash = createHash("sha256").update(DeviceInfo.encode(info).finish()).digest();
  return proofText([
    ascii("daonetes/join/v1"),
    ascii(chainId),
    groupIdBytes(groupId),
    addressToBytes(ticketAddress),
    publicKey,
    infoHash,
  ]);
}
