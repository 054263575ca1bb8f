import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OfflineSigner } from "@cosmjs/proto-signing";
import { ADDRESS_PREFIX, DaonetesError } from "../index.ts";
import type { Multisig } from "../multisig/index.ts";

/**
 * How a key is kept. `test` is plain text on disk, for the local network only; a `multisig` has no secret: its members
 * sign.
 */
export type KeyKind = "encrypted" | "test" | "multisig";

export interface KeyInfo {
  name: string;
  address: string;
  kind: KeyKind;
  /** Compressed secp256k1 key, base64; absent for a multisig, and for keys of older versions until they are opened. */
  pubkey?: string;
  /** Whose signatures a multisig needs. */
  multisig?: Multisig;
}

/** A key as its file holds it. */
export interface KeyFile extends Omit<KeyInfo, "name"> {
  version: 1;
  /** Mnemonic of a test key, or age armour of one; empty for a multisig. */
  secret: string;
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** A person's keys: one file of mode 0600 each. */
export class Keyring {
  readonly #folder: string;
  readonly #passphrase: (prompt: string) => Promise<string>;
  /** Words that were read already: a passphrase is asked for once. */
  readonly #words = new Map<string, Promise<string>>();

  /** @param passphrase asks for the passphrase of an encrypted key */
  constructor(folder: string, passphrase: (prompt: string) => Promise<string>) {
    this.#folder = folder;
    this.#passphrase = passphrase;
  }

