import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { broadcast, DaonetesClient, decodeTicketText, Ed25519Key, encodeTicketText } from "@daonetes/client";
import { buildUnorderedTx, DaonetesError, encodeMessage, MsgReport } from "@daonetes/client/device";
import { ask, daonetes } from "../parts/cli.ts";
import { agentUp } from "../parts/device-agent.ts";
import { GATEWAY, helloOn, LOCAL_DIR } from "../parts/hello-app.ts";

interface Ticket {
  id: string;
  ticket: string;
}

test.serial("what is wrong is refused with a code and a way out, and nothing is sent", async (t) => {
  const height = async (): Promise<number> => (await ask<{ items: unknown[] }>("deployment", "list")).items.length;
  const before = await height();
  const cases: [string, string[], string, number, RegExp][] = [
    ["unknown key", [], helloOn(8094, "x", "    volumes_from: [db]\n"), 2, /volumes_from[\s\S]*DAO2\d{3}/],
    ["dangling depends_on", [], helloOn(8094, "x", "    depends_on: [db]\n"), 2, /"db"[\s\S]*DAO2\d{3}/],
    ["bad YAML", [], "services:\n  web: [\n", 2, /DAO2\d{3}/],
    ["missing variable in an image", [], "services: {web: {image: '${NOWHERE}'}}", 2, /NOWHERE[\s\S]*DAO2\d{3}/],
    ["a secret's value in a label", [], helloOn(8094, "long-enough-to-find", "    labels: {note: long-enough-to-find}\n").replace("GREETING", "DB_PASSWORD"), 2, /labels[\s\S]*DAO2\d{3}/],
    ["image that does not exist", [], helloOn(8094, "x").replace("hello:1", "nothere:1"), 4, /nothere[\s\S]*DAO2\d{3}/],
    ["stale revision", ["--if-revision", "41"], helloOn(8094, "x"), 1, /DAO3011/],
    ["no such device", ["--device", "nobody"], helloOn(8094, "x"), 4, /nobody[\s\S]*DAO5004/],
    ["no device matches", ["--on", "site=moon"], helloOn(8094, "x"), 2, /DAO4022/],
    ["foreign group", ["--group", "nowhere"], helloOn(8094, "x"), 4, /nowhere[\s\S]*DAO5004/],
    ["wrong key", ["--key", "mallory"], helloOn(8094, "x"), 4, /mallory[\s\S]*DAO1004/],
  ];
  for (const [name, args, file, exitCode, text] of cases) {
    const answer = await daonetes(["up", "-f", "-", "-p", "refused", ...args], file);
    t.is(answer.exitCode, exitCode, `${name}: ${answer.stdout}${answer.stderr}`);
    t.regex(answer.stdout + answer.stderr, text, name);
  }
  t.is(await height(), before);
});

test.serial("a revoked, an expired and a spent ticket are refused, each with its code", async (t) => {
  const revoked = await ask<Ticket>("ticket", "create");
  t.is((await daonetes(["ticket", "revoke", revoked.id])).exitCode, 0);
  const withRevoked = await agentUp("stranger", ["--ticket", revoked.ticket]);
  t.is(withRevoked.exitCode, 5, withRevoked.stderr);
  t.regex(withRevoked.stderr, /revoked[\s\S]*DAO3\d{3}/);

  // A minute is the shortest life that a ticket may have.
  const expires = await ask<Ticket>("ticket", "create", "--ttl", "1m");
  const expired = delay(62_000);
  const once = await ask<Ticket>("ticket", "create");
  const joined = await agentUp("visitor", ["--ticket", once.ticket, "--name", "visitor"], /waits for approval/);
  t.regex(joined.stdout, /visitor waits for approval/);
  const withSpent = await agentUp("stranger", ["--ticket", once.ticket]);
  t.is(withSpent.exitCode, 5, withSpent.stderr);
  t.regex(withSpent.stderr, /no uses left[\s\S]*DAO3\d{3}/);

  await expired;
  // Time on the chain is the time of its blocks: this makes one.
  await ask<Ticket>("ticket", "create");
  const withExpired = await agentUp("stranger", ["--ticket", expires.ticket]);
  t.is(withExpired.exitCode, 4, withExpired.stderr);
  t.regex(withExpired.stderr, /reached its end[\s\S]*DAO3\d{3}/);
});

