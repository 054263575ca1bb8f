import { execa } from "execa";

const BRIDGE = "dvnet";
const NETWORK = "10.231.77";

/** One bridge with a namespace for each node: what one machine each would be. It changes nothing outside of it. */
export class Namespaces {
  readonly #made: string[] = [];

  async create(): Promise<void> {
    await this.destroy();
    await ip("link", "add", BRIDGE, "type", "bridge");
    await ip("addr", "add", `${NETWORK}.1/24`, "dev", BRIDGE);
    await ip("link", "set", BRIDGE, "up");
  }

  /** Makes the namespace of a node. @returns its address */
  async add(index: number): Promise<string> {
    const [name, address] = [nameOf(index), addressOf(index)];
    await execa("ip", ["netns", "del", name], { reject: false });
    await ip("netns", "add", name);
    this.#made.push(name);
    await ip("link", "add", `${name}v`, "type", "veth", "peer", "name", "eth0", "netns", name);
    await ip("link", "set", `${name}v`, "master", BRIDGE, "up");
    await ip("-n", name, "addr", "add", `${address}/24`, "dev", "eth0");
    await ip("-n", name, "link", "set", "eth0", "up");
    await ip("-n", name, "link", "set", "lo", "up");
    return address;
  }

  /** Words before a command that runs in the namespace of a node; the process is the same. */
  inside(index: number): string[] {
    return ["ip", "netns", "exec", nameOf(index)];
  }

  /** Packets between these nodes and those are lost, both ways, until `heal`. */
  async cut(these: readonly number[], those: readonly number[]): Promise<void> {
    for (const one of these) for (const other of those) await this.#drop(one, "-s", addressOf(other));
    for (const one of those) for (const other of these) await this.#drop(one, "-s", addressOf(other));
  }

  /** So large a part of the packets that reach one of these nodes from another one is lost, until `heal`. */
  async lose(nodes: readonly number[], probability: number): Promise<void> {
    for (const node of nodes) for (const other of nodes) if (other !== node) await this.#drop(node, "-s", addressOf(other), "-m", "statistic", "--mode", "random", "--probability", String(probability));
  }

  async heal(): Promise<void> {
    for (const name of this.#made) await execa("ip", ["netns", "exec", name, "iptables", "-F", "INPUT"]);
  }

  async destroy(): Promise<void> {
    for (const name of this.#made.splice(0)) await execa("ip", ["netns", "del", name], { reject: false });
    await execa("ip", ["link", "del", BRIDGE], { reject: false });
  }

  async #drop(node: number, ...match: string[]): Promise<void> {
    await execa("ip", ["netns", "exec", nameOf(node), "iptables", "-A", "INPUT", ...match, "-j", "DROP"]);
  }
}

function nameOf(index: number): string {
  return `dvn${index}`;
}

function addressOf(index: number): string {
  return `${NETWORK}.${10 + index}`;
}

async function ip(...args: string[]): Promise<void> {
  await execa("ip", args);
}
