import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { eventually } from "../../docker/net/processes.ts";

/** An Engine without a default network would take away `docker0`, whosever it is: it gets a bridge of its own. */
const BRIDGE = "daonet-e2e";
const BRIDGE_ADDRESS = "172.31.10.1/24";

/** A Docker Engine for one scenario, whose data lie on a disk of a known size. It changes no rule of the firewall. */
export class OwnEngine {
  readonly socket: string;
  readonly docker: Docker;
  /** All that it keeps lies below. */
  readonly folder: string;
  #dockerd: ChildProcess | undefined;

  private constructor(folder: string) {
    this.folder = folder;
    this.socket = join(folder, "docker.sock");
    this.docker = new Docker({ socketPath: this.socket });
  }

  /** @param megabytes size of its disk */
  static async create(megabytes: number): Promise<OwnEngine> {
    const engine = new OwnEngine(await mkdtemp(join(tmpdir(), "daonetes-engine-")));
    await mkdir(engine.#data);
    await execa("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", engine.#data]);
    await execa("ip", ["link", "add", BRIDGE, "type", "bridge"]);
    await execa("ip", ["addr", "add", BRIDGE_ADDRESS, "dev", BRIDGE]);
    await execa("ip", ["link", "set", BRIDGE, "up"]);
    // Two Engines of one machine share their id unless the key has a place of its own.
    await writeFile(engine.#config, JSON.stringify({ "deprecated-key-path": join(engine.folder, "key.json") }));
    await engine.start();
    return engine;
  }

  async start(): Promise<void> {
    const { folder } = this;
    const args = ["--data-root", this.#data, "--exec-root", join(folder, "exec"), "--pidfile", join(folder, "pid"), "-H", `unix://${this.socket}`, "--config-file", this.#config, `--bridge=${BRIDGE}`, "--iptables=false"];
    this.#dockerd = spawn("dockerd", args, { stdio: "ignore" });
    await eventually("the scenario's Engine did not come up", 60_000, async () => (await this.docker.ping()) !== undefined);
  }

  /** Ends it in order; its containers end too. */
  async stop(): Promise<void> {
    const dockerd = this.#dockerd;
    if (dockerd === undefined || dockerd.exitCode !== null || dockerd.signalCode !== null) return;
    const ended = new Promise((resolve) => dockerd.once("exit", resolve));
    dockerd.kill("SIGTERM");
    await ended;
  }

  /** Bytes that are free on its disk. */
  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#data);
    return bavail * bsize;
  }

  async destroy(): Promise<void> {
    await this.stop();
    // An Engine mounts its data folder onto itself and leaves it so.
    for (let mounts = 0; mounts < 3; mounts++) await execa("umount", ["--lazy", this.#data], { reject: false });
    await execa("ip", ["link", "del", BRIDGE], { reject: false });
    await rm(this.folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.folder, "data");
  }

  get #config(): string {
    return join(this.folder, "daemon.json");
  }
}
