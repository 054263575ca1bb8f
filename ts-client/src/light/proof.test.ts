import { readFileSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { CommitmentProof } from "cosmjs-types/cosmos/ics23/v1/proofs";
import { Lease, Manifest } from "../gen/daonetes/workload/v1/core.ts";
import { CometRpc } from "../transport/comet-rpc.ts";
import { anchor, LightClient } from "./light-client.ts";
import { LightError } from "./light-error.ts";
import { type ProofOp, provenValue } from "./proof.ts";
import { RpcSource } from "./source.ts";
import { contentKey, leaseKey, manifestKey, WORKLOAD_STORE } from "./store-keys.ts";
import { TrustedStore } from "./store.ts";
import type { TrustedHeader } from "./verify.ts";

interface NodeReplies {
  chainId: string;
  device: string;
  strangers: { low: string; high: string };
  groupId: string;
  specHash: string;
  anchor: { height: string; hash: string };
  height: string;
  replies: { method: string; params: Record<string, unknown>; result: unknown }[];
}

/** Replies of a real node. */
const recorded = JSON.parse(readFileSync(new URL("../../../testdata/vectors/node-replies.json", import.meta.url), "utf8")) as NodeReplies;
const HEIGHT = BigInt(recorded.height);

/** The recorded node, or one that changes what it says. */
function source(change: (method: string, result: unknown) => unknown = (_, result) => result): RpcSource {
  return new RpcSource(
    new CometRpc("http://node", {
      fetch: (_url, init) => {
        const { method, params } = JSON.parse(init?.body as string) as { method: string; params: Record<string, unknown> };
        const wanted = JSON.stringify(params);
        const reply = recorded.replies.find((one) => one.method === method && JSON.stringify(one.params) === wanted);
        const body = reply === undefined ? { error: { code: -32603, message: "Internal error", data: "height must be less than or equal to the current blockchain height" } } : { result: change(method, structuredClone(reply.result)) };
        return Promise.resolve(new Response(JSON.stringify({ jsonrpc: "2.0", id: 1, ...body })));
      },
    }),
  );
}

async function trusted(from = source()): Promise<TrustedHeader> {
  return anchor(from, recorded.chainId, BigInt(recorded.anchor.height), Buffer.from(recorded.anchor.hash, "hex"));
}

async function clientOf(t: ExecutionContext, change?: (method: string, result: unknown) => unknown): Promise<{ client: LightClient; header: () => Promise<TrustedHeader> }> {
  const store = new TrustedStore(await trusted());
  const { time } = (await source().header(HEIGHT + 1n))!.header;
  const client = new LightClient({ source: source(change), store, now: () => ({ seconds: time.seconds + 2n, nanos: 0 }) });
  t.is(store.newest.height, BigInt(recorded.anchor.height));
  return { client, header: () => client.advance(HEIGHT + 1n) };
}

test("manifest, lease and spec of a real chain are proven from the header of a ticket", async (t) => {
  const { client, header } = await clientOf(t);
  const proven = await header();
  const manifest = Manifest.decode((await client.read(proven, WORKLOAD_STORE, manifestKey(recorded.device)))!);
  t.is(manifest.device, recorded.device);
  t.is(manifest.assignments[0]?.specHash, recorded.specHash);
  t.true(Lease.decode((await client.read(proven, WORKLOAD_STORE, leaseKey(recorded.device)))!).epoch > 0n);
  t.truthy(await client.read(proven, WORKLOAD_STORE, contentKey(BigInt(recorded.groupId), recorded.specHash)));
});

test("that a device is unknown is proven by its neighbours", async (t) => {
  const { client, header } = await clientOf(t);
  const proven = await header();
  for (const stranger of Object.values(recorded.strangers)) t.is(await client.read(proven, WORKLOAD_STORE, manifestKey(stranger)), undefined);
});

async function ops(key: Uint8Array): Promise<ProofOp[]> {
  return (await source().proof(WORKLOAD_STORE, key, HEIGHT))!;
}

test("L-01 a flipped byte anywhere in a proof, of presence or absence, is refused or proves the same", async (t) => {
  const { header } = await clientOf(t);
  const { appHash } = await header();
  for (const address of [recorded.device, recorded.strangers.low, recorded.strangers.high]) {
    const key = manifestKey(address);
    const honest = await ops(key);
    const truth = provenValue(appHash, WORKLOAD_STORE, key, honest);
    let refused = 0;
    let same = 0;
    for (const [step, { data }] of honest.entries()) {
      for (let index = 0; index < data.byteLength; index++) {
        const forged = honest.map((op, at) => (at === step ? { ...op, data: data.map((byte, i) => (i === index ? byte ^ (1 << (index % 8)) : byte)) } : op));
        try {
          t.deepEqual(provenValue(appHash, WORKLOAD_STORE, key, forged), truth, `byte ${index} of step ${step}`);
          same++;
        } catch (error) {
          t.true(error instanceof LightError && error.fault === "forged", String(error));
          refused++;
        }
      }
    }
    // Only bytes that say nothing may change, such as the key that a proof of absence names.
    t.true(refused > 500 && same < refused / 10, `${refused} refused, ${same} the same`);
  }
});

test("L-01 a proof of another key, another store, another height, or cut short is refused", async (t) => {
  const { header } = await clientOf(t);
  const { appHash } = await header();
  const key = manifestKey(recorded.device);
  const honest = await ops(key);
  const [inStore, overStores] = honest as [ProofOp, ProofOp];
  const lease = await ops(leaseKey(recorded.device));
  const forgeries: [string, () => unknown][] = [
    ["value of another key", () => provenValue(appHash, WORKLOAD_STORE, key, lease)],
    ["another key under its name", () => provenValue(appHash, WORKLOAD_STORE, key, [{ ...lease[0]!, key }, overStores])],
    ["another store", () => provenValue(appHash, "workgroup", key, honest)],
    ["another store under its name", () => provenValue(appHash, "workgroup", key, [inStore, { ...overStores, key: Buffer.from("workgroup") }])],
    ["another app hash", () => provenValue(new Uint8Array(32), WORKLOAD_STORE, key, honest)],
    ["one step", () => provenValue(appHash, WORKLOAD_STORE, key, [inStore])],
    ["the steps in reverse", () => provenValue(appHash, WORKLOAD_STORE, key, [overStores, inStore])],
    ["absence by the neighbours of another key", () => absenceOf(appHash, key)],
  ];
  for (const [what, run] of forgeries) t.is(t.throws(run, { instanceOf: LightError })?.fault, "forged", what);
});

async function lowNeighbours(): Promise<ProofOp[]> {
  return ops(manifestKey(recorded.strangers.low));
}
const low = await lowNeighbours();

function absenceOf(appHash: Uint8Array, key: Uint8Array): unknown {
  const { nonexist } = CommitmentProof.decode(low[0]!.data);
  const data = CommitmentProof.encode(CommitmentProof.fromPartial({ nonexist: { ...nonexist!, key } })).finish();
  return provenValue(appHash, WORKLOAD_STORE, key, [{ ...low[0]!, key, data }, low[1]!]);
}

/** Every leaf of a reply, with its path. */
function leaves(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, entry]) => leaves(entry, [...path, key]));
}

