import { createHash } from "node:crypto";
import { parseTime } from "../chain-status.ts";
import { LightError } from "../light/light-error.ts";
import { ValidatorSet } from "../light/validator-set.ts";
import type { TrustedHeader } from "../light/verify.ts";

interface GenesisJson {
  chain_id: string;
  genesis_time: string;
  initial_height?: number | string;
  app_state: { valset: { validators: { cons_pub_key: string; target_power: string; status: string }[] } };
}

/**
 * Stands in for the header before the first one: whoever knows the hash of the genesis file knows who signs the first block.
 * @param genesisHash lower-case hex
 * @throws LightError forged when the file is another one
 */
export function genesisAnchor(genesis: Uint8Array, genesisHash: string): TrustedHeader {
  if (createHash("sha256").update(genesis).digest("hex") !== genesisHash.toLowerCase()) throw new LightError("forged", "the genesis file is not the one with the known hash");
  const { chain_id: chainId, genesis_time, initial_height = 1, app_state } = JSON.parse(Buffer.from(genesis).toString("utf8")) as GenesisJson;
  const time = parseTime(genesis_time);
  const active = app_state.valset.validators.filter(({ status }) => status === "VALIDATOR_STATUS_ACTIVE");
  return {
    chainId,
    height: BigInt(initial_height) - 1n,
    hash: new Uint8Array(32),
    // The first block bears the time of the genesis file; this one is before it.
    time: time.nanos > 0 ? { ...time, nanos: time.nanos - 1 } : { seconds: time.seconds - 1n, nanos: 999_999_999 },
    appHash: new Uint8Array(32),
    nextValidators: new ValidatorSet(active.map(({ cons_pub_key, target_power }) => ({ publicKey: Buffer.from(cons_pub_key, "base64"), power: BigInt(target_power) }))),
  };
}
