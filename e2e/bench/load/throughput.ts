import { join } from "node:path";
import { atLeast, isWanted, type Pair, report, takePairs } from "../pairs.ts";
import { Bank } from "./bank.ts";
import { Fleet } from "./fleet.ts";
import { flood } from "./flood.ts";
import { OurNetwork } from "./our-network.ts";
import { folderOn, nodes } from "./stage.ts";

/** Transactions of a round: fewer than a mempool holds. */
const TXS: Readonly<Record<number, number>> = { 1: 1_000, 4: 500 };
const ROUNDS = 10;
const WARM_UP = 1;
const PEER_VERSION = "cosmos-sdk v0.55.0";

/**
 * C1 and C2: transactions per second of status records, and of joins, approvals and deployments, against sends of a minimal
 * bank application with the same timeouts, database and sender. All are signed before the clock runs.
 */
export async function benchThroughput(validators: number): Promise<void> {
  await using stage = new AsyncDisposableStack();
  const folder = await folderOn(stage);
  const count = TXS[validators] ?? 500;
  const people = await Fleet.people(count);
  const network = stage.use(await OurNetwork.start(join(folder, "ours"), validators, people[0]?.address ?? "", Fleet.inGenesis(people)));
  const bank = stage.use(await Bank.start(join(folder, "bank"), count, { validators, ourTimeouts: true }));
  const fleet = await Fleet.found(network, people, ROUNDS * 2 + WARM_UP);
  const pairs: Record<Kind, Pair[]> = { join: [], approve: [], deploy: [], report: [] };
  await takePairs(
    async (round) => {
      const against = async (kind: Kind, txs: Uint8Array[]): Promise<Pair> => {
        const sends = await bank.sends();
        const pair = { ours: await flood(network.nodes, txs), peer: await flood(bank.chain.nodes, sends) };
        if (round >= WARM_UP) pairs[kind].push(pair);
        return pair;
      };
      await against("join", await fleet.joins());
      await against("approve", await fleet.approvals());
      await against("deploy", await fleet.deployments());
      await fleet.claimEpochs();
      return against("report", await fleet.reports());
    },
    ROUNDS,
    WARM_UP,
  );
  for (const kind of ["report", "join", "approve", "deploy"] as const) await tell(kind, validators, pairs[kind]);
}

type Kind = "join" | "approve" | "deploy" | "report";

const METRICS: Readonly<Record<Kind, { id: string; metric: string; least: number }>> = {
  report: { id: "C1", metric: "status records committed, one a transaction, signed by its device (ed25519, unordered)", least: 1.5 },
  join: { id: "C2", metric: "joins committed (ed25519, unordered)", least: 1 },
  approve: { id: "C2", metric: "approvals of devices committed (secp256k1)", least: 1 },
  deploy: { id: "C2", metric: "deployments committed (secp256k1)", least: 1 },
};

async function tell(kind: Kind, validators: number, pairs: readonly Pair[]): Promise<void> {
  const { id, metric, least } = METRICS[kind];
  if (!isWanted(id)) return;
  const peer = "sends of a minimal auth + bank application, our timeouts";
  await report({ id, metric: `${metric}, ${nodes(validators)}`, peer, peerVersion: PEER_VERSION, unit: "tx/s", goal: atLeast(least) }, pairs);
}
