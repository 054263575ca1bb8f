import { ReportState } from "@daonetes/client/device";
import test from "ava";
import { createOptions } from "../src/docker/create-options.ts";
import { imageOf } from "./fakes/deployments.ts";
import { FakeAgent } from "./fakes/fake-agent.ts";
import { AMBIGUOUS, BASELINE, BOMBS, GRANTED, port, REFUSED, specBytes } from "./poison-cases.ts";

/**
 * The cases P of hostile specs, as bytes on the chain that no client of ours made: the device alone decides, before any
 * call of the Engine. What is made with a grant is held against the description below, which knows nothing of the code.
 */

/** An agent that was given these bytes, and how many images it asked the Engine for. */
async function given(bytes: Uint8Array, grants: readonly string[] = []): Promise<{ agent: FakeAgent; images: string[] }> {
  const agent = new FakeAgent();
  agent.engine.registry.add(imageOf("a"));
  const images: string[] = [];
  const inspect = agent.engine.inspectImage.bind(agent.engine);
  agent.engine.inspectImage = (reference) => (images.push(reference), inspect(reference));
  agent.engine.volumes.set("data", {});
  agent.ownerWrites({ grants: grants.map((allow) => ({ allow, for: "lab/shop" })) });
  agent.assignBytes(bytes);
  await agent.passes(6);
  return { agent, images };
}

interface Said {
  state: ReportState | undefined;
  reason: string | undefined;
  text: string;
}

/** What the agent said, after a check that it did nothing else. */
async function refusal(t: { deepEqual(a: unknown, b: unknown, text?: string): void }, bytes: Uint8Array, grants: readonly string[] = []): Promise<Said> {
  const { agent, images } = await given(bytes, grants);
  t.deepEqual(agent.engine.calls, [], "nothing was pulled or made");
  t.deepEqual(images, [], "no image was asked for");
  const report = agent.chain.reports.at(-1)?.reports[0];
  return { state: report?.state, reason: report?.reason, text: report?.text ?? "" };
}

for (const [id, title, web, reason, names, top] of REFUSED) {
  test(`${id} bytes with ${title} are refused by the device before any call of the Engine`, async (t) => {
    const said = await refusal(t, specBytes(web, top), ["privileged", "engine-socket", "bind / rw", "capability ALL"]);
    t.is(said.state, ReportState.REPORT_STATE_REFUSED);
    t.is(said.reason, reason, said.text);
    t.regex(said.text, names);
  });
}

for (const [id, title, web, needs, made, top] of GRANTED) {
  // The group of the socket is asked for by number: the device knows which one it is, the list of powers cannot.
  const grants = needs.length === 0 ? ["engine-socket"] : needs;
  const bytes = specBytes(web, top, needs);

  test(`${id} bytes with ${title} are refused by the device before any call of the Engine, each line of the grant being needed`, async (t) => {
    for (const missing of grants) {
      const said = await refusal(t, bytes, grants.filter((grant) => grant !== missing));
      t.is(said.state, ReportState.REPORT_STATE_REFUSED);
      t.is(said.reason, "GrantMissing", said.text);
      t.true(said.text.includes(`{"allow":"${missing}","for":"lab/shop"}`), said.text);
    }
  });

  test(`${id} bytes with ${title} get that, and nothing more, where the owner has granted it`, async (t) => {
    const { agent } = await given(bytes, grants);
    const [container, ...others] = [...agent.engine.containers.values()];
    t.deepEqual(others, []);
    if (container === undefined) return t.fail(agent.chain.reports.at(-1)?.reports[0]?.text);
    const allowed: typeof BASELINE = { ...BASELINE, ...made };
    // No Engine takes a control group namespace together with all powers.
    if (allowed.Privileged === true) delete allowed.CgroupnsMode;
    t.deepEqual(createOptions(container.config).HostConfig as typeof BASELINE, allowed);
  });
}

test("bytes that ask for nothing are made with the baseline", async (t) => {
  const { agent } = await given(specBytes({}));
  t.deepEqual([...agent.engine.containers.values()].map(({ config }) => createOptions(config).HostConfig), [BASELINE]);
});

test("P-15 ${AGENT_KEY} in bytes stays text", async (t) => {
  process.env["AGENT_KEY"] = "of the agent";
  const { agent } = await given(specBytes({ command: ["${AGENT_KEY}", "$AGENT_KEY"], environment: { A: "${AGENT_KEY:-x}" }, labels: { l: "$$" } }));
  delete process.env["AGENT_KEY"];
  const [container] = [...agent.engine.containers.values()];
  const { Cmd, Env, Labels } = createOptions(container!.config);
  t.deepEqual(Cmd, ["${AGENT_KEY}", "$AGENT_KEY"]);
  t.deepEqual(Env, ["A=${AGENT_KEY:-x}"]);
  t.is(Labels?.["l"], "$$");
});

test("P-08 a shared network bears the name of the group: that of another group is another network", async (t) => {
  const { agent } = await given(specBytes({}, { networks: { default: { shared: "back" } } }));
  t.deepEqual([...agent.engine.networks.keys()], ["daonet_lab_back"]);
  const forged = await refusal(t, specBytes({}, { networks: { default: { shared: "../other_back" } } }));
  t.is(forged.reason, "SpecInvalid");
});

test("P-29 a port that something else holds stops nothing and makes nothing", async (t) => {
  const agent = new FakeAgent();
  agent.engine.registry.add(imageOf("a"));
  agent.heldPorts.add(8080);
  agent.assignBytes(specBytes(port(8080)));
  await agent.passes(6);
  t.like(agent.chain.reports.at(-1)?.reports[0], { state: ReportState.REPORT_STATE_FAILED, reason: "PortInUse" });
  t.deepEqual(agent.containers, []);
});

for (const [title, bytes] of AMBIGUOUS) {
  test(`P-37 bytes with ${title} are refused`, async (t) => {
    const said = await refusal(t, bytes);
    t.is(said.reason, "SpecInvalid", said.text);
    t.not(said.text, "");
  });
}

for (const [id, title, bytes] of BOMBS) {
  test.serial(`${id} bytes with ${title} are refused within a second of the processor and 32 MiB`, async (t) => {
    const bomb = bytes();
    await refusal(t, specBytes({ privileged: 1 }));
    const before = process.memoryUsage().heapUsed;
    const started = process.cpuUsage();
    const said = await refusal(t, bomb);
    const { user, system } = process.cpuUsage(started);
    t.is(said.reason, "SpecInvalid", said.text);
    t.true((user + system) / 1000 < 1000, `${(user + system) / 1000} ms`);
    t.true(process.memoryUsage().heapUsed - before < 32 * 1024 * 1024 + bomb.length);
  });
}
