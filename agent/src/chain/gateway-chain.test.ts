import { LightError } from "@daonetes/client/light";
import test from "ava";
import { recorded, RecordedNode } from "../../test/fakes/recorded-node.ts";

const HEIGHT = BigInt(recorded.height);
const { signal } = new AbortController();

test("the manifest is proven by the header after it, and the trusted header is kept", async (t) => {
  const { chain, state } = await new RecordedNode().chain();
  const { manifest, height } = await chain.readManifest(0n, signal);
  t.is(manifest?.device, recorded.device);
  t.is(height, HEIGHT);
  t.is(state.trusted?.height, String(HEIGHT + 1n));
  const lease = await chain.readLease(signal);
  t.true((lease?.epoch ?? 0n) > 0n && (lease?.sequence ?? 0n) > 0n);
});

test("after a hint, proof and header are asked for at once", async (t) => {
  const node = new RecordedNode();
  const { chain } = await node.chain();
  t.is((await chain.readManifest(HEIGHT, signal)).height, HEIGHT);
  t.deepEqual(node.calls.sort(), ["abci_query", "commit"]);
});

test("that a device is no member is proven too", async (t) => {
  for (const stranger of Object.values(recorded.strangers)) {
    const { chain } = await new RecordedNode().chain(stranger);
    t.deepEqual(await chain.readManifest(0n, signal), { manifest: undefined, height: HEIGHT });
    t.is(await (await new RecordedNode().chain(recorded.device)).chain.readLease(signal).then((lease) => lease === undefined), false);
  }
});

const lies: Record<string, (node: RecordedNode) => void> = {
  "L-01 a manifest that another device's proof shows": (node) => {
    const other = recorded.replies.find(({ method, params }) => method === "abci_query" && String(params["data"]).startsWith("11"))!;
    node.change = (method, result) => (method === "abci_query" ? structuredClone(other.result) : result);
  },
  "L-01 an answer without a proof": (node) => {
    node.change = (method, result) => (method === "abci_query" ? { response: { ...(result["response"] as object), proofOps: null } } : result);
  },
  "L-01 absence of a device that is there": (node) => {
    const absent = recorded.replies.findLast(({ method }) => method === "abci_query")!;
    node.change = (method, result) => (method === "abci_query" ? structuredClone(absent.result) : result);
  },
  "L-01 an app hash that nobody signed": (node) => {
    node.change = (method, result) => {
      if (method === "commit") (result["signed_header"] as { header: { app_hash: string } }).header.app_hash = "00".repeat(32);
      return result;
    };
  },
};
for (const [what, lie] of Object.entries(lies)) {
  test(`${what} is refused`, async (t) => {
    const node = new RecordedNode();
    lie(node);
    const { chain } = await node.chain();
    t.is((await t.throwsAsync(chain.readManifest(0n, signal), { instanceOf: LightError }))?.fault, "forged");
  });
}

test("L-01 a header that nobody signed is refused, whatever lies in between", async (t) => {
  const node = new RecordedNode();
  node.change = (_method, result) => {
    const { commit } = (result["signed_header"] ?? {}) as { commit?: { signatures: { block_id_flag: number }[] } };
    for (const one of commit?.signatures ?? []) one.block_id_flag = 1;
    return result;
  };
  const { chain, state } = await node.chain();
  await t.throwsAsync(chain.readManifest(0n, signal), { instanceOf: LightError });
  t.is(state.trusted?.height, recorded.anchor.height);
});

test("L-07 a header an hour ahead of this clock is refused", async (t) => {
  const { chain } = await new RecordedNode().chain(recorded.device, -3_600);
  t.is((await t.throwsAsync(chain.readManifest(0n, signal), { instanceOf: LightError }))?.fault, "future");
});

test("past the trusting period nothing new is believed", async (t) => {
  const { chain, state } = await new RecordedNode().chain(recorded.device, 30 * 86_400);
  t.is((await t.throwsAsync(chain.readManifest(0n, signal), { instanceOf: LightError }))?.fault, "expired");
  t.is(state.trusted?.height, recorded.anchor.height);
});
