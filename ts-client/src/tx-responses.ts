import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** Encoded response of one message, with its type URL. */
export interface MessageResponse {
  typeUrl: string;
  value: Uint8Array;
}

/**
 * Responses in the result of a transaction: `msg_responses`, field 2 of the SDK's TxMsgData. The published codec of
 * that one message loads 250 KB of others.
 */
export function decodeTxResponses(data: Uint8Array): MessageResponse[] {
  return fieldsOf(data, 2).map((any) => ({
    typeUrl: Buffer.from(fieldsOf(any, 1).at(-1) ?? "").toString("utf8"),
    value: fieldsOf(any, 2).at(-1) ?? new Uint8Array(),
  }));
}

/** Contents of every length-delimited field with this number. */
function fieldsOf(bytes: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(bytes);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === wanted && wire === WireType.LengthDelimited) found.push(reader.bytes());
    else reader.skip(wire);
  }
  return found;
}