function changeLeaf(result: unknown, path: readonly (string | number)[]): unknown {
  const parent = path.slice(0, -1).reduce<Record<string, unknown>>((node, key) => node[key] as Record<string, unknown>, result as Record<string, unknown>);
  const key = path.at(-1) as string;
  const value = parent[key];
  if (typeof value === "number") parent[key] = value + 1;
  else if (typeof value === "string" && /^\d+$/.test(value)) parent[key] = String(BigInt(value) + 1n);
  else if (typeof value === "string") parent[key] = (value.startsWith("A") ? "B" : "A") + value.slice(1);
  else parent[key] = typeof value === "boolean" ? !value : "x";
  return result;
}

/** Parts of a reply that nobody signs and nothing is taken from. */
const UNUSED = /canonical|proposer_priority|response\.(?:log|info|index|codespace|value|key)|^count|^total/;

test("L-01 each changed part of a header, its signatures or its validators is refused", async (t) => {
  const commit = recorded.replies.find(({ method, params }) => method === "commit" && params["height"] === String(HEIGHT + 1n))!;
  for (const path of leaves(commit.result)) {
    if (UNUSED.test(path.join("."))) continue;
    const { header } = await clientOf(t, (method, result) => (method === "commit" ? changeLeaf(result, path) : result));
    await t.throwsAsync(header(), { instanceOf: LightError }, path.join("."));
  }
  const validators = recorded.replies.find(({ method }) => method === "validators")!;
  for (const path of leaves(validators.result)) {
    if (UNUSED.test(path.join(".")) || path.join(".") === "block_height") continue;
    const lying = source((method, result) => (method === "validators" ? changeLeaf(result, path) : result));
    await t.throwsAsync(trusted(lying), { instanceOf: LightError }, path.join("."));
  }
});

test("replies that have not the form of one are refused", async (t) => {
  for (const nonsense of [null, 7, "text", [], {}, { signed_header: null }, { signed_header: { header: [], commit: {} } }, { signed_header: { header: { height: "1e9" }, commit: {} } }]) {
    const { header } = await clientOf(t, () => nonsense);
    await t.throwsAsync(header(), undefined, JSON.stringify(nonsense));
  }
});
