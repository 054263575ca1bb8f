import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";

const NAME = "bench-worker";
const LINK = "vbench";

/** Addresses of the two ends of the link: this side, and the worker's. */
export const HERE = "10.203.9.1";
export const THERE = "10.203.9.2";

/** Another computer, as far as networks go: a namespace with an Engine of its own, on a link whose bytes are counted. */
export class WorkerHost {
  readonly engine: Docker;
  readonly socket: string;
  /** Of its dockerd. */
  readonly pid: number;
  readonly folder: string;

  readonly #dockerd: ChildProcess;

  private constructor(folder: string, socket: string, dockerd: ChildProcess) {
    this.folder = folder;
    this.socket = socket;
    this.#dockerd = dockerd;
    this.pid = dockerd.pid as number;
    this.engine = new Docker({ socketPath: socket });
  }

  static async start(): Promise<WorkerHost> {
    const folder = await mkdtemp(join(tmpdir(), "daonetes-bench-worker-"));
    await execa("ip", ["netns", "add", NAME]);
    await execa("ip", ["link", "add", LINK, "type", "veth", "peer", "name", "eth0", "netns", NAME]);
    await execa("ip", ["addr", "add", `${HERE}/24`, "dev", LINK]);
    await execa("ip", ["link", "set", LINK, "up"]);
    for (const args of [["addr", "add", `${THERE}/24`, "dev", "eth0"], ["link", "set", "eth0", "up"], ["link", "set", "lo", "up"], ["route", "add", "default", "via", HERE]]) {
      await execa("ip", ["-n", NAME, ...args]);
    }
    const socket = join(folder, "docker.sock");
    // Two Engines of one machine share their id unless the key has a place of its own.
    await writeFile(join(folder, "daemon.json"), JSON.stringify({ "deprecated-key-path": join(folder, "key.json") }));
    await mkdir(join(folder, "exec"));
    const args = ["dockerd", "--data-root", join(folder, "data"), "--exec-root", join(folder, "exec"), "--pidfile", join(folder, "pid"), "-H", `unix://${socket}`, "--config-file", join(folder, "daemon.json"), "--bip", "172.31.9.1/24"];
    // nsenter becomes dockerd: one process.
    const child = spawn("nsenter", [`--net=/run/netns/${NAME}`, ...args], { stdio: "ignore" });
    const host = new WorkerHost(folder, socket, child);
    const until = performance.now() + 30_000;
    while (!(await host.engine.ping().then(() => true, () => false))) {
      if (performance.now() > until || child.exitCode !== null) throw new Error("the worker's Engine did not come up");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return host;
  }

  /** Starts a program there. */
  spawn(command: string, args: readonly string[]): ChildProcess {
    return spawn("nsenter", [`--net=/run/netns/${NAME}`, command, ...args], { stdio: ["ignore", "ignore", "ignore"] });
  }

  /** Bytes on the link so far, both ways, headers included. */
  async bytes(): Promise<number> {
    const { stdout } = await execa("ip", ["-s", "-j", "link", "show", "dev", LINK]);
    const [link] = JSON.parse(stdout) as { stats64: { rx: { bytes: number }; tx: { bytes: number } } }[];
    return (link?.stats64.rx.bytes ?? 0) + (link?.stats64.tx.bytes ?? 0);
  }

  async stop(): Promise<void> {
    if (this.#dockerd.exitCode === null && this.#dockerd.signalCode === null) {
      const ended = new Promise((resolve) => this.#dockerd.once("exit", resolve));
      this.#dockerd.kill("SIGTERM");
      await ended;
    }
    // An Engine mounts its data folder onto itself and leaves it so.
    await execa("umount", ["--lazy", join(this.folder, "data")], { reject: false });
    await execa("ip", ["netns", "del", NAME]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
