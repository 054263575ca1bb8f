import { copyFile, mkdir, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CometRpc, DaonetesClient } from "@daonetes/client";
import { folders, ROOT } from "../../docker/net/layout.ts";
import { eventually, logTail, pidOf, runProgram, startProcess, stopProcess } from "../../docker/net/processes.ts";
import type { Namespaces } from "./namespaces.ts";

const daonetesd = join(folders.bin, "daonetesd");
export const CHAIN_ID = "daonetes-validators-1";
/** Ports as `init` writes them, and how far the node's own are from its first port. */
const DEFAULT_PORTS: readonly [number, number][] = [[26656, 0], [26657, 1], [9090, 2], [1317, 3], [26660, 4]];
const FIRST_PORT = 21_000;

/** Runs daonetesd to its end. @returns what it printed */
export function daemon(...args: string[]): Promise<string> {
  return daemonOf(daonetesd, ...args);
}

function daemonOf(program: string, ...args: string[]): Promise<string> {
  return runProgram(program, args, { timeoutMs: 120_000 });
}

/** What of a node is otherwise than usual. */
export interface NodePlace {
  home?: string | undefined;
  /** The daonetesd that it runs. */
  program?: string | undefined;
  /** Where it listens for peers and RPC. */
  address?: string | undefined;
  /** Words before its command. */
  inside?: readonly string[] | undefined;
}

/** One node of the network, a process of its own. */
export class NetNode {
  readonly name: string;
  readonly home: string;
  /** The daonetesd that it runs. */
  program: string;
  readonly index: number;
  /** What its environment has beside the usual. */
  settings: Record<string, string> = {};
  readonly #address: string;
  /** Words before its command. */
  readonly #inside: readonly string[];

  constructor(folder: string, index: number, { home, program, address, inside }: NodePlace = {}) {
    this.index = index;
    this.program = program ?? daonetesd;
    this.#address = address ?? "127.0.0.1";
    this.#inside = inside ?? [];
    this.name = `val${index}`;
    this.home = home ?? join(folder, this.name);
  }

  /** Text about a node with the ports that `init` writes, with those of this node. */
  withOwnPorts(text: string): string {
    return DEFAULT_PORTS.reduce((rest, [usual, offset]) => rest.replaceAll(`127.0.0.1:${usual}`, `127.0.0.1:${this.#port + offset}`), text);
  }

