import { randomBytes } from "node:crypto";
import { DirectSecp256k1Wallet, makeAuthInfoBytes, makeSignDoc } from "@cosmjs/proto-signing";
import type { EncodedMessage } from "@daonetes/client/device";
import { PubKey } from "cosmjs-types/cosmos/crypto/secp256k1/keys";
import { TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";

/** A secp256k1 key that signs one transaction after the other without asking a node. */
export class Person {
  readonly address: string;
  readonly accountNumber: number;
  readonly #wallet: DirectSecp256k1Wallet;
  readonly #pubKey: Uint8Array;
  readonly #chainId: string;
  #sequence = 0;

  private constructor(wallet: DirectSecp256k1Wallet, address: string, pubKey: Uint8Array, accountNumber: number, chainId: string) {
    this.#wallet = wallet;
    this.address = address;
    this.#pubKey = pubKey;
    this.accountNumber = accountNumber;
    this.#chainId = chainId;
  }

  /** @param accountNumber of the account in the genesis */
  static async create(prefix: string, accountNumber: number, chainId: string): Promise<Person> {
    const wallet = await DirectSecp256k1Wallet.fromKey(randomBytes(32), prefix);
    const [account] = await wallet.getAccounts();
    return new Person(wallet, account?.address ?? "", account?.pubkey ?? new Uint8Array(), accountNumber, chainId);
  }

  async sign(message: EncodedMessage, gas: number): Promise<Uint8Array> {
    const body = TxBody.encode(TxBody.fromPartial({ messages: [message] })).finish();
    const pubkey = { typeUrl: "/cosmos.crypto.secp256k1.PubKey", value: PubKey.encode({ key: this.#pubKey }).finish() };
    const auth = makeAuthInfoBytes([{ pubkey, sequence: this.#sequence++ }], [], gas, undefined, undefined);
    const { signature, signed } = await this.#wallet.signDirect(this.address, makeSignDoc(body, auth, this.#chainId, this.accountNumber));
    return TxRaw.encode({ bodyBytes: signed.bodyBytes, authInfoBytes: signed.authInfoBytes, signatures: [Buffer.from(signature.signature, "base64")] }).finish();
  }
}
