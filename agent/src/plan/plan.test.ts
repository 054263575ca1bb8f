import type { CanonicalSpec } from "@daonetes/client/compose";
import type { CanonicalService } from "@daonetes/client/compose";
import { ReportState } from "@daonetes/client/device";
import test from "ava";
import { desiredOf, imageOf, service, specOf } from "../../test/fakes/deployments.ts";
import { containerConfig } from "../desired/container-config.ts";
import { FakeDevice } from "../../test/fakes/reconcile.ts";
import type { DesiredDeployment } from "../desired/desired-state.ts";
import { emptyMemory } from "./memory.ts";

const A = specOf({ web: service("a", { ports: [{ target: 80, protocol: "tcp", published: 8080 }] }) });
const B = specOf({ web: service("b", { ports: [{ target: 80, protocol: "tcp", published: 8080 }] }) });

function device(...images: string[]): FakeDevice {
  const made = new FakeDevice();
  for (const letter of images) made.engine.registry.add(imageOf(letter));
  return made;
}

test("a new deployment is pulled, given its network, created and started, step by step", async (t) => {
  const one = device("a");
  const desired = desiredOf(A);
  t.is(await one.planText(desired), `pullImage image/${imageOf("a")} (needed by web)`);
  await one.pass(desired);
  t.is(await one.planText(desired), "createNetwork network/default (needed)");
  await one.pass(desired);
  t.is(await one.planText(desired), "createContainer container/web (revision 1)");
  await one.pass(desired);
  t.is(await one.planText(desired), "startContainer start/c1 (created)");
  const status = await one.settle(desired);
  t.is(status.state, ReportState.REPORT_STATE_HEALTHY);
  t.is(status.runningRevision, 1n);
});

test("a plan for what is as desired is empty", async (t) => {
  const one = device("a");
  await one.settle(desiredOf(A));
  t.is(await one.planText(desiredOf(A)), "");
});

test("an update pulls before it stops, and keeps the former container until the new one passed", async (t) => {
  const one = device("a");
  await one.settle(desiredOf(A));
  const update = desiredOf(B, { revision: 2n });
  await one.pass(update);
  t.is((await one.status(update)).reason, "ImageNotFound");
  t.is([...one.engine.containers.values()][0]?.state, "running", "nothing stops while the image is missing");

  one.engine.registry.add(imageOf("b"));
  one.engine.behaviours.set(imageOf("b"), { healthyAfter: 5_000 });
  one.now += 60_000;
  await one.pass(update);
  await one.pass(update);
  await one.pass(update);
  await one.pass(update);
  t.deepEqual([...one.engine.containers.values()].map(({ name, state }) => `${name} ${state}`), [
    "daonet-lab-shop-web-1 exited",
    "daonet-lab-shop-web-1-r2 running",
  ]);
  const status = await one.settle(update);
  t.is(status.state, ReportState.REPORT_STATE_HEALTHY);
  t.deepEqual([...one.engine.containers.values()].map(({ name, state }) => `${name} ${state}`), ["daonet-lab-shop-web-1 running"]);
});

test("each container is given the time that it was made with before it is killed, also where the spec has changed since", async (t) => {
  const one = device("a");
  const spec = specOf({ db: service("a", { stop_grace_period: 60e9 }), quick: service("a", { stop_grace_period: 2e9 }), web: service("a") });
  await one.settle(desiredOf(spec));
  await one.settle(desiredOf(specOf({ web: service("a") }), { held: true }));
  t.deepEqual([...one.engine.containers.values()].map(({ name, grace }) => `${name} ${grace}`).sort(), ["daonet-lab-shop-db-1 60", "daonet-lab-shop-quick-1 2", "daonet-lab-shop-web-1 10"]);
});

test("an update that does not come up gives way to what ran before, and is not tried again", async (t) => {
  const one = device("a", "b");
  one.engine.behaviours.set(imageOf("b"), { unhealthy: true });
  await one.settle(desiredOf(A));
  const update = desiredOf(B, { revision: 2n });
  const status = await one.settle(update);
  t.is(status.state, ReportState.REPORT_STATE_FAILED);
  t.is(status.reason, "Unhealthy");
  t.is(status.runningRevision, 1n);
  t.deepEqual([...one.engine.containers.values()].map(({ name, state }) => `${name} ${state}`), ["daonet-lab-shop-web-1 running"]);
  t.is(await one.planText(update), "");
  const again = await one.settle(desiredOf(A, { revision: 3n }));
  t.is(again.state, ReportState.REPORT_STATE_HEALTHY);
  t.is(again.runningRevision, 3n);
});

