import { ADDRESS_PREFIX, DaonetesError } from "../index.ts";
import type { Multisig } from "../multisig/index.ts";
import type { KeyFile } from "./keyring.ts";

const FORMAT = "daonetes.key.v1";
const AGE_BEGINS = "-----BEGIN AGE ENCRYPTED FILE-----";

/** Text of a file that holds a key as the keyring keeps it: an encrypted one stays encrypted, with its passphrase. */
export function encodeKeyFile(name: string, key: KeyFile): string {
  return `${JSON.stringify({ format: FORMAT, name, ...key }, undefined, 2)}\n`;
}

/**
 * Reads such a file. The address has to follow from what is in it.
 * @param source of the text, for errors
 * @throws DaonetesError DAO1046 for what is no key
 */
export async function decodeKeyFile(text: string, source: string): Promise<{ name: string; key: KeyFile }> {
  const refuse = (why: string): DaonetesError => new DaonetesError({ code: "DAO1046", kind: "usage", message: `${source} holds no key: ${why}`, help: "it is what `daonetes key export NAME` wrote; words instead: daonetes key add NAME --recover" });
  let parsed: Partial<KeyFile> & { format?: unknown; name?: unknown };
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    throw refuse("it is not JSON");
  }
  const { format, name, kind, secret, pubkey, multisig } = parsed ?? {};
  if (format !== FORMAT) throw refuse(`its format is not ${FORMAT}`);
  if (typeof name !== "string" || typeof secret !== "string" || !(kind === "encrypted" || kind === "test" || kind === "multisig")) throw refuse("a part of it is missing");
  const key: KeyFile = { version: 1, kind, address: await addressOf({ kind, secret, pubkey, multisig }, refuse), secret, ...(pubkey === undefined ? {} : { pubkey }), ...(multisig === undefined ? {} : { multisig }) };
  if (key.address !== parsed.address) throw refuse(`it says ${String(parsed.address).slice(0, 90)}, and is of ${key.address}`);
  return { name, key };
}

type Parts = Pick<KeyFile, "kind" | "secret"> & { pubkey: unknown; multisig: unknown };

async function addressOf({ kind, secret, pubkey, multisig }: Parts, refuse: (why: string) => DaonetesError): Promise<string> {
  try {
    if (kind === "multisig") {
      const { makeMultisig } = await import("../multisig/index.ts");
      const { threshold, members } = multisig as Multisig;
      return makeMultisig(threshold, members).address;
    }
    if (kind === "test") {
      const { DirectSecp256k1HdWallet } = await import("@cosmjs/proto-signing");
      const [account] = await (await DirectSecp256k1HdWallet.fromMnemonic(secret, { prefix: ADDRESS_PREFIX })).getAccounts();
      return account?.address ?? "";
    }
    if (!secret.startsWith(AGE_BEGINS)) throw new RangeError("it is not encrypted");
    const { pubkeyToAddress } = await import("@cosmjs/amino");
    return pubkeyToAddress({ type: "tendermint/PubKeySecp256k1", value: pubkey }, ADDRESS_PREFIX);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}
