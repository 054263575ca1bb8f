import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DaonetesError } from "@daonetes/client/device";
import test from "ava";
import { emptyState, joinedState, StateFolder } from "../state/agent-state.ts";
import { takeover } from "./takeover.ts";

const MEMBERSHIP = { gateway: "http://gateway", chainId: "lab-1", genesisHash: "aa", groupId: "1" };
const TRUSTED = { chain_id: "lab-1", height: "5", hash: "AA", time: "1.000000000", app_hash: "BB", next_validators: [] };

test("only a fenced agent can take over, and the wish is taken off once", async (t) => {
  const path = await mkdtemp(join(tmpdir(), "daonetes-takeover-"));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  const folder = new StateFolder(path);
  t.is((await t.throwsAsync(takeover(path), { instanceOf: DaonetesError }))?.code, "DAO4005");
  await folder.write({ ...emptyState(), membership: MEMBERSHIP, fenced: true });
  t.false(await folder.takeTakeover());
  await takeover(path);
  t.true(await folder.takeTakeover());
  t.false(await folder.takeTakeover());
  await takeover(path);
  t.true(await folder.takeTakeover());
});

test("joining the same network again keeps epoch and reports but no height; joining another one keeps nothing", (t) => {
  const state = { ...emptyState(), membership: MEMBERSHIP, epoch: "3", height: "900", manifest: "xx", reports: { "7": "a" } };
  t.like(joinedState(state, { ...MEMBERSHIP, gateway: "http://other" }, TRUSTED), { trusted: TRUSTED, epoch: "3", height: "0", manifest: "", reports: { "7": "a" } });
  for (const other of [{ chainId: "lab-2" }, { genesisHash: "bb" }, { groupId: "2" }]) {
    const membership = { ...MEMBERSHIP, ...other };
    t.deepEqual(joinedState(state, membership, TRUSTED), { ...emptyState(), membership, trusted: TRUSTED });
  }
});
