import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CometRpc, DaonetesClient } from "@daonetes/client";
import { folders, ROOT } from "../../docker/net/layout.ts";
import { eventually, logTail, pidOf, runProgram, startProcess, stopProcess } from "../../docker/net/processes.ts";

const daonetesd = join(folders.bin, "daonetesd");
export const CHAIN_ID = "daonetes-validators-1";
const FIRST_PORT = 21_000;

/** Runs daonetesd to its end. @returns what it printed */
export function daemon(...args: string[]): Promise<string> {
  return runProgram(daonetesd, args, { timeoutMs: 120_000 });
}

/** One node of the network, a process of its own. */
export class NetNode {
  readonly name: string;
  readonly home: string;
  readonly #index: number;

  constructor(folder: string, index: number) {
    this.#index = index;
    this.name = `val${index}`;
    this.home = join(folder, this.name);
  }

  get rpcUrl(): string {
    return `http://127.0.0.1:${FIRST_PORT + this.#index * 10 + 1}`;
  }

  get rpc(): CometRpc {
    return new CometRpc(this.rpcUrl, { timeoutMs: 5_000 });
  }

  get client(): DaonetesClient {
    return DaonetesClient.fromRpc(this.rpc);
  }

  /** `id@address` for the peers of others. */
  async peer(): Promise<string> {
    return `${(await daemon("comet", "show-node-id", "--home", this.home)).trim()}@127.0.0.1:${FIRST_PORT + this.#index * 10}`;
  }

  async height(): Promise<bigint> {
    return (await this.client.status()).height;
  }

  async start(peers: readonly string[], ...flags: string[]): Promise<void> {
    const port = FIRST_PORT + this.#index * 10;
    // Every other node has one processor: the state must not depend on it.
    const environment = this.#index % 2 === 1 ? { GOMAXPROCS: "1" } : {};
    await startProcess(this.name, daonetesd, [
      "start",
      "--home", this.home,
      "--p2p.laddr", `tcp://127.0.0.1:${port}`,
      "--rpc.laddr", `tcp://127.0.0.1:${port + 1}`,
      "--grpc.address", `127.0.0.1:${port + 2}`,
      "--api.address", `tcp://127.0.0.1:${port + 3}`,
      "--p2p.persistent_peers", peers.join(","),
      "--log_level", "error",
      ...flags,
    ], environment);
  }

  /** Sends a signal to the process. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    const pid = await pidOf(this.name);
    if (pid === undefined) throw new Error(`${this.name} does not run`);
    process.kill(pid, signal);
    if (signal === "SIGKILL") await eventually(`${this.name} did not go`, 5_000, async () => (await pidOf(this.name)) === undefined);
  }

  async stop(): Promise<void> {
    await stopProcess(this.name);
  }

  async runs(): Promise<boolean> {
    return (await pidOf(this.name)) !== undefined;
  }

  logTail(lines = 20): Promise<string> {
    return logTail(this.name, lines);
  }

  /** Its consensus key, in base64. */
  async pubKey(): Promise<string> {
    const text = await readFile(join(this.home, "config", "priv_validator_key.json"), "utf8");
    return (JSON.parse(text) as { pub_key: { value: string } }).pub_key.value;
  }

  /** Hash of the state after the block before `height`. */
  async appHash(height: bigint): Promise<string> {
    const { header } = await this.rpc.call<{ header: { app_hash: string } }>("header", { height: String(height) });
    return header.app_hash;
  }

  async blockTime(height: bigint): Promise<number> {
    const { header } = await this.rpc.call<{ header: { time: string } }>("header", { height: String(height) });
    return Date.parse(header.time);
  }
}

