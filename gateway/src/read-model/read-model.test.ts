import { workload } from "@daonetes/client";
import test from "ava";
import { changesAt, DEVICE, event, group, HASH, sampleModel } from "../../test/fakes/state.ts";
import { apply } from "./apply.ts";
import { EventLog } from "./event-log.ts";
import { objectKey } from "./model.ts";
import { RenderedObjects } from "./rendered.ts";
import { touched } from "./touched.ts";

test("an event of a work group touches its group, device and ticket", (t) => {
  const all = touched([event("1-0-0", "workgroup.DeviceJoined", { group_id: "1", device: DEVICE, ticket_id: "4" })]);
  t.deepEqual(all.groups, new Set([1n]));
  t.deepEqual(all.devices, new Set([DEVICE]));
  t.deepEqual(all.tickets, new Set([4n]));
  t.deepEqual(all.leases, new Set([DEVICE]));
  t.false(all.validators);
});

test("a report touches the device's reports and the deployment, not the group", (t) => {
  const all = touched([event("1-0-0", "workload.Reported", { group_id: "1", device: DEVICE, deployment_id: "7" })]);
  t.deepEqual(all.reports, new Set([DEVICE]));
  t.deepEqual(all.deployments, new Set([7n]));
  t.is(all.groups.size, 0);
  t.is(all.devices.size, 0);
});

test("an event about a spec touches it by group and hash", (t) => {
  const all = touched([event("1-0-0", "workload.SpecPublished", { group_id: "1", hash: HASH })]);
  t.deepEqual([...all.specs], [[`1/${HASH}`, { groupId: 1n, hash: HASH }]]);
});

test("secrets are read again where they, or the revisions that pin them, changed; readers by their key", (t) => {
  const all = touched([
    event("1-0-0", "workload.SecretPut", { group_id: "1", name: "shop/DB", version: "2" }),
    event("1-0-1", "workload.SecretGranted", { group_id: "2", scope: "shop", generation: "3", recipient: DEVICE }),
    event("1-0-2", "workload.DeploymentUpdated", { group_id: "4", deployment_id: "7", revision: "2" }),
  ]);
  t.deepEqual(all.secrets, new Set([1n, 4n]));
  t.deepEqual([...all.secretReaders], [["2 shop 3", { groupId: 2n, scope: "shop", generation: 3n }]]);
});

test("secrets that are gone, and keys that nobody can read, go from the model", (t) => {
  const model = sampleModel();
  apply(model, changesAt(11n, { secrets: new Map([[1n, { versions: [], keys: [] }]]), secretReaders: new Map([["1 shop 1", []]]) }));
  t.is(model.secrets.size + model.secretReaders.size, 0);
});

test("an event of the validator set touches the validators, an empty device nothing", (t) => {
  t.true(touched([event("1-0-0", "valset.PowerChanged")]).validators);
  t.is(touched([event("1-0-0", "workload.Reported", { device: "" })]).leases.size, 0);
});

test("changes bring the model to their height and date what they touched", (t) => {
  const model = sampleModel(10n);
  apply(model, changesAt(11n, { groups: new Map([[2n, group(2n, "renamed")]]) }));
  t.is(model.height, 11n);
  t.is(model.groups.get(2n)?.name, "renamed");
  t.is(model.modified.get(objectKey.group(2n)), 11n);
  t.is(model.modified.get(objectKey.group(1n)), 10n);
});

test("what is gone from the chain goes from the model, and that is dated", (t) => {
  const model = sampleModel();
  apply(
    model,
    changesAt(11n, {
      groups: new Map([[1n, undefined]]),
      tickets: new Map([[4n, undefined]]),
      devices: new Map([[DEVICE, undefined]]),
      specs: new Map([[`1/${HASH}`, { groupId: 1n, hash: HASH, spec: undefined }]]),
      deployments: new Map([[7n, undefined]]),
      leases: new Map([[DEVICE, undefined]]),
    }),
  );
  t.false(model.groups.has(1n));
  t.is(model.tickets.size + model.devices.size + model.specs.size + model.deployments.size + model.leases.size, 0);
  for (const key of [objectKey.group(1n), objectKey.ticket(4n), objectKey.device(DEVICE), objectKey.spec(1n, HASH), objectKey.deployment(7n)]) {
    t.is(model.modified.get(key), 11n, key);
  }
});

