/** Makes the network of docker-compose.yml: keys and homes of four validators and a full node, and one genesis. Once. */
import { existsSync } from "node:fs";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createNetwork, showNodeId } from "../net/chain.ts";
import { aliceAddress } from "../net/cli.ts";
import { CHAIN_ID, folders } from "../net/layout.ts";
import { runProgram } from "../net/processes.ts";

const VALIDATORS = 4;
const P2P_PORT = 26656;
/** The full node comes after the validators; a gateway asks it. */
const NODES = VALIDATORS + 1;

const daonetesd = join(folders.bin, "daonetesd");
const done = join(folders.node(VALIDATORS), "config", "created");

if (existsSync(done)) process.stdout.write("the network was made before; nothing was changed\n");
else {
  await createNetwork(await aliceAddress());
  const fullNode = folders.node(VALIDATORS);
  await runProgram(daonetesd, ["init", "fullnode", "--chain-id", CHAIN_ID, "--home", fullNode, "--serve", "--force"]);
  await copyFile(join(folders.node(0), "config", "genesis.json"), join(fullNode, "config", "genesis.json"));
  const peers = await Promise.all(Array.from({ length: NODES }, async (_, index) => `${await showNodeId(index)}@node${index}:${P2P_PORT}`));
  for (let index = 0; index < NODES; index++) await connect(index, peers.filter((_, other) => other !== index));
  await writeFile(done, "");
  process.stdout.write(`made ${CHAIN_ID}: ${VALIDATORS} validators, 1 full node\n`);
}

/** Names the peers of a node in its configuration. */
async function connect(index: number, peers: readonly string[]): Promise<void> {
  const file = join(folders.node(index), "config", "config.toml");
  const text = await readFile(file, "utf8");
  const changed = text.replace(/^persistent_peers = ".*"$/m, `persistent_peers = "${peers.join(",")}"`);
  if (changed === text) throw new Error(`${file} has no line persistent_peers`);
  await writeFile(file, changed);
}
