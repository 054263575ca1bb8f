import type { Registry } from "@cosmjs/proto-signing";
import type { AminoConverters } from "@cosmjs/stargate";
import { AMINO_SCHEMA } from "../gen/amino-schema.ts";
import { bytesOfAmino } from "./decode.ts";
import { aminoValue } from "./encode.ts";
import { type AminoJson, aminoName } from "./schema.ts";

/**
 * Amino JSON of every message that the chain takes, for wallets that sign nothing else:
 * `new AminoTypes(await aminoConverters())`. They are made from the contract, not written by hand.
 */
export async function aminoConverters(): Promise<AminoConverters> {
  const { createRegistry } = await import("../registry.ts");
  const registry: Registry = createRegistry();
  const converters: AminoConverters = {};
  for (const fullName of Object.keys(AMINO_SCHEMA)) {
    const typeUrl = `/${fullName}`;
    if (registry.lookupType(typeUrl) === undefined) continue;
    converters[typeUrl] = {
      aminoType: aminoName(typeUrl),
      toAmino: (value: unknown) => aminoValue(fullName, registry.encode({ typeUrl, value })),
      fromAmino: (json: AminoJson) => registry.decode({ typeUrl, value: bytesOfAmino(fullName, json) }) as unknown,
    };
  }
  return converters;
}
