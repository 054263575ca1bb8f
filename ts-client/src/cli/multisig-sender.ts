import { readdir } from "node:fs/promises";
import type { EncodeObject } from "@cosmjs/proto-signing";
import { type DaonetesClient, DaonetesError, EXIT_CODES, type Fee, FeePayer, simulate, type TxDone } from "../index.ts";
import { aminoMsg } from "../amino/index.ts";
import { keyOfMultisig, makeMultisigTx, type Multisig, type MultisigTx, signersText } from "../multisig/index.ts";
import { freeName, stemOf, transactionsLike, writeBeside } from "./multisig-files.ts";
import { hint, printObject, waits } from "./output.ts";
import type { Sender, SenderOptions } from "./sender.ts";
import type { Session } from "./session.ts";

/** Largest content that a Ledger takes in one transaction, with room to spare. */
const LEDGER_BYTES = 8 * 1024;

/** A native multisig: its transactions are files that its members sign. */
export class MultisigSender implements Sender {
  readonly client: DaonetesClient;
  readonly address: string;
  readonly multisig: Multisig;
  readonly #session: Session;
  readonly #chainId: string;
  readonly #name: string;

  constructor(session: Session, client: DaonetesClient, chainId: string, name: string, multisig: Multisig) {
    this.#session = session;
    this.client = client;
    this.#chainId = chainId;
    this.#name = name;
    this.multisig = multisig;
    this.address = multisig.address;
  }

  /**
   * Writes the unsigned transaction and says who must sign it; the command ends with 3.
   * @throws DaonetesError DAO5022 when it would fail, before anybody signs
   */
  async send(messages: readonly EncodeObject[], options: SenderOptions = {}): Promise<TxDone | undefined> {
    const gas = options.gas ?? (await this.estimateGas(messages));
    const { createRegistry } = await import("../registry.ts");
    const { accountNumber, sequence } = await this.client.account(this.address);
    const fees = new FeePayer(this.client.transport, this.address, async () => (await this.client.admission.params()).gasPrices);
    const registry = createRegistry();
    const tx = makeMultisigTx({
      multisig: this.multisig,
      chainId: this.#chainId,
      accountNumber,
      sequence,
      gas,
      amount: await ownCoins(fees, gas),
      messages: messages.map((message) => aminoMsg(registry, message)),
    });
    const { titleOf } = await import("./describe/describe.ts");
    await this.#tell(tx, options.title ?? (await titleOf(this.client, messages)), options.extra);
    return undefined;
  }

  async estimateGas(messages: readonly EncodeObject[]): Promise<bigint> {
    const { makeMultisignedTxBytes } = await import("@cosmjs/stargate");
    // All may sign, not only as many as must.
    const signatures = new Map(this.multisig.members.map(({ address }) => [address, new Uint8Array(64)]));
    const used = await simulate(this.client, this.address, messages, (bodyBytes, sequence) =>
      makeMultisignedTxBytes(keyOfMultisig(this.multisig), Number(sequence), { amount: [], gas: "0" }, bodyBytes, signatures),
    );
    return (used * 13n) / 10n + 30_000n;
  }

  async #tell(tx: MultisigTx, title: string, extra: Record<string, unknown> = {}): Promise<void> {
    const { output, process } = this.#session;
    const others = await transactionsLike(process.cwd, tx);
    const same = others.find((other) => sameContent(other.tx, tx));
    const path = same?.path ?? freeName(`${this.#name}-${tx.sign_doc.sequence}`, await readdir(process.cwd));
    if (same === undefined) await writeBeside(process.cwd, path, tx);
    else hint(output, `the same is written already: ${path}`);
    process.setExitCode(EXIT_CODES.pending_signatures);
    waits(output, `${path}: ${title}    signed 0 of ${tx.multisig.threshold}    sequence ${tx.sign_doc.sequence}`);
    for (const other of others) {
      if (other !== same) hint(output, `! ${other.path} has the sequence ${tx.sign_doc.sequence} too: only one of the two can be executed`);
    }
    const size = JSON.stringify(tx.sign_doc).length;
    if (size > LEDGER_BYTES) hint(output, `! ${Math.ceil(size / 1024)} KiB are too much for a Ledger: a publisher of the group can stage content (group update --publisher NAME)`);
    hint(output, `${signersText(tx.multisig)}:  daonetes tx sign ${path}`);
    hint(output, `Then:  daonetes tx collect ${path}      daonetes tx broadcast ${stemOf(path)}.signed.json`);
    if (output.format === "table" || output.format === "wide") return;
    const { multisig, sign_doc } = tx;
    const document = {
      status: "pending_signatures",
      file: path,
      title,
      multisig: multisig.address,
      sequence: sign_doc.sequence,
      needed: multisig.threshold,
      members: multisig.members.map(({ name, address }) => ({ name, address })),
      hash: tx.hash,
      ...extra,
    };
    printObject(output, document, [], path, undefined);
  }
}

/** What members sign names no granter, so that every wallet shows all of it. @throws DaonetesError DAO5026 */
async function ownCoins(fees: FeePayer, gas: bigint): Promise<Fee["amount"]> {
  const { amount, granter } = await fees.feeFor(gas);
  if (granter === "") return amount;
  const cost = amount.map((coin) => `${coin.amount} ${coin.denom}`).join();
  throw new DaonetesError({ code: "DAO5026", kind: "denied", message: `a multisig pays its fees from its own coins, and has fewer than ${cost}`, help: "send it some: daonetes coins send ADDRESS AMOUNT; nothing was written" });
}

/** The same messages: the gas may differ from one estimate to the next. */
function sameContent(a: MultisigTx, b: MultisigTx): boolean {
  return a.sign_doc.account_number === b.sign_doc.account_number && JSON.stringify(a.sign_doc.msgs) === JSON.stringify(b.sign_doc.msgs);
}
