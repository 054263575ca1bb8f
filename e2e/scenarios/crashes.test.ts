import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { daonetes } from "../parts/cli.ts";
import { instances, leftovers } from "../parts/engine.ts";
import { greeting, helloOn, up } from "../parts/hello-app.ts";
import { kill, pause, start, type Part } from "../parts/network.ts";

const KILLS = 50;
/** Every so many kills of the agent, the gateway or the validator dies with it, in turn. */
const OTHERS = 5;

test.serial(
  `A-01 the agent dies ${KILLS} times, gateway and validator with it, while deployments change: nothing restarts that did not change, nothing doubles, nothing is left`,
  async (t) => {
    await up(t, "still", helloOn(8095, "still"));
    const [still] = await instances("daonet-home-still");
    let revision = 0;
    for (let round = 0; round < KILLS; round++) {
      if (round % OTHERS === 0) {
        const answer = await daonetes(["up", "-f", "-", "-p", "moving", "-d"], helloOn(8096, `r${++revision}`));
        t.is(answer.exitCode, 0, answer.stderr);
      }
      const dying: Part[] = ["agent"];
      if (round % OTHERS === 2) dying.push((round / OTHERS) % 2 < 1 ? "gateway" : "node0");
      await Promise.all(dying.map(kill));
      // The validator first: the gateway is ready only behind a chain that answers.
      for (const part of dying.reverse()) await start(part);
      await pause(1_500);
    }
    const settled = await daonetes(["wait", "deployment/moving", "--timeout", "120s"]);
    t.is(settled.exitCode, 0, settled.stderr);
    t.is(await greeting(8096), `r${revision}`);
    t.deepEqual(await instances("daonet-home-still"), [still], "untouched");
    await delay(3_000);
    t.deepEqual((await instances("daonet-home-moving")).map(({ state, name }) => `${name} ${state}`), ["daonet-home-moving-web-1 running"]);
    for (const name of ["still", "moving"]) {
      const down = await daonetes(["down", name, "--volumes", "-y"]);
      t.is(down.exitCode, 0, down.stderr);
      t.deepEqual(await leftovers(`daonet-home-${name}`), []);
    }
  },
);

test.serial("a gateway that is down is named, with exit 8, and what runs goes on", async (t) => {
  await up(t, "alone", helloOn(8095, "alone"));
  const before = await instances("daonet-home-alone");
  await kill("gateway");
  try {
    const answer = await daonetes(["up", "-f", "-", "-p", "alone"], helloOn(8095, "changed"));
    t.is(answer.exitCode, 8, answer.stderr);
    t.regex(answer.stderr, /DAO5001/);
    t.regex(answer.stderr, /127\.0\.0\.1/);
    t.is(await greeting(8095), "alone");
  } finally {
    await start("gateway");
  }
  t.deepEqual(await instances("daonet-home-alone"), before);
  t.is((await daonetes(["down", "alone", "--volumes", "-y"])).exitCode, 0);
});
