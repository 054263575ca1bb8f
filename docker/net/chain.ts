import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { CHAIN_ID, folders, ports, validators } from "./layout.ts";
import { eventually, logTail, runProgram, startProcess } from "./processes.ts";

const daonetesd = join(folders.bin, "daonetesd");
/** What the first person has, for those who try fees: `GENESIS_COINS=1000000udaonet`. */
const coins = process.env["GENESIS_COINS"] ? [process.env["GENESIS_COINS"]] : [];
const run = (args: readonly string[]): Promise<string> => runProgram(daonetesd, args, { timeoutMs: 60_000 });

/** Makes homes and genesis of the network unless they are there. @param authority first authority, creator and operator */
export async function createNetwork(authority: string): Promise<void> {
  const first = folders.node(0);
  if (existsSync(join(first, "config", "created"))) return;
  for (let index = 0; index < validators; index++) {
    await mkdir(folders.node(index), { recursive: true });
    await run(["init", `node${index}`, "--chain-id", CHAIN_ID, "--home", folders.node(index), "--serve", "--force"]);
  }
  await run(["genesis", "add-account", authority, ...coins, "--home", first]);
  await run(["genesis", "set-authority", authority, "--home", first]);
  await run(["genesis", "add-creator", authority, "--home", first]);
  for (let index = 0; index < validators; index++) {
    const key = JSON.parse(await readFile(join(folders.node(index), "config", "priv_validator_key.json"), "utf8")) as { pub_key: { value: string } };
    await run(["genesis", "add-validator", "--moniker", `node${index}`, "--operator", authority, "--pubkey", key.pub_key.value, "--home", first]);
  }
  await run(["genesis", "validate", "--home", first]);
  for (let index = 1; index < validators; index++) {
    await copyFile(join(first, "config", "genesis.json"), join(folders.node(index), "config", "genesis.json"));
  }
  await writeFile(join(first, "config", "created"), `${validators}\n`);
}

/** Number of validators that the network was made with. */
export async function validatorCount(): Promise<number> {
  return Number(await readFile(join(folders.node(0), "config", "created"), "utf8"));
}

/** Starts the nodes and waits until there is a block. @returns height */
export async function startNetwork(): Promise<number> {
  const count = await validatorCount();
  const peers: string[] = [];
  for (let index = 0; index < count; index++) {
    peers.push(`${await showNodeId(index)}@127.0.0.1:${ports.p2p(index)}`);
  }
  for (let index = 0; index < count; index++) {
    await startProcess(`node${index}`, daonetesd, [
      "start",
      "--home", folders.node(index),
      "--p2p.laddr", `tcp://127.0.0.1:${ports.p2p(index)}`,
      "--rpc.laddr", `tcp://127.0.0.1:${ports.rpc(index)}`,
      "--grpc.address", `127.0.0.1:${ports.grpc(index)}`,
      "--api.address", `tcp://127.0.0.1:${ports.api(index)}`,
      "--p2p.persistent_peers", peers.filter((_, other) => other !== index).join(","),
      "--log_level", "error",
    ]);
  }
  try {
    await eventually("the chain made no block", 60_000, async () => (await height()) > 0);
  } catch (error) {
    throw new Error(`${String(error)}; its log ends with:\n${await logTail("node0")}`, { cause: error });
  }
  return height();
}

/** Id under which a node's peers know it. */
export async function showNodeId(index: number): Promise<string> {
  return (await run(["comet", "show-node-id", "--home", folders.node(index)])).trim();
}

/** Height of the first node. */
export async function height(): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${ports.rpc(0)}/status`, { signal: AbortSignal.timeout(3_000) });
  const body = (await response.json()) as { result: { sync_info: { latest_block_height: string } } };
  return Number(body.result.sync_info.latest_block_height);
}
