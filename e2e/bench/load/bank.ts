import { MsgSend } from "cosmjs-types/cosmos/bank/v1beta1/tx";
import { PeerChain, type PeerOptions } from "./peer-chain.ts";
import { Person } from "../../parts/person.ts";

const CHAIN_ID = "bank-peer";
/** What the SDK's command line asks for. */
const GAS = 200_000;

/** The minimal auth and bank application, and people with coins. */
export class Bank implements AsyncDisposable {
  readonly chain: PeerChain;
  readonly #people: readonly Person[];

  private constructor(chain: PeerChain, people: readonly Person[]) {
    this.chain = chain;
    this.#people = people;
  }

  /** @param people how many have coins */
  static async start(folder: string, people: number, options: Omit<PeerOptions, "accounts">): Promise<Bank> {
    const all = await Promise.all(Array.from({ length: people }, (_, index) => Person.create("cosmos", index, CHAIN_ID)));
    const chain = await PeerChain.start("bank", folder, { ...options, accounts: all.map(({ address }) => address) });
    return new Bank(chain, all);
  }

  /** A signed send of one coin by each of them, to the next one. */
  sends(): Promise<Uint8Array[]> {
    return Promise.all(
      this.#people.map((person, index) => {
        const toAddress = this.#people[(index + 1) % this.#people.length]?.address ?? "";
        const value = MsgSend.encode({ fromAddress: person.address, toAddress, amount: [{ denom: "stake", amount: "1" }] }).finish();
        return person.sign({ typeUrl: "/cosmos.bank.v1beta1.MsgSend", value }, GAS);
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.chain[Symbol.asyncDispose]();
  }
}
