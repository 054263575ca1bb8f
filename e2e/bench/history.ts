import { setTimeout as delay } from "node:timers/promises";
import { admissionMessages, broadcast, type CometRpc, DaonetesError, workgroupMessages } from "@daonetes/client";
import type { OurDeployments } from "./our-deployments.ts";
import { atMost, preciseNow, report, takePairs } from "./pairs.ts";

/** Entries that the history has; 16 messages in a transaction, an entry each. */
const ENTRIES = Number(process.env["BENCH_ENTRIES"] || 100_000);
const PER_TX = 16;
/** Transactions that are under way at once. */
const AHEAD = 500;
const LAST = 100;

/** Q8: the last 100 entries of a group, against what the node's own index of transactions says of the same actor. */
export async function benchHistory(ours: OurDeployments, gateway: string, rpc: CometRpc): Promise<void> {
  await liftRates(ours);
  const groupId = await fill(ours);
  const url = `${gateway}/api/v1/groups/${groupId}/audit?order=desc&limit=${LAST}`;
  await untilWritten(url, (await ours.client.status()).height);
  const query = `message.sender='${ours.signing.address}'`;
  const perPage = Math.ceil(LAST / PER_TX);
  let gaveUp = 0;
  const pairs = await takePairs(async () => ({
    ours: await timed(async () => {
      const { items } = (await (await fetch(url)).json()) as { items: unknown[] };
      if (items.length !== LAST) throw new Error(`${items.length} entries instead of ${LAST}`);
    }),
    peer: await timed(async () => {
      const { txs } = await rpc.call<{ txs: unknown[] | undefined }>("tx_search", { query, page: "1", per_page: String(perPage), order_by: "desc" }).catch((error: unknown) => {
        // A node ends what takes it longer than its own limit: the time until then is the least that it would take.
        if (!(error instanceof DaonetesError) || error.kind !== "unreachable") throw error;
        gaveUp++;
        return { txs: undefined };
      });
      if (txs !== undefined && txs.length !== perPage) throw new Error(`${txs.length} transactions instead of ${perPage}`);
    }),
  }));
  await report(
    {
      id: "Q8",
      metric: `audit of one group: its last ${LAST} of ${ENTRIES} entries`,
      peer: `the node's tx_search for the same actor, the ${perPage} transactions that hold them`,
      peerVersion: "cometbft v0.40.0, kv index",
      unit: "ms",
      goal: atMost(0.1),
      note: `${PER_TX} messages in a transaction; the node's answer is transactions, not entries, and knows no groups${gaveUp === 0 ? "" : `; it gave up ${gaveUp} times without an answer, at its own limit`}`,
    },
    pairs,
  );
}

/** The network's authority lets people send as much as the history needs. */
async function liftRates({ client, signing }: OurDeployments): Promise<void> {
  const params = await client.admission.params();
  const people = { burstTxs: 1_000_000, txsPerMinute: 1_000_000, burstBytes: 1n << 30n, bytesPerMinute: 1n << 30n };
  await signing.send([admissionMessages.updateParams({ authority: signing.address, params: { ...params, people } })]);
}

/** Makes a group with this many entries. @returns its id */
async function fill({ client, signing }: OurDeployments): Promise<bigint> {
  const name = `history-${Date.now()}`;
  await signing.send([workgroupMessages.createGroup({ creator: signing.address, name, policy: {} })]);
  const { id: groupId, policy } = await client.workgroup.group(name);
  const { sequence: first } = await client.account(signing.address);
  const count = Math.ceil(ENTRIES / PER_TX);
  for (let index = 0; index < count; index++) {
    const messages = Array.from({ length: PER_TX }, (_, part) =>
      workgroupMessages.updateGroup({ authority: signing.address, groupId, policy: policy ?? {}, metadata: `${index}/${part}` }),
    );
    await again(async () => broadcast(client.rpc, await signing.sign(messages, "", 2_000_000n, first + BigInt(index))));
    while (index % 50 === 0 && first + BigInt(index - AHEAD) > (await client.account(signing.address)).sequence) await delay(20);
  }
  while ((await client.account(signing.address)).sequence < first + BigInt(count)) await delay(100);
  return groupId;
}

/** A node closes a connection that was idle while transactions were signed: it is asked once more. */
async function again(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof DaonetesError) || error.kind !== "unreachable") throw error;
    await run().catch((second: unknown) => {
      if (!(second instanceof DaonetesError) || second.code !== "DAO5011") throw second;
    });
  }
}

/** Waits until the gateway, which may be behind, has written all up to a height. */
async function untilWritten(url: string, height: bigint): Promise<void> {
  const until = performance.now() + 600_000;
  for (;;) {
    const answer = (await (await fetch(url)).json()) as { complete_to?: string };
    if (answer.complete_to !== undefined && BigInt(answer.complete_to) >= height) return;
    if (performance.now() > until) throw new Error("the gateway's history did not catch up");
    await delay(500);
  }
}

async function timed(run: () => Promise<void>): Promise<number> {
  const began = preciseNow();
  await run();
  return preciseNow() - began;
}
