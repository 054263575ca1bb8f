import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { CometRpc, DaonetesClient } from "@daonetes/client";
import { eventually } from "../../../docker/net/processes.ts";
import { ValidatorNet } from "../../parts/validator-net.ts";
import type { NetNode } from "../../parts/validator-net.ts";

/** The parts of a genesis that a figure adds to. */
export interface Genesis {
  genesis_time: string;
  app_state: { auth: { accounts: object[] }; workgroup: Record<string, unknown>; workload: Record<string, unknown> };
}

/** A network of our chain with the timeouts that `init` writes, a process for each validator. */
export class OurNetwork implements AsyncDisposable {
  readonly #net: ValidatorNet;

  private constructor(net: ValidatorNet) {
    this.#net = net;
  }

  /**
   * @param folder empty
   * @param edit changes the genesis
   * @param first number of its first node among all that run at once
   */
  static async start(folder: string, validators: number, authority: string, edit: (genesis: Genesis) => void, first = 0): Promise<OurNetwork> {
    const net = new ValidatorNet(folder, { timeoutCommit: "10ms", first });
    await net.create(validators, authority, []);
    const genesis = JSON.parse(await readFile(genesisOf(net.nodes[0] as NetNode), "utf8")) as Genesis;
    edit(genesis);
    const text = JSON.stringify(genesis);
    for (const node of net.nodes) {
      await writeFile(genesisOf(node), text);
      // What the peers have too: no index, every processor.
      node.settings = { GOMAXPROCS: String(cpus().length), DAONETESD_TX_INDEX_INDEXER: "null" };
    }
    const network = new OurNetwork(net);
    await net.start(...net.nodes).catch(async (error: unknown) => {
      await net.stop();
      throw error;
    });
    // A node has the first block before it has executed it, which takes a while with many devices in the genesis.
    await eventually("the first block was not executed", 300_000, async () => {
      const { response } = await network.rpc.call<{ response: { last_block_height?: string } }>("abci_info");
      return Number(response.last_block_height ?? 0) > 0;
    });
    return network;
  }

  get nodes(): CometRpc[] {
    return this.#net.nodes.map(({ rpcUrl }) => new CometRpc(rpcUrl, { timeoutMs: 60_000 }));
  }

  get rpc(): CometRpc {
    return this.nodes[0] as CometRpc;
  }

  get client(): DaonetesClient {
    return DaonetesClient.fromRpc(this.rpc);
  }

  /** Where the first node keeps blocks and state. */
  get data(): string {
    return join((this.#net.nodes[0] as NetNode).home, "data");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#net.stop();
  }
}

function genesisOf(node: NetNode): string {
  return join(node.home, "config", "genesis.json");
}