test("a port that another program holds is found before anything is stopped", async (t) => {
  const one = device("a", "b");
  await one.settle(desiredOf(A));
  one.foreignPorts.add(9090);
  const update = desiredOf(specOf({ web: service("b", { ports: [{ target: 80, protocol: "tcp", published: 9090 }] }) }), { revision: 2n });
  const status = await one.settle(update, 30);
  t.is(status.reason, "PortInUse");
  t.deepEqual([...one.engine.containers.values()].map(({ state }) => state), ["running"]);
});

test("a service waits for the health of the one it depends on", async (t) => {
  const one = device("a", "b");
  one.engine.behaviours.set(imageOf("b"), { healthyAfter: 3_000 });
  const spec = specOf({ web: service("a", { depends_on: { db: { condition: "service_healthy" } } }), db: service("b") });
  for (let pass = 0; pass < 4; pass++) await one.pass(desiredOf(spec));
  t.deepEqual([...one.engine.containers.values()].map(({ name, state }) => `${name} ${state}`).sort(), [
    "daonet-lab-shop-db-1 running",
    "daonet-lab-shop-web-1 created",
  ]);
  t.is((await one.settle(desiredOf(spec))).state, ReportState.REPORT_STATE_HEALTHY);
});

test("a job that ends with 0 is COMPLETED, otherwise FAILED, and is started once", async (t) => {
  const { restart: _none, healthcheck: _check, ...job } = service("a");
  const spec = specOf({ job });
  const good = device("a");
  good.engine.behaviours.set(imageOf("a"), { endsAfter: 2_000 });
  t.is((await good.settle(desiredOf(spec))).state, ReportState.REPORT_STATE_COMPLETED);
  t.is([...good.engine.containers.values()][0]?.starts, 1);

  const bad = device("a");
  bad.engine.behaviours.set(imageOf("a"), { endsAfter: 2_000, exitCode: 3 });
  const status = await bad.settle(desiredOf(spec));
  t.is(status.state, ReportState.REPORT_STATE_FAILED);
  t.is(status.reason, "ExitedNonZero");
  t.is([...bad.engine.containers.values()][0]?.starts, 1);
});

test("a service that keeps ending is started again with growing pauses", async (t) => {
  const one = device("a");
  one.engine.behaviours.set(imageOf("a"), { endsAfter: 1_000, exitCode: 1 });
  for (let second = 0; second < 120; second++) {
    await one.pass(desiredOf(A));
    one.now += 1_000;
  }
  const status = await one.status(desiredOf(A));
  t.is(status.state, ReportState.REPORT_STATE_DEGRADED);
  t.is(status.reason, "CrashLoop");
  const starts = [...one.engine.containers.values()][0]?.starts ?? 0;
  t.true(starts >= 4 && starts <= 6, `${starts} starts in two minutes`);
});

test("a container that was removed or stopped by hand comes back", async (t) => {
  const one = device("a");
  await one.settle(desiredOf(A));
  one.engine.containers.clear();
  t.is((await one.settle(desiredOf(A))).state, ReportState.REPORT_STATE_HEALTHY);
  await one.engine.stopContainer([...one.engine.containers.keys()][0] as string, 10);
  one.now += 1_000;
  t.is((await one.settle(desiredOf(A))).state, ReportState.REPORT_STATE_HEALTHY);
});

test("strangers are never touched, and a name that they hold gets a suffix", async (t) => {
  const one = device("a");
  const stranger = desiredOf(A).services[0];
  one.engine.images.add(imageOf("a"));
  await one.pass(desiredOf(A));
  const id = await one.engine.createContainer({
    name: "daonet-lab-shop-web-1",
    image: imageOf("a"),
    imageId: imageOf("a"),
    labels: { "dev.daonetes.device": "daonet1device", "dev.daonetes.deployment": "7", "dev.daonetes.group": "1", "dev.daonetes.config-hash": stranger?.configHash ?? "", "dev.daonetes.mac": "forged", "com.docker.compose.service": "web" },
    secretVariables: [], environment: [],
    tty: false,
    openStdin: false,
    exposedPorts: [],
    host: { ...containerConfig(desiredOf(A), stranger!, "x", { device: "", macKey: new Uint8Array(), defaultMemory: 0, networkName: String, volumeName: String, imageId: "", imageVolumes: [], providerId: String, contentRoot: "", secretRoot: "" }).host, capAdd: [], capDrop: [], securityOpt: [], readonlyRootfs: false, init: false, memory: 0, memoryReservation: 0, memorySwap: 0, nanoCpus: 0, cpuShares: 0, cpusetCpus: "", pidsLimit: 0, oomScoreAdj: 0, shmSize: 0, mounts: [], portBindings: {}, networkMode: "none", dns: [], dnsOptions: [], dnsSearch: [], extraHosts: [], groupAdd: [], sysctls: {}, ulimits: [], logDriver: "local", logOptions: {} },
  });
  const status = await one.settle(desiredOf(A));
  t.is(status.state, ReportState.REPORT_STATE_HEALTHY);
  t.is(one.engine.containers.get(id)?.state, "created");
  t.true([...one.engine.containers.values()].some(({ name }) => name === "daonet-lab-shop-web-1-r1"));
  await one.settle(desiredOf(A, { intent: 5 }));
  t.deepEqual([...one.engine.containers.keys()], [id]);
});

