import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { type Answer, daonetes, ROOT } from "./cli.ts";
import { REGISTRY } from "./hello-app.ts";

const APPS = join(ROOT, "testdata", "compose", "apps");
const FILES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
const IMAGES = join(ROOT, "e2e", "images");

/** Real servers from Debian packages. */
export type Server = "postgres" | "redis" | "mariadb" | "nginx";

/** What the program that stands in for an application wants and does; see `images/stand-in.py`. */
export interface StandIn {
  needs?: string;
  files?: string;
  data?: string;
  ports?: string;
}

/** By the text of `image:` in the file, what runs instead of an image that no registry here has. */
export type Images = Readonly<Record<string, Server | StandIn>>;

/** Builds and pushes what the images are made from. */
export async function buildServers(): Promise<void> {
  await execa(join(IMAGES, "build.sh"), [REGISTRY], { timeout: 900_000 });
}

/** One image a stand-in: the same program with other settings. @returns its name in the registry */
async function standIn(name: string, { needs = "", files = "", data = "", ports = "" }: StandIn): Promise<string> {
  const image = `${REGISTRY}/${name}:1`;
  const dockerfile = `FROM ${REGISTRY}/stand-in:1\nENV STAND_IN_NEEDS="${needs}" STAND_IN_FILES="${files}" STAND_IN_DATA="${data}" STAND_IN_PORTS="${ports}"\n`;
  await execa("docker", ["build", "--quiet", "--tag", image, "-"], { input: dockerfile, env: { DOCKER_BUILDKIT: "0" }, timeout: 120_000 });
  await execa("docker", ["push", "--quiet", image], { timeout: 120_000 });
  return image;
}

/** An application of the corpus as somebody has it who cloned it a moment ago; only the names of its images are others. */
export class Application {
  readonly name: string;
  readonly #folder: string;
  readonly #file: string;

  private constructor(name: string, folder: string, file: string) {
    this.name = name;
    this.#folder = folder;
    this.#file = file;
  }

  static async clone(name: string, images: Images): Promise<Application> {
    const folder = await mkdtemp(join(tmpdir(), "daonetes-app-"));
    await cp(join(APPS, name), folder, { recursive: true });
    const file = join(folder, FILES.find((candidate) => existsSync(join(folder, candidate))) ?? "");
    let text = await readFile(file, "utf8");
    for (const [index, [image, what]] of Object.entries(images).entries()) {
      const ours = typeof what === "string" ? `${REGISTRY}/${what}:1` : await standIn(`${name}-${index}`, what);
      const key = `image: ${image}`;
      const changed = text.split("\n").map((line) => (line.trim() === key ? line.replace(key, `image: ${ours}`) : line)).join("\n");
      if (changed === text) throw new Error(`${name} has no image ${image}`);
      text = changed;
    }
    await writeFile(file, text);
    await execa("git", ["init", "--quiet"], { cwd: folder });
    await execa("git", ["add", "--force", "."], { cwd: folder });
    return new Application(name, folder, file);
  }

  /** Deploys it; values that look like secrets are sealed. */
  up(): Promise<Answer> {
    return daonetes(["up", "-f", this.#file, "-p", this.name, "--timeout", "170s"]);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}
