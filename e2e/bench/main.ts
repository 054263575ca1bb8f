/** `make bench`: figures as ratios to a peer, measured in turn in one run. Needs the network of `scripts/bench.sh`. */
import { docker } from "../parts/engine.ts";
import { pidOf } from "../../docker/net/processes.ts";
import { folders, gatewayUrl, registryHost } from "../../docker/net/layout.ts";
import { benchDeploy } from "./deploy.ts";
import { benchMemory } from "./memory.ts";
import { benchRead } from "./read.ts";

const detail = await docker.getImage(`${registryHost}/hello:1`).inspect();
const image = detail.RepoDigests.find((reference) => reference.startsWith(registryHost)) ?? "";
await benchDeploy(gatewayUrl, folders.config, image);
await benchRead(gatewayUrl);
await benchMemory((await pidOf("agent")) ?? 0);
for (const [id, peer] of [["L1", "Docker Swarm"], ["L2", "Docker Compose v5"], ["F3", "an idle Swarm worker"], ["C4", "a minimal bank app"]]) {
  process.stdout.write(`${JSON.stringify({ id, skipped: `the peer (${peer}) is not set up by this bench yet` })}\n`);
}