test("a container that is not what was asked for is removed, reported, and not made again until something changes", async (t) => {
  const one = device("a");
  one.engine.twisted.set("daonet-lab-shop-web-1", { privileged: true });
  const status = await one.settle(desiredOf(A), 60);
  t.like(status, { state: ReportState.REPORT_STATE_FAILED, reason: "VerifyFailed" });
  t.regex(status.text, /other privileged than asked for/);
  t.is(one.engine.containers.size, 0);
  const made = () => one.engine.calls.filter((call) => call.startsWith("create ")).length;
  t.is(made(), 1);
  t.false(one.engine.calls.some((call) => call.startsWith("start ")));
  // Killed between the removal and now: it is made once more, and again not started.
  one.memory = emptyMemory();
  await one.settle(desiredOf(A), 60);
  t.is(made(), 2);
  one.engine.twisted.clear();
  await one.settle(desiredOf(A), 60);
  t.is(made(), 2, "nothing changed");
  t.is((await one.settle(desiredOf(A, { revision: 2n }))).state, ReportState.REPORT_STATE_HEALTHY);
});

test("an update whose container is not what was asked for gives way to what ran before", async (t) => {
  const one = device("a", "b");
  await one.settle(desiredOf(A));
  one.engine.twisted.set("daonet-lab-shop-web-1-r2", { capAdd: ["SYS_ADMIN"] });
  const status = await one.settle(desiredOf(B, { revision: 2n }));
  t.like(status, { state: ReportState.REPORT_STATE_FAILED, reason: "VerifyFailed", runningRevision: 1n });
  t.deepEqual([...one.engine.containers.values()].map(({ name, state }) => `${name} ${state}`), ["daonet-lab-shop-web-1 running"]);
});

test("limits that this Engine drops are a notice, and the container runs", async (t) => {
  const one = device("a");
  one.engine.unknownLimits.add("pidsLimit");
  const status = await one.settle(desiredOf(A));
  t.is(status.state, ReportState.REPORT_STATE_HEALTHY);
  t.deepEqual(status.notices, ["web: this Engine does not keep its process limit"]);
});

test("P-31 an image of another platform is neither made nor started", async (t) => {
  const one = device("a", "b");
  one.engine.platforms.set(imageOf("a"), "linux/arm64");
  const status = await one.settle(desiredOf(A));
  t.like(status, { state: ReportState.REPORT_STATE_FAILED, reason: "PlatformMismatch", text: "the image of web is for linux/arm64, wanted is linux/amd64" });
  t.is(one.engine.containers.size, 0);
  const asked = desiredOf(specOf({ web: service("a", { platform: "linux/arm64/v8" }) }), { revision: 2n });
  t.is((await one.settle(asked)).state, ReportState.REPORT_STATE_HEALTHY);
});

test("P-31 a container of another image than was checked is not started again, but made anew", async (t) => {
  const one = device("a");
  await one.settle(desiredOf(A));
  const [id] = one.engine.containers.keys();
  one.engine.twisted.set("daonet-lab-shop-web-1", { imageId: "swapped" });
  await one.engine.stopContainer(id as string, 10);
  one.now += 60_000;
  await one.pass(desiredOf(A));
  t.false(one.engine.containers.has(id as string));
  one.engine.twisted.clear();
  t.is((await one.settle(desiredOf(A))).state, ReportState.REPORT_STATE_HEALTHY);
});

