import type { ReportState } from "@daonetes/client/device";
import type { ExecutionContext } from "ava";
import { eventually } from "../../docker/net/processes.ts";
import { ask, daonetes } from "./cli.ts";
import { peakMemory, startDevice, type StopDevice } from "./device-agent.ts";
import { greeting, helloOn, up } from "./hello-app.ts";
import { OwnEngine } from "./own-engine.ts";
import { Author } from "./raw-spec.ts";

const PORT = 8097;
const MB = 1e6;
const DISK_MIB = 700;

interface AtRest {
  containers: string[];
  images: string[];
  networks: string[];
  free: number;
  memory: number;
}

/** A device whose Engine has a small disk, with a neighbour that nothing may harm. Specs reach it as bytes: no client of ours looks at them. */
export class BoundedDevice {
  readonly engine: OwnEngine;
  readonly #author: Author;
  readonly #address: string;
  readonly #stop: StopDevice;
  #atRest: AtRest | undefined;
  #deployments = 0;

  private constructor(engine: OwnEngine, author: Author, address: string, stop: StopDevice) {
    this.engine = engine;
    this.#author = author;
    this.#address = address;
    this.#stop = stop;
  }

  static async start(t: ExecutionContext): Promise<BoundedDevice> {
    const engine = await OwnEngine.create(DISK_MIB);
    const { ticket } = await ask<{ ticket: string }>("ticket", "create", "--auto-approve", "--tag", "disk=bounded");
    const stop = startDevice("bounded", ["--docker", engine.socket, "--ticket", ticket, "--name", "bounded"]);
    let address = "";
    await eventually("the device did not join", 30_000, async () => {
      const one = (await ask<{ items: { address: string; name: string; state: string }[] }>("device", "list")).items.find(({ name }) => name === "bounded");
      address = one?.address ?? "";
      return one?.state === "online";
    });
    const device = new BoundedDevice(engine, await Author.connect(), address, stop);
    await up(t, "neighbour", helloOn(PORT, "good"), "--on", "disk=bounded");
    device.#atRest = await device.#look();
    return device;
  }

  /** Bytes of the disk that were free before anything hostile came. */
  get free(): number {
    return this.#atRest?.free ?? 0;
  }

  /** Publishes the bytes of a spec. @returns name of the deployment */
  async deploy(image: { name: string; digest: string }, more: object = {}): Promise<string> {
    const name = `hostile-${++this.#deployments}`;
    const spec = { format: "daonetes.spec.v1", networks: { default: {} }, services: { web: { ...more, image: { digest: image.digest, name: image.name }, networks: { default: {} } } } };
    await this.#author.deploy(name, Buffer.from(JSON.stringify(sorted(spec))), [], this.#address);
    return name;
  }

  /** Waits until the device has reported this of a deployment. */
  async untilReported(name: string, state: ReportState, reason: string, text = /^/, withinMs = 40_000): Promise<void> {
    const { client, groupId } = this.#author;
    const { id } = await client.workload.deployment(groupId, name);
    let seen = "nothing";
    await eventually("it was not said", withinMs, async () => {
      const [report] = await client.workload.reports(id);
      seen = report === undefined ? "nothing" : `state ${report.state} ${report.reason} ${report.text}`;
      return report?.state === state && report.reason === reason && text.test(report.text);
    }).catch((cause: unknown) => {
      throw new Error(`the device said ${seen}, and not ${reason} ${String(text)}`, { cause });
    });
  }

  async remove(name: string): Promise<void> {
    const { client, groupId } = this.#author;
    await this.#author.remove(name);
    await eventually("it is not gone", 60_000, () => client.workload.deployment(groupId, name).then(() => false, () => true));
  }

  /** The neighbour runs as if nothing had been, nothing else is there or takes space, and the agent needed little memory. */
  async expectUnharmed(t: ExecutionContext): Promise<void> {
    const { containers, images, networks, free, memory } = this.#atRest as AtRest;
    const now = await this.#look();
    t.deepEqual(now.containers, containers);
    t.is(await greeting(PORT), "good");
    t.deepEqual(now.images, images);
    t.deepEqual(now.networks, networks);
    t.true(now.memory - memory < 32 * MB, `the agent took ${now.memory - memory} bytes more`);
    let left = 0;
    await eventually("the disk was not given back", 60_000, async () => (left = await this.engine.free()) > free - 10 * MB).catch(() => {
      t.fail(`${free} bytes were free, ${left} are`);
    });
  }

  /** @returns least that was free on the disk while this was done */
  async leastFree(act: () => Promise<unknown>): Promise<number> {
    let least = Infinity;
    const timer = setInterval(() => void this.engine.free().then((free) => { least = Math.min(least, free); }), 20);
    try {
      await act();
    } finally {
      clearInterval(timer);
    }
    return least;
  }

  async end(): Promise<void> {
    await daonetes(["down", "neighbour", "--volumes", "-y"]);
    await daonetes(["device", "revoke", "bounded", "-y"]);
    await this.#stop();
    await this.engine.destroy();
  }

  async #look(): Promise<AtRest> {
    const { docker } = this.engine;
    const [containers, images, networks] = await Promise.all([docker.listContainers({ all: true }), docker.listImages({ all: true }), docker.listNetworks()]);
    const starts = await Promise.all(containers.map(async ({ Id }) => `${Id} ${(await docker.getContainer(Id).inspect()).State.StartedAt}`));
    return {
      containers: starts.sort(),
      images: images.map(({ Id }) => Id).sort(),
      networks: networks.map(({ Name }) => Name).sort(),
      free: await this.engine.free(),
      memory: await peakMemory(this.#stop.pid),
    };
  }
}

/** Keys in the order of the canonical form. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
