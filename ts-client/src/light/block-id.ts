/** Names a block: the hash of its header, and the root of the parts that it is sent in. */
export interface BlockId {
  hash: Uint8Array;
  partsTotal: number;
  partsHash: Uint8Array;
}