/** A service with this restart policy; undefined = Compose's "no". */
function serviceWith(restart: CanonicalService["restart"]): DesiredDeployment {
  const { restart: _usual, healthcheck: _check, ...rest } = service("a");
  return desiredOf(specOf({ web: restart === undefined ? rest : { ...rest, restart } }));
}

const interruptions: Record<string, (one: FakeDevice) => void> = {
  "the machine lost power": (one) => {
    one.engine.restart("power loss", one.now + 60_000);
    one.restartAgent();
    one.now += 60_000;
  },
  "the Engine was restarted": (one) => {
    one.now += 1;
    one.engine.restart("shutdown", one.now);
    one.now += 1_000;
  },
  "somebody stopped it": (one) => { one.byHand("c1", "stop"); },
  "somebody killed it": (one) => { one.byHand("c1", "kill"); },
};
for (const [what, interrupt] of Object.entries(interruptions)) {
  for (const restart of [undefined, { policy: "on-failure" as const, max_attempts: 1 }, { policy: "always" as const }]) {
    test(`${what}: a service with restart ${restart?.policy ?? "no"} runs again at once, which counts as no restart`, async (t) => {
      const one = device("a");
      const desired = serviceWith(restart);
      await one.settle(desired);
      interrupt(one);
      const status = await one.settle(desired);
      t.is(status.state, ReportState.REPORT_STATE_HEALTHY);
      t.is(one.engine.containers.get("c1")?.starts, 2);
      t.is(status.services[0]?.restarts, 0);
    });
  }
}

test("a job that ended by itself is not started again after a reboot, seen or not, as long as the Engine was heard of", async (t) => {
  for (const exitCode of [0, 3]) {
    const one = device("a");
    one.engine.behaviours.set(imageOf("a"), { endsAfter: 2_000, exitCode });
    const desired = serviceWith(undefined);
    const before = await one.settle(desired);
    one.engine.restart("power loss", one.now);
    one.restartAgent();
    const after = await one.settle(desired);
    t.is(after.state, before.state);
    t.is(one.engine.containers.get("c1")?.starts, 1);
  }
});

test("in doubt a job that ended with 0 stays COMPLETED, and one that ended otherwise starts again", async (t) => {
  for (const [exitCode, starts] of [[0, 1], [3, 2]] as const) {
    const one = device("a");
    const desired = serviceWith(undefined);
    await one.settle(desired);
    // It ends, and the machine goes down before anybody looked.
    const container = one.engine.containers.get("c1")!;
    Object.assign(container, { state: "exited", exitCode, finishedAt: one.now + 500 });
    one.now += 1_000;
    one.engine.restart("power loss", one.now);
    one.restartAgent();
    const status = await one.settle(desired);
    t.is(status.state, exitCode === 0 ? ReportState.REPORT_STATE_COMPLETED : ReportState.REPORT_STATE_HEALTHY);
    t.is(container.starts, starts);
  }
});

test("what was stopped by the agent starts again when it is wanted again, also a job that ended with 0 on the stop", async (t) => {
  for (const restart of [undefined, { policy: "on-failure" as const }]) {
    for (const stopCode of [0, 143]) {
      const one = device("a");
      one.engine.behaviours.set(imageOf("a"), { stopCode });
      const desired = serviceWith(restart);
      await one.settle(desired);
      await one.settle({ ...desired, intent: "stop" });
      one.restartAgent();
      t.is((await one.settle(desired)).state, ReportState.REPORT_STATE_HEALTHY);
      t.is(one.engine.containers.get("c1")?.starts, 2);
    }
  }
});

test("a failed update starts the former containers again, though they ended well on the stop", async (t) => {
  const one = device("a", "b");
  one.engine.behaviours.set(imageOf("b"), { unhealthy: true });
  const { restart: _usual, ...rest } = service("a");
  await one.settle(desiredOf(specOf({ web: rest })));
  const status = await one.settle(desiredOf(specOf({ web: { ...rest, image: service("b").image } }), { revision: 2n }));
  t.like(status, { state: ReportState.REPORT_STATE_FAILED, runningRevision: 1n });
  t.deepEqual([...one.engine.containers.values()].map(({ name, state }) => `${name} ${state}`), ["daonet-lab-shop-web-1 running"]);
});

test("a former container that ends while the update cannot begin is started again", async (t) => {
  const one = device("a");
  await one.settle(desiredOf(A));
  const update = desiredOf(B, { revision: 2n });
  await one.pass(update);
  one.byHand("c1", "kill");
  t.is((await one.settle(update)).reason, "ImageNotFound");
  t.is(one.engine.containers.get("c1")?.state, "running");
});

