import { setTimeout as delay } from "node:timers/promises";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { DaonetesClient, SigningClient, valsetMessages, workgroupMessages } from "@daonetes/client";

/** A transaction that a node said is in a block. */
export interface Committed {
  hash: string;
  height: bigint;
}

/** Sends transactions one after the other for as long as it is not stopped, to whichever node answers. */
export class Load {
  readonly committed: Committed[] = [];
  /** Why a transaction failed, the last ones. */
  readonly failures: string[] = [];
  readonly address: string;
  readonly #wallet: DirectSecp256k1HdWallet;
  #running: Promise<void> | undefined;
  #stopped = false;

  private constructor(wallet: DirectSecp256k1HdWallet, address: string) {
    this.#wallet = wallet;
    this.address = address;
  }

  /** A sender with a new key; its address has to be a creator. */
  static async create(): Promise<Load> {
    const wallet = await DirectSecp256k1HdWallet.generate(12, { prefix: "daonet" });
    const [account] = await wallet.getAccounts();
    return new Load(wallet, account?.address ?? "");
  }

  /** @param clients nodes, asked in turn after a failure */
  start(chainId: string, group: string, clients: () => DaonetesClient[]): void {
    this.#stopped = false;
    this.#running = this.#send(chainId, group, clients);
  }

  /** The sender changes the parameters of the validator set; it has to be the network's authority, and to stand still. */
  async updateValset(client: DaonetesClient, chainId: string, params: Awaited<ReturnType<DaonetesClient["valset"]["params"]>>): Promise<void> {
    const signing = await SigningClient.create({ client, signer: this.#wallet, chainId });
    const message = valsetMessages.updateParams({ authority: this.address, params });
    await signing.send([message], { timeoutMs: 20_000 });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #send(chainId: string, group: string, clients: () => DaonetesClient[]): Promise<void> {
    let [turn, count] = [0, 0];
    while (!this.#stopped) {
      const list = clients();
      const client = list[turn % list.length] as DaonetesClient;
      try {
        const signing = await SigningClient.create({ client, signer: this.#wallet, chainId });
        const known = (await client.workgroup.groups(this.address)).find(({ name }) => name === group);
        const message =
          known === undefined
            ? workgroupMessages.createGroup({ creator: this.address, name: group })
            : workgroupMessages.updateGroup({ authority: this.address, groupId: known.id, metadata: `change ${++count}` });
        const { hash, height } = await signing.send([message], { timeoutMs: 20_000 });
        this.committed.push({ hash, height });
      } catch (error) {
        this.failures.push(error instanceof Error ? error.message : String(error));
        if (this.failures.length > 50) this.failures.shift();
        turn++;
        await delay(200);
      }
    }
  }
}
