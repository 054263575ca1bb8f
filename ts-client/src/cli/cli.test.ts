import { chmod, lstat, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { DaonetesError } from "../errors.ts";
import { EXIT_CODES } from "../exit-code.ts";
import { age, short, toJson } from "./output.ts";
import { runCli } from "./program.ts";
import { parseDuration } from "./session.ts";

const WORDS = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

interface Cli {
  folder: string;
  run(line: string, stdin?: string): Promise<Run>;
}

/** The CLI of a person with an empty configuration of their own. */
async function cli(t: ExecutionContext, environment: Record<string, string> = {}, colors = false): Promise<Cli> {
  const folder = await mkdtemp(join(tmpdir(), "daonetes-cli-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return {
    folder,
    run: async (line, stdin = "") => {
      const run: Run = { code: 0, stdout: "", stderr: "" };
      const code = await runCli(line.split(" ").filter(Boolean), {
        environment: { DAONETES_CONFIG: folder, ...environment },
        cwd: folder,
        stdout: (text) => void (run.stdout += text),
        stderr: (text) => void (run.stderr += text),
        interactive: false,
        colors,
        readStdin: () => Promise.resolve(stdin),
        setExitCode: (exitCode) => void (run.code = exitCode),
      });
      return { ...run, code: code === 0 ? run.code : code };
    },
  };
}

test("a test key is made, listed and shown; its file is the owner's alone", async (t) => {
  const { folder, run } = await cli(t);
  const added = await run("key add alice --keyring test -o json");
  t.is(added.code, 0, added.stderr);
  const { address } = JSON.parse(added.stdout) as { address: string };
  t.regex(address, /^daonet1[a-z0-9]{38}$/);
  const list = JSON.parse((await run("key list -o json")).stdout) as { items: object[] };
  t.like(list.items, [{ name: "alice", address, kind: "test" }]);
  t.is((await run("key show alice -o name")).stdout, `${address}\n`);
  t.is((await lstat(join(folder, "keys", "alice.json"))).mode & 0o777, 0o600);
  t.is((await lstat(join(folder, "keys"))).mode & 0o777, 0o700);
});

test("a file is called in errors as the person has to call it to open it", async (t) => {
  const { folder, run } = await cli(t);
  await mkdir(join(folder, "deploy/conf"), { recursive: true });
  await writeFile(join(folder, "deploy/compose.yaml"), "services: {web: {image: a, extends: {file: conf/base.yaml, service: web}}}\n");
  await writeFile(join(folder, "deploy/conf/base.yaml"), "services:\n  web:\n    volumes_from: [db]\n");
  t.regex((await run("spec check -f deploy/compose.yaml")).stderr, /^ {2}--> deploy\/conf\/base\.yaml:3:5$/m);
  t.regex((await run("spec check -f deploy/compose.yaml -o json")).stdout, /"file":"deploy\/conf\/base\.yaml"/);
  const elsewhere = await mkdtemp(join(tmpdir(), "daonetes-elsewhere-"));
  t.teardown(() => rm(elsewhere, { recursive: true }));
  await writeFile(join(elsewhere, "compose.yaml"), "services: {web: {image: a, volumes_from: [db]}}\n");
  t.true((await run(`spec check -f ${elsewhere}/compose.yaml`)).stderr.includes(`--> ${elsewhere}/compose.yaml:1:`));
  t.regex((await run("spec check -f -", "services: {web: {image: a, volumes_from: [db]}}\n")).stderr, /^ {2}--> -:1:28$/m);
});

test("colours are for a terminal whose person wants them, whatever else the environment says", async (t) => {
  const coloured = "\u001b[32m✔";
  const shown = async (colors: boolean, environment: Record<string, string>, flags = ""): Promise<string> => {
    const { run } = await cli(t, environment, colors);
    await run("key add alice --keyring test");
    const { stderr } = await run(`key remove alice -y ${flags}`);
    t.regex(stderr, /✔/);
    return stderr;
  };
  t.true((await shown(true, {})).startsWith(coloured));
  t.false((await shown(true, { NO_COLOR: "1" })).includes("\u001b"));
  t.false((await shown(true, {}, "--no-color")).includes("\u001b"));
  t.false((await shown(false, { CI: "true", TERM: "xterm", FORCE_COLOR: "1" })).includes("\u001b"));
});

test("the words of a key appear nowhere", async (t) => {
  const { run } = await cli(t);
  const { stdout, stderr } = await run("key add alice --keyring test --recover --verbose", `${WORDS}\n`);
  t.false(`${stdout}${stderr}`.includes("abandon"));
});

test("a key comes back from its words, always at the same address", async (t) => {
  const [one, two] = [await cli(t), await cli(t)];
  const first = await one.run("key add a --keyring test --recover -o name", `${WORDS}\n`);
  const second = await two.run("key add b --keyring test --recover -o name", WORDS);
  t.is(first.code, 0, first.stderr);
  t.is(first.stdout, second.stdout);
});

for (const mode of [0o644, 0o640, 0o604]) {
  test(`a key file of mode 0${mode.toString(8)} is refused with DAO1008`, async (t) => {
    const { folder, run } = await cli(t);
    await run("key add alice --keyring test");
    await chmod(join(folder, "keys", "alice.json"), mode);
    const { code, stdout } = await run("key show alice -o json");
    t.is(code, 2);
    t.is((JSON.parse(stdout) as { error: { code: string } }).error.code, "DAO1008");
  });
}

test("a key is not overwritten, and a name with a path is none", async (t) => {
  const { run } = await cli(t);
  const first = (await run("key add alice --keyring test -o name")).stdout;
  t.regex((await run("key add alice --keyring test")).stderr, /DAO1007/);
  t.is((await run("key show alice -o name")).stdout, first);
  for (const name of ["../alice", "Alice", "a/b", "x".repeat(41)]) {
    const { code, stderr } = await run(`key add ${name} --keyring test`);
    t.is(code, 2);
    t.regex(stderr, /DAO1006/);
  }
});

test("a name with a path reaches no other file", async (t) => {
  const { folder, run } = await cli(t);
  await writeFile(join(folder, "contexts.json"), '{"current":"","contexts":{}}', { mode: 0o600 });
  for (const command of ["show", "remove -y"]) t.is((await run(`key ${command} ../contexts`)).code, 4);
  t.true((await lstat(join(folder, "contexts.json"))).isFile());
});

test("an encrypted key needs somebody to type the passphrase", async (t) => {
  const { code, stderr } = await (await cli(t)).run("key add alice");
  t.is(code, 2);
  t.regex(stderr, /DAO1014/);
});

test("a key is removed only when somebody said yes", async (t) => {
  const { run } = await cli(t);
  await run("key add alice --keyring test");
  t.regex((await run("key remove alice")).stderr, /DAO1013/);
  t.is((await run("key show alice")).code, 0);
  t.is((await run("key remove alice -y")).code, 0);
  t.is((await run("key show alice")).code, 4);
});

for (const line of ["nonsense", "key nonsense", "key add", "key list --nonsense", "key list extra words", "context create x"]) {
  test(`"${line}" exits 2, with words on stderr and nothing on stdout`, async (t) => {
    const { code, stdout, stderr } = await (await cli(t)).run(line);
    t.is(code, 2);
    t.is(stdout, "");
    t.not(stderr, "");
  });
}

test("an unknown output format exits 2 and names those that are known", async (t) => {
  const { code, stderr } = await (await cli(t)).run("key list -o xml");
  t.is(code, 2);
  t.regex(stderr, /DAO1001[\s\S]*table, wide, json/);
});

test("an error is one JSON object with -o json, and a line with a help without", async (t) => {
  const { run } = await cli(t);
  const json = await run("key show nobody -o json");
  t.is(json.code, 4);
  t.is(json.stdout.trim().split("\n").length, 1);
  t.like(JSON.parse(json.stdout), { error: { code: "DAO1004", kind: "not_found" } });
  t.is(json.stderr, "");
  const text = await run("key show nobody");
  t.is(text.stdout, "");
  t.regex(text.stderr, /^error: there is no key "nobody" {3}DAO1004\nhelp: /);
});

test("the format of the environment holds for data and errors, and a flag beats it", async (t) => {
  const { run } = await cli(t, { DAONETES_OUTPUT: "json" });
  t.deepEqual(JSON.parse((await run("key list")).stdout), { height: null, items: [] });
  t.like(JSON.parse((await run("key show nobody")).stdout), { error: { code: "DAO1004" } });
  t.is((await run("key list -o name")).stdout, "");
});

test("an empty list says so on stderr, and what to do", async (t) => {
  const { code, stdout, stderr } = await (await cli(t)).run("key list");
  t.is(code, 0);
  t.is(stdout, "");
  t.regex(stderr, /daonetes key add/);
});

test("without a context commands say how to make one", async (t) => {
  const { code, stderr } = await (await cli(t)).run("ps");
  t.is(code, 2);
  t.regex(stderr, /DAO1003[\s\S]*context create/);
});

test("a damaged file of contexts is told, not overwritten", async (t) => {
  const { folder, run } = await cli(t);
  await writeFile(join(folder, "contexts.json"), "{");
  t.regex((await run("context list")).stderr, /DAO1002/);
});

test("a gateway that is no address is refused before anything is asked", async (t) => {
  t.regex((await (await cli(t)).run("context create x --gateway nowhere")).stderr, /DAO1016/);
});

interface Tree {
  name: string;
  description: string;
  options: { flags: string }[];
  commands: Tree[];
}

test("help --json is the tree of all commands, each described", async (t) => {
  const { code, stdout } = await (await cli(t)).run("help --json");
  t.is(code, 0);
  const tree = JSON.parse(stdout) as Tree;
  t.is(tree.name, "daonetes");
  t.true(tree.options.some(({ flags }) => flags.includes("--output")));
  for (const name of ["up", "ps", "group", "device", "ticket", "spec", "deployment", "context", "key", "doctor", "completion"]) {
    t.true(tree.commands.some((command) => command.name === name), name);
  }
  t.deepEqual(tree.commands.find(({ name }) => name === "key")?.commands.map(({ name }) => name), ["add", "multisig", "export", "import", "list", "show", "remove"]);
  const walk = (command: Tree): void => {
    t.not(command.description, "", command.name);
    command.commands.forEach(walk);
  };
  walk(tree);
});

test("help and version exit 0", async (t) => {
  const { run } = await cli(t);
  for (const line of ["help", "help key add", "--help", "key --help", "--version"]) {
    const { code, stdout } = await run(line);
    t.is(code, 0, line);
    t.not(stdout, "", line);
  }
});

test("completion for bash knows commands, subcommands and flags", async (t) => {
  const { code, stdout } = await (await cli(t)).run("completion bash");
  t.is(code, 0);
  t.regex(stdout, /^ {4}"key"\) words="add multisig export import list show remove/m);
  t.regex(stdout, /^ {4}"key add"\) words=".*--keyring/m);
  t.regex(stdout, /complete -o default -F _daonetes daonetes/);
});

test("completion is there for zsh and fish, and for no other shell", async (t) => {
  const { run } = await cli(t);
  t.regex((await run("completion zsh")).stdout, /bashcompinit/);
  t.regex((await run("completion fish")).stdout, /^complete -c daonetes/m);
  t.regex((await run("completion cmd")).stderr, /DAO1024/);
});

for (const [text, seconds] of Object.entries({ "90": 90, "30s": 30, "10m": 600, "6h": 21_600, "2d": 172_800, "0": 0 })) {
  test(`the duration ${text} is ${seconds} seconds`, (t) => {
    t.is(parseDuration(text), seconds);
  });
}

for (const text of ["", "s", "-5s", "1.5h", "10 m", "10w", "1h30m", "9999999999"]) {
  test(`"${text}" is no duration`, (t) => {
    t.is(t.throws(() => parseDuration(text), { instanceOf: DaonetesError }).code, "DAO1015");
  });
}

test("every kind of failure has an exit code from 1 to 8", (t) => {
  for (const code of Object.values(EXIT_CODES)) t.true(code >= 1 && code <= 8);
  t.is(EXIT_CODES.usage, 2);
});

test("texts of the output are short and exact", (t) => {
  t.is(toJson({ big: 18446744073709551615n }), '{"big":"18446744073709551615"}');
  t.is(short("daonet1xat98mvkp3vs49ly908krhjp40ndht8hwzcptk"), "daonet1xat9..cptk");
  t.is(short("daonet1x"), "daonet1x");
  t.deepEqual([-5, 5_000, 600_000, 7_200_000, 259_200_000].map(age), ["0s", "5s", "10m", "2h", "3d"]);
});
