import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { eventually, startProcess, stopProcess } from "../../docker/net/processes.ts";
import { ask, daonetes, ROOT } from "../parts/cli.ts";
import { instances, removeProject } from "../parts/engine.ts";
import { Guide, type GuideStep, steady } from "../parts/guide.ts";
import { GATEWAY, greeting, LOCAL_DIR, REGISTRY } from "../parts/hello-app.ts";

const PATH = join(ROOT, "docs", "guide", "deciding-together.md");
const PROJECT = "daonet-plant-web";
const PORT = 8099;
/** Keys of people whose addresses stand in the guide. Whoever reads this has them: they are worth nothing. */
const WORDS: Record<string, string> = {
  bob: "wheel shoulder embark sausage uniform index nut example usual merry web endless",
  carol: "february segment orbit explain nature cargo manage seek roof marine crime surface",
};

let folder = "";

/** Gives a person a computer of their own: a folder, settings and keys. */
async function computerOf(name: string): Promise<void> {
  const home = join(folder, name);
  await mkdir(home);
  const config = join(home, "config");
  const run = (line: string, input = ""): Promise<unknown> =>
    execa(process.execPath, [join(ROOT, "ts-client", "bin", "daonetes.js"), ...line.split(" ")], { input, env: { DAONETES_CONFIG: config } });
  if (name === "alice") {
    await cp(process.env["DAONETES_CONFIG"] ?? "", config, { recursive: true });
    for (const other of ["bob", "carol"]) await rm(join(config, "keys", `${other}.json`), { force: true });
  } else {
    await run(`key add ${name} --keyring test --recover`, WORDS[name]);
    await run(`--key ${name} context create local --gateway ${GATEWAY}`);
  }
  await run("group use plant");
}

/** Types a line of the guide. Questions are answered with yes. */
async function type({ who, command }: GuideStep, numbers: readonly string[]): Promise<string> {
  const line = command.replace(/(?<=approve |proposal\/)(?<number>\d+)/, (number) => numbers[Number(number) - 1] ?? number);
  const result = await execa("bash", ["-c", line], {
    cwd: join(folder, who),
    env: { DAONETES_CONFIG: join(folder, who, "config"), PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}` },
    all: true,
    reject: false,
    timeout: 180_000,
  });
  return result.all === "" ? "" : `${result.all}\n`;
}

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "daonetes-guide-"));
  await mkdir(join(folder, "bin"));
  const program = join(folder, "bin", "daonetes");
  await writeFile(program, `#!/bin/bash\nexec ${process.execPath} ${join(ROOT, "ts-client", "bin", "daonetes.js")} "$@" -y\n`);
  await chmod(program, 0o755);
  await daonetes(["group", "create", "plant", "-q"]);
  await daonetes(["group", "use", "home", "-q"]);
  const { ticket } = await ask<{ ticket: string }>("--group", "plant", "ticket", "create", "--auto-approve", "--tag", "site=plant");
  await startProcess("agent-plant", process.execPath, [join(ROOT, "agent/bin/daonetes-agent.js"), "--state", join(LOCAL_DIR, "plant"), "up", "--ticket", ticket, "--name", "edge-1"]);
  await eventually("the device did not join", 30_000, async () => {
    const { items } = await ask<{ items: { state: string }[] }>("--group", "plant", "device", "list");
    return items.some(({ state }) => state === "online");
  });
  for (const name of ["alice", "bob", "carol"]) await computerOf(name);
});

test.after.always(async () => {
  await stopProcess("agent-plant");
  await removeProject(PROJECT);
  await rm(folder, { recursive: true, force: true });
});

test("what docs/guide/deciding-together.md says is what really happens", async (t) => {
  const guide = await Guide.read(PATH);
  await writeFile(join(folder, "alice", "compose.yaml"), guide.block("yaml").replaceAll("127.0.0.1:5077", REGISTRY));
  const printed = new Map<GuideStep, string>();
  /** Real numbers of the proposals that the guide calls 1, 2, 3. */
  const numbers: string[] = [];
  let started = "";
  for (const step of guide.steps) {
    const text = await type(step, numbers);
    // One that was carried out at once is named by the audit only, after the others.
    for (const { groups } of text.matchAll(/proposal (?<number>\d+):/g)) {
      const found = groups?.["number"] ?? "";
      if (!numbers.includes(found)) numbers.push(found);
    }
    printed.set(step, renumbered(text, numbers).replaceAll(REGISTRY, "127.0.0.1:5077").replaceAll(GATEWAY, "http://127.0.0.1:8080"));
    if (process.env["UPDATE_GOLDEN"] === undefined) t.is(steady(printed.get(step) ?? ""), steady(step.printed), `${step.who}$ ${step.command}`);
    const [container] = await instances(PROJECT);
    if (started === "") started = container?.startedAt ?? "";
    // Nothing but the update that two of three approved touches what runs.
    if (step.command.startsWith("daonetes wait")) t.is(await greeting(PORT), "good evening");
    if (!step.command.includes("approve 2") && numbers.length < 2) t.is(container?.startedAt, started, step.command);
  }
  if (process.env["UPDATE_GOLDEN"] !== undefined) await guide.update(printed);
  t.true(guide.steps.length >= 10);
});

/** Text with the guide's numbers of proposals: those of a network on which nothing was proposed before. */
function renumbered(text: string, numbers: readonly string[]): string {
  const ordinal = (number: string): string => (numbers.includes(number) ? String(numbers.indexOf(number) + 1) : number);
  return text
    .replace(/(?<=\b(?:proposal |approve |proposal\/|\/p\/|reject |withdraw ))\d+/g, ordinal)
    .replace(/^( *)(\d+)(?= +plant )/gm, (_all, space: string, number: string) => space + ordinal(number));
}