test.serial("M-03 a device that waits for approval cannot report", async (t) => {
  const seed = Buffer.from((await readFile(join(LOCAL_DIR, "visitor", "device.key"), "utf8")).trim(), "base64");
  const key = Ed25519Key.fromSeed(seed);
  const client = DaonetesClient.connect(GATEWAY);
  const [status, account] = await Promise.all([client.status(), client.account(key.address).catch(() => ({ accountNumber: 0n }))]);
  const report = MsgReport.create({ device: key.address, epoch: 1n, sequence: 1n, reports: [] });
  const { txBytes } = buildUnorderedTx({
    key,
    chainId: status.chainId,
    accountNumber: account.accountNumber,
    messages: [encodeMessage("/daonetes.workload.v1.MsgReport", MsgReport, report)],
    lastBlockTime: status.time,
    gas: 400_000n,
  });
  const refused = await t.throwsAsync(broadcast(client.rpc, txBytes), { instanceOf: DaonetesError });
  t.is(refused.kind, "denied", refused.message);
  t.is((await daonetes(["device", "reject", "visitor", "-y"])).exitCode, 0);
});

test.serial("a damaged ticket, one of another network and one of another genesis are refused before anything is sent", async (t) => {
  const { ticket } = await ask<Ticket>("ticket", "create");
  const damaged = await agentUp("stranger", ["--ticket", `${ticket.slice(0, -1)}x`]);
  t.is(damaged.exitCode, 2);
  t.regex(damaged.stderr, /DAO1020/);
  const read = decodeTicketText(ticket);
  const otherChain = await agentUp("stranger", ["--ticket", encodeTicketText({ ...read, chainId: "elsewhere-1" })]);
  t.is(otherChain.exitCode, 1);
  t.regex(otherChain.stderr, /elsewhere-1[\s\S]*DAO5030/);
  const otherGenesis = await agentUp("stranger", ["--ticket", encodeTicketText({ ...read, genesisHash: new Uint8Array(32) })]);
  t.is(otherGenesis.exitCode, 1);
  t.regex(otherGenesis.stderr, /another genesis[\s\S]*DAO5031/);
  const { items } = await ask<{ items: { uses: number }[] }>("ticket", "list");
  t.is(items.at(-1)?.uses, 0, "the ticket was not used");
});

test.serial("a context whose network was made anew signs nothing", async (t) => {
  const file = join(LOCAL_DIR, "config", "contexts.json");
  const before = await readFile(file, "utf8");
  const { genesisHash } = (JSON.parse(before) as { contexts: Record<string, { genesisHash: string }> }).contexts["local"]!;
  await writeFile(file, before.replace(genesisHash, "00".repeat(32)));
  try {
    const answer = await daonetes(["up", "-f", "-", "-p", "refused"], helloOn(8094, "x"));
    t.is(answer.exitCode, 5, answer.stderr);
    t.regex(answer.stderr, /another network[\s\S]*nothing was signed[\s\S]*DAO1012/);
  } finally {
    await writeFile(file, before);
  }
});

test.serial("no Engine at the socket is named, with exit 8", async (t) => {
  const { ticket } = await ask<Ticket>("ticket", "create");
  const answer = await agentUp("stranger", ["--ticket", ticket, "--docker", join(LOCAL_DIR, "nowhere.sock")]);
  t.is(answer.exitCode, 8, answer.stderr);
  t.regex(answer.stderr, /nowhere\.sock[\s\S]*DAO4006/);
});
