import Type from "typebox";

const Entry = Type.Object({
  height: Type.String(),
  time: Type.String({ description: "Of the block, RFC 3339" }),
  tx_hash: Type.String({ description: "Empty for what the chain did by itself; that is not provable from the blocks" }),
  tx_index: Type.Integer(),
  message: Type.Integer(),
  part: Type.Integer(),
  type: Type.String({ description: "Type of the message, or of the event" }),
  actor: Type.String({ description: "Address that acted; empty for the chain itself" }),
  signers: Type.Array(Type.String(), { description: "Addresses of the keys that signed" }),
  action: Type.String(),
  object: Type.String(),
  group_id: Type.String(),
  changes: Type.Array(Type.Object({ type: Type.String(), data: Type.Record(Type.String(), Type.String()) }), { description: "Events that it caused; not provable" }),
  actor_name: Type.Union([Type.String(), Type.Null()], { description: "As it is now" }),
  object_name: Type.Union([Type.String(), Type.Null()], { description: "As it is now" }),
});

/** A page of the history. */
export const AuditPage = Type.Object({
  items: Type.Array(Entry),
  next_cursor: Type.Union([Type.String(), Type.Null()]),
  height: Type.String(),
  complete_from: Type.String({ description: "Oldest block in the history; 1 = complete since genesis" }),
  complete_to: Type.String({ description: "Newest block in the history" }),
});
