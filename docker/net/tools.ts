import { statfs } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { DOCKER_SOCKET, HELLO_PORT, LOCAL, ports, ROOT, validators } from "./layout.ts";
import { pidOf, runProgram } from "./processes.ts";
import { SetupError } from "./progress.ts";

/** Free space that a cold build takes, and that a network of some days takes, in bytes. */
const BUILD_BYTES = 6e9;
const DATA_BYTES = 1e9;

/** Checks everything that could stop the way later, before anything starts. @returns what was found, for people */
export async function checkTools(say: (what: string) => void): Promise<string> {
  const go = await goVersion();
  await checkDisk(ROOT, BUILD_BYTES, "building");
  await checkDisk(LOCAL, DATA_BYTES, "the network's data");
  await checkRight();
  await checkPorts();
  const engine = await ensureEngine(say);
  return `Go ${go}   Node ${process.versions.node}   Docker Engine ${engine.Version} (API ${engine.ApiVersion})`;
}

async function goVersion(): Promise<string> {
  const text = await runProgram("go", ["env", "GOVERSION"], { cwd: ROOT }).catch(() => "");
  const match = /^go(?<major>\d+)\.(?<minor>\d+)/.exec(text.trim());
  if (match === null || Number(match.groups?.["minor"]) < 21) {
    throw new SetupError(text === "" ? "Go is not installed" : `${text.trim()} is too old`, "install Go 1.21 or later (Debian: apt-get install golang-go from backports); it fetches the right toolchain by itself");
  }
  return text.trim().replace(/^go/, "");
}

async function checkDisk(folder: string, wanted: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < wanted) throw new SetupError(`only ${(free / 1e9).toFixed(1)} GB are free under ${folder}`, `free some space: ${what} needs ${wanted / 1e9} GB`);
}

async function checkPorts(): Promise<void> {
  const wanted: [number, string, string][] = [
    [ports.gateway, "gateway", "gateway"],
    [ports.registry, "registry", "registry"],
    ...Array.from({ length: validators }, (_, index): [number, string, string][] => [
      [ports.p2p(index), "chain", `node${index}`],
      [ports.rpc(index), "chain", `node${index}`],
    ]).flat(),
  ];
  for (const [port, what, process] of wanted) {
    if ((await pidOf(process)) !== undefined) continue;
    if (!(await isFree(port))) {
      throw new SetupError(`port ${port} (${what}) is taken by another program`, `free it (ss -ltnp 'sport = :${port}'), or move all ports: make up PORT_BASE=1000`);
    }
  }
  if ((await pidOf("agent")) === undefined && !(await isFree(HELLO_PORT)) && !(await containerHolds(HELLO_PORT))) {
    throw new SetupError(`port ${HELLO_PORT} (examples/hello) is taken by another program`, `free it: ss -ltnp 'sport = :${HELLO_PORT}'`);
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** hello itself keeps running over `make down`. */
async function containerHolds(port: number): Promise<boolean> {
  const list = await engineGet<{ Labels: Record<string, string>; Ports: { PublicPort?: number }[] }[]>("/containers/json").catch(() => []);
  return list.some(({ Labels, Ports }) => Labels["dev.daonetes.device"] !== undefined && Ports.some(({ PublicPort }) => PublicPort === port));
}

interface EngineVersion {
  Version: string;
  ApiVersion: string;
}

/** Whether this user may speak to the Engine, if there is one. */
async function checkRight(): Promise<void> {
  const error = await engineGet<EngineVersion>("/version").then(() => undefined, (reason: unknown) => reason as NodeJS.ErrnoException);
  if (error?.code !== "EACCES") return;
  throw new SetupError("this user may not use the Docker Engine", "add the user to the group docker and log in again, or run make up as root");
}

async function ensureEngine(say: (what: string) => void): Promise<EngineVersion> {
  const found = await engineGet<EngineVersion>("/version").catch(() => undefined);
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0) {
    throw new SetupError("no Docker Engine answers", "start it (sudo systemctl start docker), or install it: https://docs.docker.com/engine/install/");
  }
  say("starting the Docker Engine (installing it first if it is missing)");
  await runProgram("bash", [`${ROOT}/docker/net/dockerd.sh`], { env: { DOCKERD_LOG: `${LOCAL}/logs/dockerd.log`, LOCAL_DIR: LOCAL } });
  return engineGet<EngineVersion>("/version");
}

/** GET of the Engine API. */
export function engineGet<T>(path: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: DOCKER_SOCKET, path, timeout: 5_000 }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
      response.on("end", () => {
        if ((response.statusCode ?? 500) < 400) resolve(JSON.parse(body) as T);
        else reject(new Error(`the Engine answers ${response.statusCode}: ${body.slice(0, 200)}`));
      });
    });
    call.on("timeout", () => call.destroy(new Error("the Engine does not answer")));
    call.on("error", reject);
    call.end();
  });
}