const hands = { stop: "stopped by hand", kill: "stopped by hand", pause: "paused by hand", remove: "was removed by hand", detach: "detached by hand", limit: "updated by hand", restartPolicy: "updated by hand", addLimit: "is not as it was made" } as const;
for (const [what, cause] of Object.entries(hands)) {
  test(`A-24 our container after "${what}" by hand is repaired at the next looks, and counted`, async (t) => {
    const one = device("a");
    await one.settle(desiredOf(A));
    const before = one.now;
    one.byHand("c1", what as keyof typeof hands);
    while ((await one.pass(desiredOf(A))).length > 0) one.now += 1_000;
    t.true(one.now - before <= 10_000, `${one.now - before} ms`);
    const status = await one.settle(desiredOf(A));
    t.is(status.state, ReportState.REPORT_STATE_HEALTHY);
    t.is(status.drift.count, 1);
    t.true(status.drift.last.includes(cause), status.drift.last);
    const [container] = one.engine.containers.values();
    t.like(container, { state: "running", restartPolicy: "no" });
    t.like(container?.limits, { memory: 6e9, cpuShares: 0 });
    t.deepEqual([...(container?.networks ?? [])], ["daonet-lab-shop_default"]);
    t.is(await one.planText(desiredOf(A)), "");
  });
}

test("A-24 a network that was removed by hand is made again and joined", async (t) => {
  const one = device("a");
  await one.settle(desiredOf(A));
  one.byHand("c1", "detach");
  one.engine.networks.clear();
  t.is((await one.settle(desiredOf(A))).state, ReportState.REPORT_STATE_HEALTHY);
  t.deepEqual([...one.engine.networks.keys()], ["daonet-lab-shop_default"]);
  t.deepEqual([...one.engine.containers.get("c1")!.networks], ["daonet-lab-shop_default"]);
});

test("what the agent removes and stops itself is no drift", async (t) => {
  const one = device("a", "b");
  await one.settle(desiredOf(A));
  await one.settle(desiredOf(B, { revision: 2n }));
  await one.settle(desiredOf(B, { revision: 2n, held: true }));
  const status = await one.settle(desiredOf(A, { revision: 3n }));
  t.deepEqual(status.drift, { count: 0, last: "" });
});

test("networks of deployments get subnets of their own, clear of routes and of other networks", async (t) => {
  const one = device("a");
  const two = specOf({ web: service("a", { networks: { back: {}, front: {} } }) });
  const spec = { ...two, networks: { back: {}, front: { enable_ipv6: true as const } } };
  one.routes.add("10.213.0.0/17");
  t.is((await one.settle(desiredOf(spec))).state, ReportState.REPORT_STATE_HEALTHY);
  const subnets = [...one.engine.networks.values()].flatMap((network) => network.subnets.map(({ subnet }) => subnet));
  t.is(subnets.length, 3);
  t.is(subnets.filter((subnet) => /^10\.213\.(?:12[89]|1[3-9]\d|2\d\d)\.0\/24$/.test(subnet)).length, 2, subnets.join(" "));
  t.is(subnets.filter((subnet) => subnet.startsWith("fd")).length, 1);
});

test("a subnet that cannot be had is SubnetClash, touches nothing, and is made when it is free", async (t) => {
  const one = device("a", "b");
  await one.settle(desiredOf(A));
  const spec = { ...B, networks: { default: { subnets: [{ subnet: "172.20.5.0/24" }] } } };
  one.routes.add("172.20.0.0/16");
  const update = desiredOf(spec, { revision: 2n });
  t.like(await one.settle(update, 60), { state: ReportState.REPORT_STATE_FAILED, reason: "SubnetClash", text: "172.20.5.0/24 of network default overlaps 172.20.0.0/16, a route or address of this device", runningRevision: 1n });
  t.deepEqual([...one.engine.containers.values()].map(({ name, state }) => `${name} ${state}`), ["daonet-lab-shop-web-1 running"]);
  one.routes.clear();
  t.like(await one.settle(update), { state: ReportState.REPORT_STATE_HEALTHY, runningRevision: 2n });
});