/** A network of validators as processes on this machine, with blocks of 900 ms. */
export class ValidatorNet {
  readonly folder: string;
  readonly nodes: NetNode[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes homes and genesis: seats a, b, c, ... under one authority. */
  async create(count: number, authority: string, creators: readonly string[]): Promise<void> {
    for (let index = 0; index < count; index++) await this.#home();
    const first = this.nodes[0] as NetNode;
    await daemon("genesis", "add-account", authority, "--home", first.home);
    await daemon("genesis", "set-authority", authority, "--home", first.home);
    for (const creator of creators) await daemon("genesis", "add-creator", creator, "--home", first.home);
    for (const [index, node] of this.nodes.entries()) {
      await daemon("genesis", "add-validator", "--moniker", seatName(index), "--operator", authority, "--pubkey", await node.pubKey(), "--home", first.home);
    }
    await daemon("genesis", "validate", "--home", first.home);
    for (const node of this.nodes.slice(1)) await this.#copyGenesis(node);
  }

  /** Makes one more node, which has no seat. */
  async addNode(): Promise<NetNode> {
    const node = await this.#home();
    await this.#copyGenesis(node);
    return node;
  }

  /** Starts nodes that do not run, and waits until each makes or follows blocks. */
  async start(...nodes: NetNode[]): Promise<void> {
    const peers = await Promise.all(this.nodes.map((node) => node.peer()));
    for (const node of nodes) await node.start(peers.filter((_, index) => this.nodes[index] !== node));
    for (const node of nodes) {
      await eventually(`${node.name} has no block`, 60_000, async () => (await node.height()) > 0n).catch(async (error: unknown) => {
        throw new Error(`${String(error)}; its log ends with:\n${await node.logTail()}`, { cause: error });
      });
    }
  }

  /** Waits until a node is as far as the others. */
  async caughtUp(node: NetNode, timeoutMs: number): Promise<void> {
    const target = await this.#newest(node);
    await eventually(`${node.name} is not at height ${target}`, timeoutMs, async () => (await node.height()) >= target);
  }

  async #newest(except: NetNode): Promise<bigint> {
    const heights = await Promise.all(this.nodes.filter((node) => node !== except).map((node) => node.height().catch(() => 0n)));
    return heights.reduce((most, height) => (height > most ? height : most), 0n);
  }

  /** Waits for so many more blocks. @returns the newest height */
  async blocks(node: NetNode, count: bigint, timeoutMs: number): Promise<bigint> {
    const from = await node.height();
    await eventually(`${node.name} made no ${count} blocks after ${from}`, timeoutMs, async () => (await node.height()) >= from + count);
    return node.height();
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) {
      if (await node.runs()) await node.signal("SIGCONT");
      await node.stop();
    }
  }

  async #home(): Promise<NetNode> {
    const node = new NetNode(this.folder, this.nodes.length);
    await mkdir(node.home, { recursive: true });
    await daemon("init", node.name, "--chain-id", CHAIN_ID, "--home", node.home, "--serve", "--force");
    const file = join(node.home, "config", "config.toml");
    const config = await readFile(file, "utf8");
    await writeFile(file, config.replace(/^timeout_commit = .*$/m, 'timeout_commit = "900ms"'));
    this.nodes.push(node);
    return node;
  }

  async #copyGenesis(node: NetNode): Promise<void> {
    await copyFile(join((this.nodes[0] as NetNode).home, "config", "genesis.json"), join(node.home, "config", "genesis.json"));
  }
}

/** Name of the seat of a node: a, b, c, ... */
export function seatName(index: number): string {
  return String.fromCharCode(97 + index);
}

/** Starts a gateway in front of a node. @returns its address */
export async function gatewayOf(node: NetNode, folder: string): Promise<string> {
  const port = FIRST_PORT + 900;
  await startProcess("valgateway", process.execPath, [join(ROOT, "gateway", "bin", "daonetes-gateway.js")], {
    DAONETES_GATEWAY_CHAIN_RPC: node.rpcUrl,
    DAONETES_GATEWAY_LISTEN_PORT: String(port),
    DAONETES_GATEWAY_HISTORY: join(folder, "history.db"),
    DAONETES_GATEWAY_LISTEN_HOST: "127.0.0.1",
  });
  await eventually("the gateway is not ready", 60_000, async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok);
  return `http://127.0.0.1:${port}`;
}

export async function stopGateway(): Promise<void> {
  await stopProcess("valgateway");
}
