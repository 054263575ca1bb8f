import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { folders, ports } from "../../docker/net/layout.ts";
import { eventually, startProcess, stopProcess } from "../../docker/net/processes.ts";
import { REGISTRY } from "./hello-app.ts";

const PROCESS = "private-registry";

/** A registry that wants a login, beside the network's own. */
export class PrivateRegistry {
  readonly host = `127.0.0.1:${ports.registry + 1}`;
  readonly user = "puller";
  readonly password = "registry-canary-5c1e";
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<PrivateRegistry> {
    const registry = new PrivateRegistry(await mkdtemp(join(tmpdir(), "daonetes-private-registry-")));
    await registry.#start();
    return registry;
  }

  async #start(): Promise<void> {
    const passwords = join(this.#folder, "htpasswd");
    // bcrypt of the password, at the lowest cost.
    await writeFile(passwords, `${this.user}:$2a$04$Ghu13e6cJQ2RNqTYwdwlpetLNDT57zvaEuSHXRmDy9B.RJFVf/W26\n`);
    const config = {
      version: 0.1,
      log: { level: "warn" },
      storage: { filesystem: { rootdirectory: join(this.#folder, "data") } },
      http: { addr: this.host },
      auth: { htpasswd: { realm: "private", path: passwords } },
    };
    const file = join(this.#folder, "registry.json");
    await writeFile(file, JSON.stringify(config));
    await startProcess(PROCESS, join(folders.bin, "registry"), ["serve", file], { OTEL_TRACES_EXPORTER: "none" });
    await eventually("the private registry does not ask for a login", 20_000, async () => (await fetch(`http://${this.host}/v2/`)).status === 401);
  }

  /** A folder for `DOCKER_CONFIG` with the author's own login; whoever asked for it removes it. */
  async login(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "daonetes-docker-login-"));
    const auth = Buffer.from(`${this.user}:${this.password}`).toString("base64");
    await writeFile(join(folder, "config.json"), JSON.stringify({ auths: { [this.host]: { auth } } }), { mode: 0o600 });
    return folder;
  }

  /**
   * Builds hello with a layer that no Engine has, and pushes it. The Engine that built it keeps nothing of it.
   * @param login folder for `DOCKER_CONFIG`
   */
  async push(name: string, login: string): Promise<string> {
    const image = `${this.host}/${name}:1`;
    const context = join(this.#folder, "context");
    await execa("mkdir", ["-p", context]);
    await writeFile(join(context, "layer"), `${name} ${Math.random()}`);
    await writeFile(join(context, "Dockerfile"), `FROM ${REGISTRY}/hello:1\nCOPY layer /layer\n`);
    await execa("docker", ["build", "--quiet", "--tag", image, context], { env: { DOCKER_BUILDKIT: "0" } });
    await execa("docker", ["push", "--quiet", image], { env: { DOCKER_CONFIG: login } });
    await execa("docker", ["image", "rm", "--force", image]);
    return image;
  }

  async stop(): Promise<void> {
    await stopProcess(PROCESS);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
