import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { ROOT } from "../parts/cli.ts";
import { docker, instances, leftovers } from "../parts/engine.ts";

const COMPOSE = process.env["DOCKER_COMPOSE"] || join(ROOT, "bin", "peers", "docker-compose");
const NODES = ["node0", "node1", "node2", "node3", "node4"];
const HELLO = "http://127.0.0.1:8082/";

interface Service {
  Service: string;
  ID: string;
  State: string;
  Health: string;
  ExitCode: number;
}

async function compose(...args: string[]): Promise<string> {
  return (await execa(COMPOSE, args, { cwd: ROOT, timeout: 300_000 })).stdout;
}

async function services(): Promise<Map<string, Service>> {
  const lines = (await compose("ps", "--all", "--no-trunc", "--format", "json")).split("\n").filter(Boolean);
  return new Map(lines.map((line) => JSON.parse(line) as Service).map((service) => [service.Service, service]));
}

/** Waits until steps have ended and everything else is well. */
async function up(): Promise<void> {
  await compose("up", "--detach");
  await compose("wait", "hello");
  const until = performance.now() + 60_000;
  while ((await services()).get("agent")?.Health !== "healthy") {
    if (performance.now() > until) throw new Error("the agent did not become healthy");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

test.serial.before("a network in containers", async () => {
  await compose("down", "--volumes");
  await up();
});

test.after.always("the network goes", async () => {
  await compose("down", "--volumes");
});

test.serial("four validators, a full node, a gateway and an agent are well, and hello runs on the agent's device", async (t) => {
  const all = await services();
  t.deepEqual([...all.keys()].sort(), ["agent", "gateway", "group", "hello", ...NODES, "registry", "setup"]);
  for (const name of [...NODES, "gateway", "agent"]) t.like(all.get(name), { State: "running", Health: "healthy" }, name);
  for (const name of ["setup", "group", "hello"]) t.like(all.get(name), { State: "exited", ExitCode: 0 }, name);
  t.regex(await (await fetch(HELLO)).text(), /^hello from /);
  const { items } = (await (await fetch("http://127.0.0.1:8080/api/v1/validators")).json()) as { items: { status: string }[] };
  t.deepEqual(items.map(({ status }) => status), ["ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE"]);
});

test.serial("each is its own container with a read-only root and no capability, and none but the agent is root", async (t) => {
  for (const [name, { ID }] of await services()) {
    const { Config, HostConfig } = await docker.getContainer(ID).inspect();
    t.true(HostConfig.ReadonlyRootfs, name);
    t.deepEqual(HostConfig.CapDrop, ["ALL"], name);
    t.deepEqual(HostConfig.SecurityOpt, ["no-new-privileges:true"], name);
    t.is(Config.User, name === "agent" ? "0:0" : "65532:65532", name);
    t.deepEqual(((HostConfig.CapAdd ?? []) as string[]).map((capability) => capability.replace(/^CAP_/, "")), name === "agent" ? ["CHOWN", "DAC_OVERRIDE", "FOWNER"] : [], name);
  }
});

test.serial("the chain's RPC is out of reach from outside", async (t) => {
  for (const name of NODES) {
    const { NetworkSettings } = await docker.getContainer((await services()).get(name)?.ID ?? "").inspect();
    t.deepEqual(Object.values(NetworkSettings.Ports).filter((bindings) => (bindings as unknown) !== null), [], name);
  }
});

test.serial("a wallet finds REST in chain.json and reaches the node's through the gateway", async (t) => {
  const { chain_id, apis } = (await (await fetch("http://127.0.0.1:8080/chain.json")).json()) as { chain_id: string; apis: { rest: { address: string }[] } };
  const answer = await fetch(`${apis.rest[0]?.address ?? ""}/cosmos/base/tendermint/v1beta1/node_info`);
  t.is(((await answer.json()) as { default_node_info: { network: string } }).default_node_info.network, chain_id);
});

test.serial("a second start changes nothing, and a network that was stopped goes on with its data", async (t) => {
  const ids = async (): Promise<(string | undefined)[]> => {
    const all = await services();
    return [...NODES, "gateway", "agent"].map((name) => all.get(name)?.ID);
  };
  const before = await ids();
  const hello = await instances("daonet-home-hello");
  t.is(hello.length, 1);
  await up();
  t.deepEqual(await ids(), before);

  const height = await heightOf();
  await compose("down");
  await up();
  t.true((await heightOf()) > height);
  t.deepEqual(await instances("daonet-home-hello"), hello, "what runs on the device was not touched");
});

test.serial("hello is removed without a trace", async (t) => {
  await compose("run", "--rm", "hello", "/app/docker/compose/hello.ts", "down");
  t.deepEqual(await leftovers("daonet-home-hello"), []);
});

async function heightOf(): Promise<number> {
  const answer = await fetch("http://127.0.0.1:8080/chain/rpc", { method: "POST", body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "status", params: {} }), headers: { "content-type": "application/json" } });
  return Number(((await answer.json()) as { result: { sync_info: { latest_block_height: string } } }).result.sync_info.latest_block_height);
}