  get #port(): number {
    return FIRST_PORT + this.index * 10;
  }

  get rpcUrl(): string {
    return `http://${this.#address}:${this.#port + 1}`;
  }

  get rpc(): CometRpc {
    return new CometRpc(this.rpcUrl, { timeoutMs: 5_000 });
  }

  get client(): DaonetesClient {
    return DaonetesClient.fromRpc(this.rpc);
  }

  /** `id@address` for the peers of others. */
  async peer(): Promise<string> {
    return `${await this.nodeId()}@${this.#address}:${this.#port}`;
  }

  async nodeId(): Promise<string> {
    return (await daemonOf(this.program, "comet", "show-node-id", "--home", this.home)).trim();
  }

  async height(): Promise<bigint> {
    return (await this.client.status()).height;
  }

  /** @param peers those to dial; absent: those of its own config.toml */
  async start(peers: readonly string[] | undefined, ...flags: string[]): Promise<void> {
    const [command, ...words] = [...this.#inside, this.program];
    await startProcess(this.name, command ?? this.program, [...words, "start", "--home", this.home, ...this.#flags(peers), ...flags], this.environment());
  }

  /**
   * Starts it under cosmovisor, which runs the binary that its folder names, and the next one after an upgrade.
   * @param cosmovisor path of the program
   * @param environment its settings
   */
  async startSupervised(cosmovisor: string, environment: Record<string, string>): Promise<void> {
    await startProcess(this.name, cosmovisor, ["run", "start", "--home", this.home, ...this.#flags(undefined)], { ...this.environment(), ...environment });
  }

  /** Path of the program that a supervisor runs now; undefined between two of them. */
  async supervised(): Promise<string | undefined> {
    const pid = await pidOf(this.name);
    try {
      // The kernel lists children by the thread that made them.
      const threads = await readdir(`/proc/${pid}/task`);
      const children = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8")));
      return await readlink(`/proc/${children.join(" ").trim().split(/\s+/)[0]}/exe`);
    } catch {
      return undefined;
    }
  }

  /** What a start needs from the environment. */
  environment(): Record<string, string> {
    return {
      // Every other node has one processor: the state must not depend on it.
      ...(this.index % 2 === 1 ? { GOMAXPROCS: "1" } : {}),
      DAONETESD_INSTRUMENTATION_PROMETHEUS_LISTEN_ADDR: `127.0.0.1:${this.#port + 4}`,
      ...this.settings,
    };
  }

  #flags(peers: readonly string[] | undefined): string[] {
    const port = this.#port;
    return [
      "--p2p.laddr", `tcp://${this.#address}:${port}`,
      "--rpc.laddr", `tcp://${this.#address}:${port + 1}`,
      "--grpc.address", `127.0.0.1:${port + 2}`,
      "--api.address", `tcp://127.0.0.1:${port + 3}`,
      ...(peers === undefined ? [] : ["--p2p.persistent_peers", peers.join(",")]),
      "--log_level", "error",
    ];
  }

  /** Sends a signal to the process. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    const pid = await pidOf(this.name);
    if (pid === undefined) throw new Error(`${this.name} does not run`);
    process.kill(pid, signal);
    if (signal === "SIGKILL") await eventually(`${this.name} did not go`, 5_000, async () => (await pidOf(this.name)) === undefined);
  }

  /** Ends it, and what a supervisor leaves behind where it is ended itself. */
  async stop(): Promise<void> {
    const pid = await pidOf(this.name);
    await stopProcess(this.name);
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
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

/** What of a network is otherwise than usual. */
export interface NetOptions {
  names?: NetNames;
  /** The daonetesd that nodes are made with, and run. */
  program?: string;
  /** Each node gets one. */
  namespaces?: Namespaces;
  /** How long a block waits for the next. Default 900ms. */
  timeoutCommit?: string;
  /** Number of the first node, where several networks run at once. */
  first?: number;
}

export interface NetNames {
  chainId: string;
  /** Names of seats, in order. */
  seats: readonly string[];
  /** Where the home of a seat's node is. */
  homeOf(seat: string): string;
  /** Address of who runs it; absent: the authority. */
  operatorOf?(seat: string): string;
}

/** A network of validators as processes on this machine. */
export class ValidatorNet {
  readonly folder: string;
  readonly chainId: string;
  readonly nodes: NetNode[] = [];
  readonly #options: NetOptions;

  constructor(folder: string, options: NetOptions = {}) {
    this.folder = folder;
    this.chainId = options.names?.chainId ?? CHAIN_ID;
    this.#options = options;
  }

  /** Makes homes and genesis: seats a, b, c, ... (or those that have names) under one authority. */
  async create(count: number, authority: string, creators: readonly string[]): Promise<void> {
    for (let index = 0; index < count; index++) await this.#home();
    const first = this.nodes[0] as NetNode;
    await this.#daemon("genesis", "add-account", authority, "--home", first.home);
    await this.#daemon("genesis", "set-authority", authority, "--home", first.home);
    for (const creator of creators) await this.#daemon("genesis", "add-creator", creator, "--home", first.home);
    for (const [index, node] of this.nodes.entries()) {
      const name = this.#options.names?.seats[index] ?? seatName(index);
      await this.#daemon("genesis", "add-validator", "--moniker", name, "--operator", this.#options.names?.operatorOf?.(name) ?? authority, "--pubkey", await node.pubKey(), "--home", first.home);
    }
    await this.#daemon("genesis", "validate", "--home", first.home);
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

  /** Height of each node, none of one that does not answer. */
  heights(): Promise<(bigint | undefined)[]> {
    return Promise.all(this.nodes.map((node) => node.height().catch(() => undefined)));
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

  /** Takes a home that somebody made into the network. */
  join(home: string): NetNode {
    const node = new NetNode(this.folder, this.nodes.length, { home });
    this.nodes.push(node);
    return node;
  }

  async #home(): Promise<NetNode> {
    const index = this.nodes.length + (this.#options.first ?? 0);
    const { names, namespaces, program, timeoutCommit = "900ms" } = this.#options;
    const seat = names?.seats[index];
    const address = await namespaces?.add(index);
    const node = new NetNode(this.folder, index, { program, address, inside: namespaces?.inside(index), home: seat === undefined ? undefined : names?.homeOf(seat) });
    await mkdir(node.home, { recursive: true });
    await this.#daemon("init", seat ?? node.name, "--chain-id", this.chainId, "--home", node.home, "--serve", "--force");
    const file = join(node.home, "config", "config.toml");
    const config = await readFile(file, "utf8");
    await writeFile(file, config.replace(/^timeout_commit = .*$/m, `timeout_commit = "${timeoutCommit}"`));
    this.nodes.push(node);
    return node;
  }

  #daemon(...args: string[]): Promise<string> {
    return daemonOf(this.#options.program ?? daonetesd, ...args);
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