test("removal leaves volumes, removal with volumes leaves nothing", async (t) => {
  const spec = specOf({ db: service("a", { volumes: [{ type: "volume", source: "data", target: "/data" }] }) }, ["data"]);
  const one = device("a");
  await one.settle(desiredOf(spec));
  t.is((await one.settle(desiredOf(spec, { intent: 4 }))).state, ReportState.REPORT_STATE_STOPPED);
  t.deepEqual([one.engine.containers.size, one.engine.networks.size, one.engine.volumes.size], [0, 0, 1]);
  t.is((await one.settle(desiredOf(spec, { intent: 5 }))).state, ReportState.REPORT_STATE_STOPPED);
  t.deepEqual([one.engine.containers.size, one.engine.networks.size, one.engine.volumes.size], [0, 0, 0]);
});

test("a deployment finds the volumes that an earlier one of its name left, and removes them with volumes", async (t) => {
  const spec = specOf({ db: service("a", { volumes: [{ type: "volume", source: "data", target: "/data" }] }) }, ["data"]);
  const one = device("a");
  await one.settle(desiredOf(spec));
  await one.settle(desiredOf(spec, { intent: 4 }));
  const left = [...one.engine.volumes.keys()];
  const again = { ...desiredOf(spec), deploymentId: 8n };
  t.is((await one.settle(again)).state, ReportState.REPORT_STATE_HEALTHY);
  t.deepEqual([...one.engine.volumes.keys()], left);
  t.is((await one.settle({ ...desiredOf(spec, { intent: 5 }), deploymentId: 8n })).state, ReportState.REPORT_STATE_STOPPED);
  t.is(one.engine.volumes.size, 0);
});

test("what the owner holds is stopped and said so", async (t) => {
  const one = device("a");
  await one.settle(desiredOf(A));
  t.is((await one.settle(desiredOf(A, { held: true }))).state, ReportState.REPORT_STATE_HELD);
  t.is([...one.engine.containers.values()][0]?.state, "exited");
  t.is((await one.settle(desiredOf(A))).state, ReportState.REPORT_STATE_HEALTHY);
});

test("without the chain a deployment runs on, or stops when its policy says so, and starts again afterwards", async (t) => {
  const one = device("a");
  await one.settle(desiredOf(A, { stopAfter: 60n }));
  t.is((await one.settle(desiredOf(A, { stopAfter: 0n, silentMs: 1e9 }))).state, ReportState.REPORT_STATE_HEALTHY);
  t.is((await one.settle(desiredOf(A, { stopAfter: 60n, silentMs: 59_000 }))).state, ReportState.REPORT_STATE_HEALTHY);
  const stopped = await one.settle(desiredOf(A, { stopAfter: 60n, silentMs: 60_000 }));
  t.is(stopped.state, ReportState.REPORT_STATE_STOPPED);
  t.is(stopped.reason, "OfflineLimit");
  t.is((await one.settle(desiredOf(A, { stopAfter: 60n }))).state, ReportState.REPORT_STATE_HEALTHY);
  t.is(one.engine.containers.size, 1);
});

test("deployments that name one external network meet on one bridge, which goes with the last of them", async (t) => {
  const spec: CanonicalSpec = { ...specOf({ web: service("a", { networks: { proxy: { aliases: ["w"] } } }) }), networks: { proxy: { shared: "edge" } } };
  const one = device("a");
  const first = desiredOf(spec);
  const second = { ...desiredOf(spec), deploymentId: 8n, name: "blog", project: "daonet-lab-blog" };
  await one.settle(first);
  t.deepEqual([...one.engine.networks.keys()], ["daonet_lab_edge"]);
  await one.settle(second);
  t.deepEqual([...one.engine.networks.keys()], ["daonet_lab_edge"]);
  t.deepEqual([...one.engine.containers.values()].map(({ networks }) => [...networks]), [["daonet_lab_edge"], ["daonet_lab_edge"]]);
  await one.settle({ ...first, intent: "remove" });
  t.deepEqual([...one.engine.networks.keys()], ["daonet_lab_edge"]);
  await one.settle({ ...second, intent: "remove" });
  t.deepEqual([...one.engine.networks.keys()], []);
});

test("a bridge that another deployment is about to join is left alone", async (t) => {
  const spec: CanonicalSpec = { ...specOf({ web: service("a", { networks: { proxy: {} } }) }), networks: { proxy: { shared: "edge" } } };
  const one = device("a");
  const leaving = desiredOf(spec);
  await one.settle(leaving);
  one.wantedSharedNetworks.add("edge");
  await one.settle({ ...leaving, intent: "remove" });
  t.deepEqual([...one.engine.networks.keys()], ["daonet_lab_edge"]);
  one.wantedSharedNetworks.clear();
  await one.settle({ ...leaving, intent: "remove" });
  t.deepEqual([...one.engine.networks.keys()], []);
});
