import test, { type ExecutionContext } from "ava";
import { eventually } from "../../docker/net/processes.ts";
import { ask, daonetes } from "../parts/cli.ts";
import { startDevice } from "../parts/device-agent.ts";
import { leftovers } from "../parts/engine.ts";
import { greeting, helloOn } from "../parts/hello-app.ts";

const NAME = "paid";
const PORT = 8096;

interface Device {
  name: string;
  address: string;
  state: string;
}

let device = "";
let stopOther = (): Promise<void> => Promise.resolve();

async function run(t: ExecutionContext, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await daonetes(args);
  t.is(exitCode, 0, stdout + stderr);
  return stdout + stderr;
}

async function refused(t: ExecutionContext, code: string, ...args: string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await daonetes(args);
  t.not(exitCode, 0, stdout + stderr);
  t.true(stderr.includes(code), stdout + stderr);
}

async function coinsOf(who: string): Promise<bigint> {
  const { coins } = await ask<{ coins: { denom: string; amount: string }[] }>("coins", "show", who);
  return BigInt(coins[0]?.amount ?? "0");
}

const devices = async (): Promise<Device[]> => (await ask<{ items: Device[] }>("device", "list")).items;
const stateOf = async (name: string): Promise<string | undefined> => (await ask<{ items: { state: string }[] }>("ps", name)).items[0]?.state;

test.serial.before("the device of this computer, and a person without coins", async () => {
  device = (await devices()).find(({ state }) => state === "online")?.name ?? "";
  await daonetes(["key", "add", "carol", "--keyring", "test"]);
});

test.serial.after.always("the network takes no fees again, and nothing stays", async () => {
  await daonetes(["network", "fees", "--none", "-y"]);
  await stopOther();
  await daonetes(["device", "revoke", "payer", "-y"]);
  await daonetes(["down", NAME, "-y"]);
  await daonetes(["creator", "remove", "carol", "-y"]);
});

test.serial("prices in a coin that nobody has, and what is no price, are refused", async (t) => {
  await refused(t, "DAO3074", "network", "fees", "moon=1000", "-y");
  await refused(t, "DAO1071", "network", "fees", "udaonet", "-y");
  await refused(t, "DAO1071", "network", "fees");
  await refused(t, "DAO3073", "coins", "send", "carol", "5");
  t.regex(await run(t, "network", "status"), /fees +none/);
});

test.serial("with prices a command pays for its gas, and says who cannot", async (t) => {
  await run(t, "creator", "add", "carol");
  t.regex(await run(t, "network", "fees", "udaonet=1000", "--daily", "1000000", "-y"), /1,000,000 gas cost 1000 udaonet/);
  t.regex(await run(t, "network", "status"), /fees +1000 udaonet for 1,000,000 gas/);
  const before = await coinsOf("alice");
  await run(t, "ticket", "create");
  const paid = before - (await coinsOf("alice"));
  t.true(paid >= 100n && paid <= 2_000n, `${paid}`);

  await refused(t, "DAO5024", "--key", "carol", "group", "create", "carols");
  await run(t, "coins", "send", "carol", "5udaonet");
  t.is(await coinsOf("carol"), 5n);
  await refused(t, "DAO5024", "--key", "carol", "group", "create", "carols");
  await run(t, "coins", "allow", "carol", "--daily", "50000");
  await run(t, "--key", "carol", "group", "create", "carols");
  await run(t, "group", "use", "home");
  t.is(await coinsOf("carol"), 5n, "alice paid");
  // Another allowance takes the place of the first.
  await run(t, "coins", "allow", "carol", "--daily", "1");
  await refused(t, "DAO5025", "--key", "carol", "--group", "carols", "ticket", "create");
  await run(t, "coins", "disallow", "carol");
  t.regex(await run(t, "coins", "show", "carol"), /may spend of +nobody else/);
  t.regex(await run(t, "--group", "", "coins", "show", "carol"), /coins +5 udaonet/, "whoever is no device needs no group");
});

test.serial("a device that joined before has no coins; once it may spend its group's, it works", async (t) => {
  const up = await daonetes(["up", "-f", "-", "-p", NAME, "--device", device, "--detach"], helloOn(PORT, "paid"));
  t.is(up.exitCode, 0, up.stdout + up.stderr);
  await eventually("it does not run", 60_000, async () => (await greeting(PORT).catch(() => "")) === "paid");
  t.not(await stateOf(NAME), "HEALTHY", "it cannot pay for a report");
  const before = await coinsOf("alice");
  await run(t, "coins", "allow", device);
  await eventually("it does not report", 120_000, async () => (await stateOf(NAME)) === "HEALTHY");
  t.true((await coinsOf("alice")) < before);
});

test.serial("who joins with a ticket of now pays from its group's coins", async (t) => {
  const { ticket } = await ask<{ ticket: string }>("ticket", "create");
  stopOther = startDevice("payer", ["--ticket", ticket, "--name", "payer"]);
  const payer = async (): Promise<Device | undefined> => (await devices()).find(({ name }) => name === "payer");
  await eventually("it did not join", 60_000, async () => (await payer())?.state === "waiting");
  await run(t, "device", "approve", "payer");
  await eventually("it did not claim its place", 60_000, async () => (await payer())?.state === "online");
  t.is(await coinsOf((await payer())?.address ?? ""), 0n);
});

test.serial("without prices everything is free again, and the devices notice", async (t) => {
  await run(t, "network", "fees", "--none", "-y");
  t.regex(await run(t, "network", "status"), /fees +none/);
  const up = await daonetes(["up", "-f", "-", "-p", NAME], helloOn(PORT, "free"));
  t.is(up.exitCode, 0, up.stdout + up.stderr);
  t.is(await greeting(PORT), "free");
  await run(t, "down", NAME, "-y");
  t.deepEqual(await leftovers(`daonet-home-${NAME}`), []);
});