test("reports of a device replace its former ones and date their deployments", (t) => {
  const model = sampleModel();
  const report = (deploymentId: bigint): workload.Report => workload.Report.fromPartial({ deploymentId });
  apply(model, changesAt(11n, { reports: new Map([[DEVICE, [report(7n), report(8n)]]]) }));
  apply(model, changesAt(12n, { reports: new Map([[DEVICE, [report(7n)]]]) }));
  t.deepEqual([...model.reports.get(DEVICE)!.keys()], [7n]);
  t.is(model.modified.get(objectKey.deployment(7n)), 12n);
  t.is(model.modified.get(objectKey.device(DEVICE)), 12n);
});

test("a report that is gone dates its deployment too", (t) => {
  const model = sampleModel();
  apply(model, changesAt(11n, { reports: new Map([[DEVICE, [workload.Report.fromPartial({ deploymentId: 7n })]]]) }));
  apply(model, changesAt(12n, { reports: new Map([[DEVICE, []]]) }));
  t.is(model.modified.get(objectKey.deployment(7n)), 12n);
});

test("a lease dates the deployments that its device holds", (t) => {
  const model = sampleModel();
  apply(model, changesAt(11n, { leases: new Map([[DEVICE, workload.Lease.fromPartial({ device: DEVICE, unreachable: true })]]) }));
  t.is(model.modified.get(objectKey.deployment(7n)), 11n);
});

test("the log gives what came after an id, in order", (t) => {
  const log = new EventLog(1n);
  log.append([event("9-0-0"), event("10-0-0"), event("10-0-1"), event("10-1-0")]);
  t.deepEqual(log.after("10-0-0").map(({ id }) => id), ["10-0-1", "10-1-0"]);
  t.is(log.after(undefined).length, 4);
  t.deepEqual(log.after("11-0-0"), []);
});

test("a full log drops the oldest events and says from which block it is complete", (t) => {
  const log = new EventLog(1n);
  log.append(Array.from({ length: 20_000 }, (_, index) => event(`${index + 1}-0-0`)));
  t.is(log.firstHeight, 1n);
  log.append([event("20001-0-0"), event("20002-0-0")]);
  t.is(log.after(undefined).length, 20_000);
  t.is(log.firstHeight, 3n);
});

test("listeners hear new events until they stop", (t) => {
  const log = new EventLog(1n);
  const heard: string[] = [];
  const stop = log.listen(({ id }) => heard.push(id));
  log.append([event("1-0-0"), event("1-0-1")]);
  stop();
  log.append([event("2-0-0")]);
  t.deepEqual(heard, ["1-0-0", "1-0-1"]);
});

test("an answer keeps its ETag over blocks and carries the current height", (t) => {
  const model = sampleModel(10n);
  const rendered = new RenderedObjects();
  let views = 0;
  const get = () => rendered.get(model, "k", [objectKey.group(1n)], () => ({ views: ++views }));
  const { etag } = get();
  t.deepEqual(JSON.parse(get().body.toString()), { views: 1, height: "10" });
  apply(model, changesAt(11n));
  t.is(get().etag, etag);
  t.deepEqual(JSON.parse(get().body.toString()), { views: 1, height: "11" });
});

test("an answer and its ETag change with the object", (t) => {
  const model = sampleModel(10n);
  const rendered = new RenderedObjects();
  const get = () => rendered.get(model, "k", [objectKey.group(1n)], () => ({ name: model.groups.get(1n)?.name }));
  const { etag } = get();
  apply(model, changesAt(11n, { groups: new Map([[1n, group(1n, "renamed")]]) }));
  t.not(get().etag, etag);
  t.deepEqual(JSON.parse(get().body.toString()), { name: "renamed", height: "11" });
});

test("another model empties what was rendered", (t) => {
  const rendered = new RenderedObjects();
  const get = (name: string) => rendered.get(sampleModel(10n), "k", [], () => ({ name })).body.toString();
  t.regex(get("a"), /"a"/);
  t.regex(get("b"), /"b"/);
});
