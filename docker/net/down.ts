/** `make down`: stops the processes of the local network; data and containers stay. */
import { readdir } from "node:fs/promises";
import { localDevice } from "./local-device.ts";
import { folders } from "./layout.ts";
import { stopProcess } from "./processes.ts";
import { engineGet } from "./tools.ts";

const names = await readdir(folders.pids).catch(() => []);
const order = [...names].sort((a, b) => rank(a) - rank(b));
const stopped: string[] = [];
for (const name of order) if (await stopProcess(name)) stopped.push(name);
process.stdout.write(stopped.length === 0 ? "✔ nothing ran\n" : `✔ stopped ${stopped.join(", ")}; the data stays\n`);
const running = await engineGet<{ Labels: Record<string, string> }[]>("/containers/json").catch(() => []);
const device = await localDevice();
const ours = running.filter(({ Labels }) => device !== undefined && Labels["dev.daonetes.device"] === device).map(({ Labels }) => Labels["com.docker.compose.project"]);
if (ours.length > 0) process.stdout.write(`  Still running on the Docker Engine: ${[...new Set(ours)].join(", ")}   (make clean removes them)\n`);

/** The agent first, the chain last. */
function rank(name: string): number {
  return { agent: 0, gateway: 1, registry: 2 }[name] ?? 3;
}