  async list(): Promise<KeyInfo[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const keys = names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5));
    return Promise.all(keys.sort().map((name) => this.show(name)));
  }

  async show(name: string): Promise<KeyInfo> {
    const { address, kind, pubkey, multisig } = await this.#read(name);
    return { name, address, kind, ...(pubkey === undefined ? {} : { pubkey }), ...(multisig === undefined ? {} : { multisig }) };
  }

  /** Makes a key, or takes a mnemonic over. @returns the mnemonic if it was made here */
  async add(name: string, kind: KeyKind, mnemonic: string | undefined): Promise<{ info: KeyInfo; mnemonic: string | undefined }> {
    requireName(name);
    const { DirectSecp256k1HdWallet } = await import("@cosmjs/proto-signing");
    const wallet =
      mnemonic === undefined
        ? await DirectSecp256k1HdWallet.generate(24, { prefix: ADDRESS_PREFIX })
        : await DirectSecp256k1HdWallet.fromMnemonic(mnemonic.trim(), { prefix: ADDRESS_PREFIX });
    const [account] = await wallet.getAccounts();
    const address = account?.address ?? "";
    const pubkey = Buffer.from(account?.pubkey ?? new Uint8Array()).toString("base64");
    const secret = kind === "test" ? wallet.mnemonic : await encrypt(wallet.mnemonic, await this.#passphrase(`Passphrase for the new key ${name}`));
    await this.#write(name, { version: 1, kind, address, pubkey, secret });
    return { info: { name, address, kind, pubkey }, mnemonic: mnemonic === undefined ? wallet.mnemonic : undefined };
  }

  /** Keeps a multisig under a name. */
  async addMultisig(name: string, multisig: Multisig): Promise<KeyInfo> {
    requireName(name);
    const { address } = multisig;
    await this.#write(name, { version: 1, kind: "multisig", address, secret: "", multisig });
    return { name, address, kind: "multisig", multisig };
  }

  /** The key as it is kept, with its public key. */
  async export(name: string): Promise<KeyFile> {
    const file = await this.#read(name);
    return file.kind === "multisig" ? file : { ...file, pubkey: await this.publicKey(name) };
  }

  /** Keeps a key that was exported. */
  async import(name: string, file: KeyFile): Promise<KeyInfo> {
    requireName(name);
    await this.#write(name, file);
    return this.show(name);
  }

  async #write(name: string, file: KeyFile): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    try {
      await writeFile(this.#path(name), `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      throw new DaonetesError({ code: "DAO1007", kind: "usage", message: `there is a key "${name}" already`, help: "choose another name: daonetes key list" });
    }
  }

  async remove(name: string): Promise<void> {
    await this.#read(name);
    await rm(this.#path(name));
  }

  /** Opens a key for signing. @throws DaonetesError DAO3041 for a multisig */
  async signer(name: string): Promise<OfflineSigner> {
    const { DirectSecp256k1HdWallet } = await import("@cosmjs/proto-signing");
    return DirectSecp256k1HdWallet.fromMnemonic(await this.#mnemonic(name), { prefix: ADDRESS_PREFIX });
  }

  /**
   * The age identity of a key: what is sealed to this person opens with it. It is made of the key's words, so that who
   * restores the key can open again what it could open.
   */
  async ageIdentity(name: string): Promise<string> {
    const [{ hkdf }, { sha256 }, { identityFromSeed }] = await Promise.all([
      import("@noble/hashes/hkdf.js"),
      import("@noble/hashes/sha2.js"),
      import("../secrets/index.ts"),
    ]);
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    return identityFromSeed(hkdf(sha256, bytes(await this.#mnemonic(name)), undefined, bytes("daonetes/age-identity/v1"), 32));
  }

  /** Signs the sha256 of these bytes. @returns 64 bytes. @throws DaonetesError DAO3041 for a multisig */
  async sign(name: string, bytes: Uint8Array): Promise<Uint8Array> {
    const mnemonic = await this.#mnemonic(name);
    const { Bip39, EnglishMnemonic, Secp256k1, sha256, Slip10, Slip10Curve } = await import("@cosmjs/crypto");
    const { makeCosmoshubPath } = await import("@cosmjs/amino");
    const seed = await Bip39.mnemonicToSeed(new EnglishMnemonic(mnemonic));
    const { privkey } = Slip10.derivePath(Slip10Curve.Secp256k1, seed, makeCosmoshubPath(0));
    return Secp256k1.createSignature(sha256(bytes), privkey).toFixedLength().subarray(0, 64);
  }

  /** Public key, base64. It asks for the passphrase where an older version did not write it down. */
  async publicKey(name: string): Promise<string> {
    const { pubkey } = await this.#read(name);
    if (pubkey !== undefined) return pubkey;
    const [account] = await (await this.signer(name)).getAccounts();
    return Buffer.from(account?.pubkey ?? new Uint8Array()).toString("base64");
  }

  #mnemonic(name: string): Promise<string> {
    const known = this.#words.get(name) ?? this.#openWords(name);
    this.#words.set(name, known);
    known.catch(() => this.#words.delete(name));
    return known;
  }

  async #openWords(name: string): Promise<string> {
    const { kind, secret } = await this.#read(name);
    if (kind === "multisig") {
      throw new DaonetesError({ code: "DAO3041", kind: "denied", message: `${name} is a multisig: its members sign, each with a key of their own`, help: "name a member's key: --key NAME" });
    }
    return kind === "test" ? secret : decrypt(secret, await this.#passphrase(`Passphrase for ${name}`), name);
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.json`);
  }

  async #read(name: string): Promise<KeyFile> {
    const path = this.#path(name);
    let text: string;
    try {
      if (!NAME.test(name)) throw new RangeError("a name is no path");
      text = await readFile(path, "utf8");
    } catch {
      throw new DaonetesError({ code: "DAO1004", kind: "not_found", message: `there is no key "${name}"`, help: "daonetes key list, or make one: daonetes key add NAME" });
    }
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) {
      throw new DaonetesError({ code: "DAO1008", kind: "usage", message: `others can read the key file ${path}`, help: `chmod 600 ${path}` });
    }
    return JSON.parse(text) as KeyFile;
  }
}

function requireName(name: string): void {
  if (!NAME.test(name)) throw new DaonetesError({ code: "DAO1006", kind: "usage", message: `"${name}" is no name for a key`, help: "a-z, 0-9, dash and underscore; at most 40" });
}

async function encrypt(text: string, passphrase: string): Promise<string> {
  const { Encrypter, armor } = await import("age-encryption");
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return armor.encode(await encrypter.encrypt(text));
}

async function decrypt(armoured: string, passphrase: string, name: string): Promise<string> {
  const { Decrypter, armor } = await import("age-encryption");
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return await decrypter.decrypt(armor.decode(armoured), "text");
  } catch (error) {
    throw new DaonetesError({ code: "DAO1009", kind: "denied", message: `the passphrase of ${name} is wrong`, cause: error });
  }
}
