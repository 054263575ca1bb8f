import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { bech32m } from "@scure/base";
import { DaonetesError } from "./errors.ts";

/** What a ticket text tells a new device: where to go, which network is the right one, and the key to join with. */
export interface TicketText {
  /** Address of the gateway, such as `http://192.0.2.10:8080`. */
  gateway: string;
  chainId: string;
  /** sha256 of the genesis file as shipped, 32 bytes. */
  genesisHash: Uint8Array;
  /** Height of a header that the issuer trusts. */
  trustedHeight: bigint;
  /** Hash of that header, 32 bytes. */
  trustedHash: Uint8Array;
  groupId: bigint;
  /** Seed of the ticket's ed25519 key, 32 bytes. */
  secret: Uint8Array;
  /** Unix time in seconds at which the ticket ends, as far as the issuer knows. */
  expiresAt: bigint;
}

const PREFIX = "dnj";
const VERSION = 1;
/** Longest text that is read. */
const MAX_TEXT = 2048;

/** `dnj1..`: bech32m, so that a typing error is noticed; upper case fits a QR code. */
export function encodeTicketText(ticket: TicketText): string {
  const bytes = new BinaryWriter()
    .uint32(tag(1, 0)).uint32(VERSION)
    .uint32(tag(2, 2)).string(ticket.gateway)
    .uint32(tag(3, 2)).string(ticket.chainId)
    .uint32(tag(4, 2)).bytes(ticket.genesisHash)
    .uint32(tag(5, 0)).uint64(ticket.trustedHeight)
    .uint32(tag(6, 2)).bytes(ticket.trustedHash)
    .uint32(tag(7, 0)).uint64(ticket.groupId)
    .uint32(tag(8, 2)).bytes(ticket.secret)
    .uint32(tag(9, 0)).uint64(ticket.expiresAt)
    .finish();
  return bech32m.encode(PREFIX, bech32m.toWords(bytes), false);
}

/** @throws DaonetesError DAO1020 when the text is no ticket, damaged, or of a newer version */
export function decodeTicketText(text: string): TicketText {
  const trimmed = text.trim();
  if (trimmed.length > MAX_TEXT) throw malformed("it is too long");
  const decoded = decodeBech32m(trimmed);
  const ticket: TicketText = {
    gateway: "",
    chainId: "",
    genesisHash: new Uint8Array(),
    trustedHeight: 0n,
    trustedHash: new Uint8Array(),
    groupId: 0n,
    secret: new Uint8Array(),
    expiresAt: 0n,
  };
  let version = 0;
  try {
    const reader = new BinaryReader(decoded);
    while (reader.pos < reader.len) {
      const [field, wire] = reader.tag();
      if (field === 1) version = reader.uint32();
      else if (field === 2) ticket.gateway = reader.string();
      else if (field === 3) ticket.chainId = reader.string();
      else if (field === 4) ticket.genesisHash = reader.bytes();
      else if (field === 5) ticket.trustedHeight = BigInt(reader.uint64());
      else if (field === 6) ticket.trustedHash = reader.bytes();
      else if (field === 7) ticket.groupId = BigInt(reader.uint64());
      else if (field === 8) ticket.secret = reader.bytes();
      else if (field === 9) ticket.expiresAt = BigInt(reader.uint64());
      else reader.skip(wire);
    }
  } catch {
    throw malformed("its content cannot be read");
  }
  if (version !== VERSION) throw malformed(`its version is ${version}, this program reads version ${VERSION}; update the agent`);
  if (ticket.genesisHash.length !== 32 || ticket.secret.length !== 32 || ticket.chainId === "" || ticket.groupId === 0n) {
    throw malformed("a part is missing");
  }
  return ticket;
}

function tag(field: number, wire: number): number {
  return (field << 3) | wire;
}

function decodeBech32m(text: string): Uint8Array {
  try {
    const { prefix, words } = bech32m.decode(text as `${string}1${string}`, false);
    if (prefix === PREFIX) return bech32m.fromWords(words);
  } catch {
    throw malformed("a character is wrong or missing");
  }
  throw malformed(`it does not start with ${PREFIX}1`);
}

function malformed(why: string): DaonetesError {
  return new DaonetesError({
    code: "DAO1020",
    kind: "usage",
    message: `this is not a valid ticket: ${why}`,
    help: "copy the whole text that starts with dnj1, or ask for a new one: daonetes device add",
  });
}
