/** `make bench`: figures as ratios to a peer, measured in turn in one run. Needs what `scripts/bench.sh` set up. */
import { existsSync } from "node:fs";
import { pidOf } from "../../docker/net/processes.ts";
import { folders, gatewayUrl, ports, registryHost, ROOT } from "../../docker/net/layout.ts";
import { docker } from "../parts/engine.ts";
import { CometRpc } from "@daonetes/client";
import { benchCheck } from "./check.ts";
import { benchDecision } from "./decide.ts";
import { asManager, benchCompose, benchEngineApi, benchSwarm } from "./deploy.ts";
import { benchHistory } from "./history.ts";
import { benchIdle } from "./idle.ts";
import { benchCommit } from "./load/commit.ts";
import { benchDisk } from "./load/disk.ts";
import { benchIntervals } from "./load/intervals.ts";
import { CHAINS } from "./load/peer-chain.ts";
import { benchPopulation } from "./load/population.ts";
import { benchThroughput } from "./load/throughput.ts";
import { benchMemory } from "./memory.ts";
import { OurDeployments } from "./our-deployments.ts";
import { isWanted, skip } from "./pairs.ts";
import { benchRead } from "./read.ts";

const compose = `${ROOT}/bin/peers/docker-compose`;
const isPrivate = process.env["BENCH_PRIVATE_ENGINE"] === "1";
const detail = await docker.getImage(`${registryHost}/hello:1`).inspect();
const image = detail.RepoDigests.find((reference) => reference.startsWith(registryHost)) ?? "";
const ours = await OurDeployments.connect(gatewayUrl, folders.config, image);

/** Takes the figures if one of them is wanted; a failure is told in their place, and the others go on. */
async function take(ids: readonly string[], missing: string | false, run: () => Promise<void>): Promise<void> {
  const wanted = ids.filter(isWanted);
  if (wanted.length === 0) return;
  try {
    if (missing === false) await run();
    else for (const id of wanted) skip(id, missing);
  } catch (error) {
    process.exitCode = 1;
    for (const id of wanted) skip(id, `failed: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`;
}

await take(["F1"], false, async () => benchMemory((await pidOf("agent")) ?? 0));
await take(["P1"], false, benchCheck);
await take(["L3"], false, () => benchEngineApi(ours, image));
await take(["L2"], !existsSync(compose) && "docker compose v5 was not built (e2e/bench/peers/compose.sh)", () => benchCompose(ours, image, compose));
await take(["Q1", "Q4"], false, async () => benchRead(gatewayUrl, (await pidOf("gateway")) ?? 0));
await take(["L7"], false, () => benchDecision(ours));
const noSwarm = !isPrivate && "a swarm needs an Engine of its own: root, unshare, ip and dockerd";
await take(["L1"], noSwarm, () => asManager("127.0.0.1", () => benchSwarm(ours, image)));
await take(["F2", "F3"], noSwarm, () => benchIdle(ports.gateway));
await take(["Q8"], false, () => benchHistory(ours, gatewayUrl, new CometRpc(`http://127.0.0.1:${ports.rpc(0)}`, { timeoutMs: 60_000 })));
const noChains = !existsSync(CHAINS) && "the other chains were not built (e2e/bench/peers/chains)";
for (const validators of [1, 4]) {
  await take(["C4"], noChains, () => benchCommit(validators));
  await take(["C1", "C2"], noChains, () => benchThroughput(validators));
  await take(["C6"], noChains, () => benchIntervals(validators));
  await take(["D1"], false, () => benchDisk(validators));
}
await take(["D6"], false, benchPopulation);
