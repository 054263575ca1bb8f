import { DaonetesClient, SigningClient, workloadMessages, broadcast } from "@daonetes/client";
import { declarationOf, encodeCanonical, hashSpec, type CanonicalSpec } from "@daonetes/client/compose";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { readFile } from "node:fs/promises";
import { docker } from "../parts/engine.ts";
import { type Pair, report } from "./pairs.ts";

const ROUNDS = 10;
const WARM_UP = 2;
const TIMEOUT_MS = 60_000;

/**
 * L3: from the broadcast of a signed deployment to the start of its container, against the Engine API doing the same
 * by itself: network, container, start. Start times are the Engine's own.
 */
export async function benchDeploy(gateway: string, configFolder: string, image: string): Promise<void> {
  const client = DaonetesClient.connect(gateway);
  const key = JSON.parse(await readFile(`${configFolder}/keys/alice.json`, "utf8")) as { secret: string };
  const signer = await DirectSecp256k1HdWallet.fromMnemonic(key.secret, { prefix: "daonet" });
  const { chainId } = await client.status();
  const signing = await SigningClient.create({ client, signer, chainId });
  const group = await client.workgroup.group("home");
  const [device] = await client.workgroup.devices(group.id);
  const [name = "", digest = ""] = image.split("@");
  const spec: CanonicalSpec = {
    format: "daonetes.spec.v1",
    services: { web: { image: { name, digest: digest as `sha256:${string}` }, networks: { default: {} }, restart: { policy: "always" } } },
    networks: { default: {} },
  };
  const bytes = encodeCanonical(spec);
  const { has_volumes, ...declaration } = declarationOf(spec);
  await signing.send([
    workloadMessages.publishSpec({ publisher: signing.address, groupId: group.id, name: "bench", content: bytes, declaration: { ...declaration, hasVolumes: has_volumes } }),
  ]);

  const pairs: Pair[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const deploymentName = `bench-${round}`;
    const tx = await signing.sign([
      workloadMessages.createDeployment({
        authority: signing.address,
        groupId: group.id,
        name: deploymentName,
        specHash: hashSpec(bytes),
        placement: { devices: [device?.address ?? ""] },
        rollout: {},
        inheritOfflinePolicy: true,
      }),
    ]);
    const ours = await timeToStart("com.docker.compose.project", `daonet-home-${deploymentName}`, async () => {
      await broadcast(client.rpc, tx);
    });
    const label = `bench-peer-${round}`;
    const peer = await timeToStart("bench", label, async () => {
      await docker.createNetwork({ Name: label, CheckDuplicate: true, Driver: "bridge" });
      const container = await docker.createContainer({ name: label, Image: image, Labels: { bench: label }, HostConfig: { NetworkMode: label } });
      await container.start();
    });
    await docker.getContainer(label).remove({ force: true });
    await docker.getNetwork(label).remove();
    const deployment = await client.workload.deployment(group.id, deploymentName);
    await signing.send([workloadMessages.removeDeployment({ authority: signing.address, deploymentId: deployment.id, expectedRevision: deployment.revision, volumes: true })]);
    if (round >= WARM_UP) pairs.push({ ours, peer });
  }
  await report("L3", "signed deploy broadcast to container start, one validator", "Engine API: network, create, start", "ms", pairs, (ratio) => ratio <= 1.25, "<= 1.25");
}

/** Milliseconds from the call to the Engine's start event of a container with this label. */
async function timeToStart(label: string, value: string, run: () => Promise<void>): Promise<number> {
  const ended = new AbortController();
  const getEvents = docker.getEvents.bind(docker) as unknown as (options: object) => Promise<AsyncIterable<Buffer>>;
  const events = await getEvents({ filters: { type: ["container"], event: ["start"], label: [`${label}=${value}`] }, abortSignal: ended.signal });
  const timer = setTimeout(() => ended.abort(), TIMEOUT_MS);
  const began = performance.timeOrigin + performance.now();
  await run();
  try {
    for await (const chunk of events) {
      const { timeNano } = JSON.parse(chunk.toString("utf8").split("\n")[0] ?? "") as { timeNano: number };
      return timeNano / 1e6 - began;
    }
  } finally {
    clearTimeout(timer);
    ended.abort();
  }
  throw new Error(`no container with ${label}=${value} started`);
}
