import { CometRpc, DaonetesError } from "../index.ts";
import type { Session } from "./session.ts";

/** What a node says of itself. */
interface NodeStatus {
  node_info: { network: string; id: string };
  sync_info: { latest_block_height: string; catching_up: boolean };
  validator_info: { pub_key: { type: string; value: string } };
}

/** How many blocks a node may be behind to count as running with the network. */
const MAX_BEHIND = 100n;

/**
 * Reads the consensus key of a node that runs with this network.
 * @param url address of its RPC, such as `http://127.0.0.1:26657`
 * @throws DaonetesError DAO3062 for a node that does not answer, belongs to another network, or is behind
 */
export async function keyOfRunningNode(session: Session, url: string): Promise<Uint8Array> {
  const refuse = (why: string): DaonetesError =>
    new DaonetesError({
      code: "DAO3062",
      kind: "denied",
      message: `the node at ${url} ${why}; a seat whose node does not run counts like one that is down`,
      help: "start the node, wait until it caught up, and run this again; nothing was sent",
    });
  const status = await new CometRpc(url.replace(/\/+$/, ""), { timeoutMs: 5_000 }).call<NodeStatus>("status").catch((error: unknown) => {
    throw refuse(`does not answer (${error instanceof Error ? error.message : String(error)})`);
  });
  const { chainId, height } = await (await session.client()).status();
  if (status.node_info.network !== chainId) throw refuse(`belongs to ${status.node_info.network}, not to ${chainId}`);
  const behind = height - BigInt(status.sync_info.latest_block_height);
  if (status.sync_info.catching_up || behind > MAX_BEHIND) throw refuse(`is ${behind} blocks behind and catching up`);
  return consensusKey(status.validator_info.pub_key.value, `the key of the node at ${url}`);
}

/** Reads a consensus key in base64. @throws DaonetesError DAO1050 when it is none */
export function consensusKey(base64: string, what: string): Uint8Array {
  const key = Buffer.from(base64, "base64");
  if (key.length !== 32 || key.toString("base64") !== base64) {
    throw new DaonetesError({ code: "DAO1050", kind: "usage", message: `${what} is no ed25519 key of 32 bytes in base64`, help: "daonetesd comet show-validator prints it" });
  }
  return new Uint8Array(key);
}
