import { lstat, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { DaonetesError } from "../errors.ts";
import { decodeKeyFile, encodeKeyFile } from "./key-file.ts";
import { Keyring } from "./keyring.ts";
import { runCli } from "./program.ts";

interface Run {
  code: number;
  text: string;
}

/** Two computers of one person, `old` and `new`, which share a folder. */
async function computers(t: ExecutionContext): Promise<{ folder: string; on(computer: string, line: string, stdin?: string): Promise<Run> }> {
  const folder = await mkdtemp(join(tmpdir(), "daonetes-keys-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return {
    folder,
    on: async (computer, line, stdin = "") => {
      let text = "";
      const code = await runCli(line.split(" "), {
        environment: { DAONETES_CONFIG: join(folder, computer) },
        cwd: folder,
        stdout: (part) => void (text += part),
        stderr: (part) => void (text += part),
        interactive: false,
        readStdin: () => Promise.resolve(stdin),
        setExitCode: () => undefined,
      });
      return { code, text };
    },
  };
}

test("a key goes to another computer in a file that is its owner's alone", async (t) => {
  const { folder, on } = await computers(t);
  const address = (await on("old", "key add alice --keyring test -o name")).text.trim();
  const exported = await on("old", "key export alice");
  t.is(exported.code, 0, exported.text);
  t.regex(exported.text, /alice\.key\.json {3}alice daonet1\w+[\s\S]*plain text/);
  t.is((await lstat(join(folder, "alice.key.json"))).mode & 0o777, 0o600);
  t.regex((await on("old", "key export alice")).text, /cannot be written[\s\S]*DAO1047/, "a file that is there is kept");
  t.is((await on("new", "key import alice.key.json -o name")).text.trim(), address);
  t.is((await on("new", "key import alice.key.json --name again -o name")).text.trim(), address);
  t.regex((await on("new", "key import alice.key.json")).text, /DAO1007/, "a key that is there is kept");
  const kept = async (computer: string): Promise<unknown> => JSON.parse(await readFile(join(folder, computer, "keys", "alice.json"), "utf8"));
  t.deepEqual(await kept("new"), await kept("old"));
});

test("a multisig goes along, and a file may come and go by pipes", async (t) => {
  const { on } = await computers(t);
  for (const name of ["alice", "bob"]) await on("old", `key add ${name} --keyring test`);
  const address = (await on("old", "key multisig both --threshold 2 --member alice --member bob -o name")).text.split("\n")[0] ?? "";
  const { text } = await on("old", "key export both -");
  t.is((await on("new", "key import - -o name", text)).text.trim(), address);
});

test("an encrypted key stays encrypted, and opens with its passphrase elsewhere", async (t) => {
  const { folder } = await computers(t);
  const passphrase = () => Promise.resolve("correct horse");
  const old = new Keyring(join(folder, "one"), passphrase);
  const { info, mnemonic = "" } = await old.add("carol", "encrypted", undefined);
  const text = encodeKeyFile("carol", await old.export("carol"));
  t.false(text.includes(mnemonic.split(" ").slice(0, 3).join(" ")));
  const elsewhere = new Keyring(join(folder, "two"), passphrase);
  const { key } = await decodeKeyFile(text, "carol.key.json");
  await elsewhere.import("carol", key);
  t.deepEqual((await (await elsewhere.signer("carol")).getAccounts()).map(({ address }) => address), [info.address]);
});

test("what is no exported key, or was changed, is not taken over", async (t) => {
  const { folder, on } = await computers(t);
  await on("old", "key add alice --keyring test");
  await on("old", "key add bob --keyring test");
  await on("old", "key multisig both --threshold 2 --member alice --member bob");
  const alice = JSON.parse((await on("old", "key export alice -")).text) as Record<string, unknown>;
  const both = JSON.parse((await on("old", "key export both -")).text) as Record<string, unknown>;
  const bob = JSON.parse((await on("old", "key export bob -")).text) as Record<string, unknown>;
  const broken: [string, string][] = [
    ["no JSON", "words of alice"],
    ["null", "null"],
    ["another format", JSON.stringify({ ...alice, format: "daonetes.key.v2" })],
    ["another address", JSON.stringify({ ...alice, address: bob["address"] })],
    ["no words", JSON.stringify({ ...alice, secret: "not words" })],
    ["words that are said to be encrypted", JSON.stringify({ ...alice, kind: "encrypted" })],
    ["a key without its public one", JSON.stringify({ ...alice, kind: "encrypted", secret: "-----BEGIN AGE ENCRYPTED FILE-----", pubkey: undefined })],
    ["another threshold", JSON.stringify({ ...both, multisig: { ...(both["multisig"] as object), threshold: 1 } })],
    ["no members", JSON.stringify({ ...both, multisig: undefined })],
    ["another kind", JSON.stringify({ ...alice, kind: "ledger" })],
  ];
  for (const [what, text] of broken) {
    const error = await t.throwsAsync(decodeKeyFile(text, "file"), { instanceOf: DaonetesError }, what);
    t.is(error?.code, "DAO1046", what);
  }
  await writeFile(join(folder, "x.json"), "{}");
  t.is((await on("new", "key import x.json")).code, 2);
  t.regex((await on("new", "key import nowhere.json")).text, /DAO2001/);
  t.regex((await on("new", "key export nobody")).text, /DAO1004/);
  t.regex((await on("new", "key list")).text, /no keys yet/);
});
