import { setTimeout as delay } from "node:timers/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chainRpcUrl, CometRpc } from "@daonetes/client";
import { docker } from "../parts/engine.ts";
import { ask, daonetes, ROOT } from "../parts/cli.ts";
import { asManager, engineVersion } from "./deploy.ts";
import { memory } from "./memory.ts";
import { atMost, isWanted, report } from "./pairs.ts";
import { HERE, THERE, WorkerHost } from "./worker-host.ts";

/** Length of a window without anything to do; an hour is worked out from it. */
const WINDOW_S = Number(process.env["BENCH_WINDOW_S"] || 120);
/** The agent reads its manifest every 10 minutes while hints come. */
const READS_PER_HOUR = 6;

/**
 * F3 and F2: an idle device, ours and a Swarm worker, on a link of its own. This Engine becomes a swarm's manager.
 * @param gatewayPort of a gateway that listens on all addresses
 */
export async function benchIdle(gatewayPort: number): Promise<void> {
  const host = await WorkerHost.start();
  try {
    const agent = await idleAgent(host, `http://${HERE}:${gatewayPort}`);
    const worker = await asManager(HERE, () => idleWorker(host));
    const peerVersion = await engineVersion();
    if (isWanted("F3")) {
      const note = `one window of ${WINDOW_S} s each, worked out for an hour; ours with ${READS_PER_HOUR} proven reads of ${Math.round(agent.readBytes)} bytes added, which the agent does every 10 minutes`;
      await report({ id: "F3", metric: "bytes of an idle device per hour", peer: "idle Swarm worker", peerVersion, unit: "bytes/h", goal: { text: "<= 1/50", holds: (ratio) => ratio <= 1 / 50 }, note }, [
        { ours: agent.bytesPerHour, peer: worker.bytesPerHour },
      ]);
    }
    if (isWanted("F2")) {
      const note = "one measurement: private memory of the agent against what dockerd grew by when it became a worker";
      await report({ id: "F2", metric: "agent private memory", peer: "what a Swarm worker adds to dockerd", peerVersion, unit: "MB", goal: atMost(2), note }, [{ ours: agent.memory, peer: worker.memory }]);
    }
  } finally {
    await host.stop();
  }
}

async function idleAgent(host: WorkerHost, gateway: string): Promise<{ bytesPerHour: number; readBytes: number; memory: number }> {
  const context = await daonetes(["context", "create", "bench-lan", "--gateway", gateway, "--key", "alice"]);
  if (context.exitCode !== 0) throw new Error(context.stderr);
  const { stdout: ticket } = await daonetes(["--context", "bench-lan", "--group", "home", "ticket", "create", "--auto-approve", "--ttl", "10m", "-q"]);
  const agent = host.spawn(process.execPath, [join(ROOT, "agent/bin/daonetes-agent.js"), "--state", join(host.folder, "agent"), "--docker", host.socket, "up", "--ticket", ticket.trim(), "--name", "bench-worker"]);
  try {
    const until = performance.now() + 30_000;
    while (!(await ask<{ items: { name: string; state: string }[] }>("--context", "bench-lan", "--group", "home", "device", "list")).items.some(({ name, state }) => name === "bench-worker" && state === "online")) {
      if (performance.now() > until) throw new Error("the second agent did not join");
      await delay(500);
    }
    await delay(20_000);
    const bytesPerHour = await bytesPerHourOf(host);
    const own = (await memory(agent.pid as number)).own;
    const readBytes = await bytesOfRead(host, gateway);
    return { bytesPerHour: bytesPerHour + READS_PER_HOUR * readBytes, readBytes, memory: own };
  } finally {
    agent.kill("SIGTERM");
    await new Promise((resolve) => agent.once("exit", resolve));
  }
}

/** Bytes that one proven read moves on the link: a header with signatures, and a proof. */
async function bytesOfRead(host: WorkerHost, gateway: string): Promise<number> {
  const height = await new CometRpc(chainRpcUrl(gateway)).call<{ signed_header: { header: { height: string } } }>("commit");
  const before = await host.bytes();
  const read = host.spawn(process.execPath, [fileURLToPath(new URL("./one-read.ts", import.meta.url)), gateway, String(BigInt(height.signed_header.header.height) - 1n)]);
  const code = await new Promise<number | null>((resolve) => read.once("exit", resolve));
  if (code !== 0) throw new Error("a proven read could not be made");
  return (await host.bytes()) - before;
}

async function idleWorker(host: WorkerHost): Promise<{ bytesPerHour: number; memory: number }> {
  const before = (await memory(host.pid)).own;
  const { JoinTokens } = (await docker.swarmInspect()) as { JoinTokens: { Worker: string } };
  await host.engine.swarmJoin({ RemoteAddrs: [`${HERE}:2377`], JoinToken: JoinTokens.Worker, ListenAddr: `${THERE}:2377`, AdvertiseAddr: THERE });
  await delay(30_000);
  const bytesPerHour = await bytesPerHourOf(host);
  return { bytesPerHour, memory: (await memory(host.pid)).own - before };
}

async function bytesPerHourOf(host: WorkerHost): Promise<number> {
  const before = await host.bytes();
  await delay(WINDOW_S * 1000);
  return (((await host.bytes()) - before) / WINDOW_S) * 3600;
}
