import type { EncodeObject } from "@cosmjs/proto-signing";

interface Codec {
  fromPartial(value: never): unknown;
}
type Input<C> = C extends { fromPartial(value: infer V): unknown } ? V : never;

/** Makes a builder for one message: fields left out are zero. */
export function messageBuilder<C extends Codec>(typeUrl: string, codec: C): (value: Input<C>) => EncodeObject {
  return (value) => ({ typeUrl, value: codec.fromPartial(value as never) });
}
