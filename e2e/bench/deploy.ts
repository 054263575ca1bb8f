import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { docker } from "../parts/engine.ts";
import type { OurDeployments } from "./our-deployments.ts";
import { atMost, report, takePairs } from "./pairs.ts";
import { timeToStart, untilGone } from "./start-time.ts";

const OURS = "signed deploy broadcast to container start, proof included, one validator";

/** L3: against the Engine API doing the same by itself: network, container, start. */
export async function benchEngineApi(ours: OurDeployments, image: string): Promise<void> {
  const specHash = await ours.publish(1);
  const pairs = await takePairs(async (round) => ({
    ours: await ours.time(`api-${round}`, specHash, 1),
    peer: await engineApi(`bench-api-${round}`, image),
  }));
  await report({ id: "L3", metric: OURS, peer: "Engine API: network, create, start", peerVersion: await engineVersion(), unit: "ms", goal: atMost(1.25) }, pairs);
}

async function engineApi(name: string, image: string): Promise<number> {
  const label = `bench=${name}`;
  const Labels = { bench: name };
  const took = await timeToStart(label, 1, async () => {
    await docker.createNetwork({ Name: name, CheckDuplicate: true, Driver: "bridge", Labels });
    const container = await docker.createContainer({ name, Image: image, Labels, HostConfig: { NetworkMode: name } });
    await container.start();
  });
  await docker.getContainer(name).remove({ force: true });
  await docker.getNetwork(name).remove();
  await untilGone(label);
  return took;
}

/** L2: against `docker compose up -d` with files of one and of three services. @param compose path of the peer */
export async function benchCompose(ours: OurDeployments, image: string, compose: string): Promise<void> {
  const { stdout: version } = await execa(compose, ["version", "--short"]);
  const folder = await mkdtemp(join(tmpdir(), "daonetes-bench-compose-"));
  try {
    for (const count of [1, 3]) {
      const file = join(folder, `${count}.yaml`);
      const services = Array.from({ length: count }, (_, index) => `  web${index}: {image: "${image}", restart: "no"}`);
      await writeFile(file, `services:\n${services.join("\n")}\n`);
      const specHash = await ours.publish(count);
      const pairs = await takePairs(async (round) => ({
        ours: await ours.time(`compose-${count}-${round}`, specHash, count),
        peer: await composeUp(compose, file, `bench${count}x${round}`, count),
      }));
      const metric = `${OURS}, ${count} ${count === 1 ? "service" : "services"}`;
      await report({ id: "L2", metric, peer: "docker compose up -d", peerVersion: version, unit: "ms", goal: atMost(1.1) }, pairs);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function composeUp(compose: string, file: string, project: string, count: number): Promise<number> {
  const label = `com.docker.compose.project=${project}`;
  const took = await timeToStart(label, count, () => execa(compose, ["-p", project, "-f", file, "up", "-d"], { timeout: 60_000 }));
  await execa(compose, ["-p", project, "-f", file, "down", "-t", "1"], { timeout: 60_000 });
  await untilGone(label);
  return took;
}

/**
 * L1: against Docker Swarm without published ports, on an Engine that is a swarm's manager. Once with a network for the
 * application, as ours and a stack have one, and once on the bridge that is there.
 */
export async function benchSwarm(ours: OurDeployments, image: string): Promise<void> {
  const specHash = await ours.publish(1);
  const peerVersion = await engineVersion();
  for (const ownNetwork of [true, false]) {
    const pairs = await takePairs(async (round) => ({
      ours: await ours.time(`swarm-${ownNetwork}-${round}`, specHash, 1),
      peer: await swarmService(`bench-swarm-${ownNetwork}-${round}`, image, ownNetwork),
    }));
    const peer = ownNetwork ? "Swarm: network and service create, as a stack does" : "Swarm: service create on the default bridge";
    const note = ownNetwork ? "both sides make a network for the application" : "ours makes a network for the application, the peer makes none";
    await report({ id: "L1", metric: OURS, peer, peerVersion, unit: "ms", goal: atMost(0.75), note }, pairs);
  }
}

/** Makes the Engine a swarm's manager for a while. Only for an Engine that nobody else uses. */
export async function asManager<T>(address: string, run: () => Promise<T>): Promise<T> {
  await docker.swarmInit({ ListenAddr: `${address}:2377`, AdvertiseAddr: address });
  try {
    return await run();
  } finally {
    await docker.swarmLeave({ force: true });
  }
}

async function swarmService(name: string, image: string, ownNetwork: boolean): Promise<number> {
  const label = `com.docker.swarm.service.name=${name}`;
  const took = await timeToStart(label, 1, async () => {
    if (ownNetwork) await docker.createNetwork({ Name: name, Driver: "overlay", CheckDuplicate: true });
    const networks = ownNetwork ? { Networks: [{ Target: name }] } : {};
    await docker.createService({ Name: name, TaskTemplate: { ContainerSpec: { Image: image }, ...networks }, Mode: { Replicated: { Replicas: 1 } } } as never);
  });
  await docker.getService(name).remove();
  await untilGone(label);
  if (ownNetwork) await removeNetwork(name);
  return took;
}

/** A swarm lets go of a network some time after the last task that used it. */
async function removeNetwork(name: string): Promise<void> {
  const until = performance.now() + 30_000;
  for (;;) {
    const removed = await docker.getNetwork(name).remove().then(() => true, () => false);
    if (removed || performance.now() > until) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export async function engineVersion(): Promise<string> {
  return ((await docker.version()) as { Version: string }).Version;
}

