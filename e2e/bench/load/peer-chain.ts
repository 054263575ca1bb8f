import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { CometRpc } from "@daonetes/client";
import { eventually, logTail, startProcess, stopProcess } from "../../../docker/net/processes.ts";
import { ROOT } from "../../../docker/net/layout.ts";

/** Path of the program of the other chains; `scripts/bench.sh` builds it. */
export const CHAINS = join(ROOT, "bin", "peers", "chains");

export interface PeerOptions {
  validators?: number;
  /** False: those that the SDK writes. */
  ourTimeouts: boolean;
  /** Who has coins in the genesis of bank. */
  accounts?: readonly string[];
}

/** A network of one of the other chains, a process for each validator. */
export class PeerChain implements AsyncDisposable {
  readonly nodes: CometRpc[];
  readonly #names: string[];

  private constructor(nodes: CometRpc[], names: string[]) {
    this.nodes = nodes;
    this.#names = names;
  }

  get rpc(): CometRpc {
    return this.nodes[0] as CometRpc;
  }

  /** Starts it, and waits for its first block. @param folder empty or absent */
  static async start(name: "bank" | "kvstore", folder: string, { validators = 1, ourTimeouts, accounts = [] }: PeerOptions): Promise<PeerChain> {
    await mkdir(folder, { recursive: true });
    const file = join(folder, "accounts");
    await writeFile(file, accounts.join("\n"));
    const [rpc, p2p] = [await freePorts(validators), await freePorts(validators)];
    const genesisTime = new Date().toISOString();
    const names: string[] = [];
    for (let index = 0; index < validators; index++) {
      const flags = ["-index", index, "-nodes", validators, "-rpc", rpc, "-p2p", p2p, "-genesis-time", genesisTime, "-accounts", file, ...(ourTimeouts ? ["-our-timeouts"] : [])].map(String);
      names.push(`peer-${name}${index}`);
      await startProcess(`peer-${name}${index}`, CHAINS, [...flags, name, join(folder, String(index))]);
    }
    const chain = new PeerChain(names.map((_, index) => new CometRpc(`http://127.0.0.1:${rpc + index}`, { timeoutMs: 30_000 })), names);
    await eventually(`the chain ${name} made no block`, 60_000, async () => {
      const { sync_info: info } = await chain.rpc.call<{ sync_info: { latest_block_height: string } }>("status");
      return info.latest_block_height !== "0";
    }).catch(async (error: unknown) => {
      const log = await logTail(names[0] ?? "");
      await chain[Symbol.asyncDispose]();
      throw new Error(`${String(error)}; its log ends with:\n${log}`, { cause: error });
    });
    return chain;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#names) await stopProcess(name);
  }
}

/** The first of so many ports in a row of which that one is free. */
async function freePorts(count: number): Promise<number> {
  for (;;) {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    if (port + count < 65_536) return port;
  }
}
