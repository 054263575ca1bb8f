import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OfflineSigner } from "@cosmjs/proto-signing";
import { ADDRESS_PREFIX, DaonetesError } from "../index.ts";

/** How a key is kept. `test` is plain text on disk, for the local network only. */
export type KeyKind = "encrypted" | "test";

export interface KeyInfo {
  name: string;
  address: string;
  kind: KeyKind;
}

interface KeyFile {
  version: 1;
  kind: KeyKind;
  address: string;
  /** Mnemonic of a test key, or age armour of one. */
  secret: string;
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** A person's keys: one file of mode 0600 each. */
export class Keyring {
  readonly #folder: string;
  readonly #passphrase: (prompt: string) => Promise<string>;

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
    const { address, kind } = await this.#read(name);
    return { name, address, kind };
  }

  /** Makes a key, or takes a mnemonic over. @returns the mnemonic if it was made here */
  async add(name: string, kind: KeyKind, mnemonic: string | undefined): Promise<{ info: KeyInfo; mnemonic: string | undefined }> {
    if (!NAME.test(name)) throw new DaonetesError({ code: "DAO1006", kind: "usage", message: `"${name}" is no name for a key`, help: "a-z, 0-9, dash and underscore; at most 40" });
    const { DirectSecp256k1HdWallet } = await import("@cosmjs/proto-signing");
    const wallet =
      mnemonic === undefined
        ? await DirectSecp256k1HdWallet.generate(24, { prefix: ADDRESS_PREFIX })
        : await DirectSecp256k1HdWallet.fromMnemonic(mnemonic.trim(), { prefix: ADDRESS_PREFIX });
    const [account] = await wallet.getAccounts();
    const address = account?.address ?? "";
    const secret = kind === "test" ? wallet.mnemonic : await encrypt(wallet.mnemonic, await this.#passphrase(`Passphrase for the new key ${name}`));
    const file: KeyFile = { version: 1, kind, address, secret };
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    try {
      await writeFile(this.#path(name), `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      throw new DaonetesError({ code: "DAO1007", kind: "usage", message: `there is a key "${name}" already`, help: "choose another name: daonetes key list" });
    }
    return { info: { name, address, kind }, mnemonic: mnemonic === undefined ? wallet.mnemonic : undefined };
  }

  async remove(name: string): Promise<void> {
    await this.#read(name);
    await rm(this.#path(name));
  }

  /** Opens a key for signing. */
  async signer(name: string): Promise<OfflineSigner> {
    const { kind, secret } = await this.#read(name);
    const mnemonic = kind === "test" ? secret : await decrypt(secret, await this.#passphrase(`Passphrase for ${name}`), name);
    const { DirectSecp256k1HdWallet } = await import("@cosmjs/proto-signing");
    return DirectSecp256k1HdWallet.fromMnemonic(mnemonic, { prefix: ADDRESS_PREFIX });
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
