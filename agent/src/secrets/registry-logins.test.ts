import { newIdentity, recipientOf } from "@daonetes/client/secrets";
import test from "ava";
import { FakeChain } from "../../test/fakes/fake-chain.ts";
import { GROUP, SealedGroup } from "../../test/fakes/sealed-group.ts";
import { parseLogin, RegistryLogins } from "./registry-logins.ts";

const never = new AbortController().signal;

async function setup(): Promise<{ logins: RegistryLogins; chain: FakeChain; group: SealedGroup; recipient: string; warnings: string[] }> {
  const identity = await newIdentity();
  const chain = new FakeChain();
  const warnings: string[] = [];
  const warn = (data: object, message: string): void => void warnings.push(`${message} ${JSON.stringify(data)}`);
  const logger = { debug: () => undefined, info: () => undefined, warn, error: warn };
  const logins = new RegistryLogins({ chainId: chain.chainId, groupId: GROUP, identity, chain, logger });
  return { logins, chain, group: new SealedGroup(chain), recipient: await recipientOf(identity), warnings };
}

test("the newest login of a registry is read for each pull", async (t) => {
  const { logins, group, recipient } = await setup();
  t.is(await logins.loginOf("ghcr.io", never), undefined, "the group has none");
  await group.put("registry/ghcr.io", 1n, "ci:old");
  await group.put("registry/ghcr.io", 2n, JSON.stringify({ username: "ci", password: "n:e:w" }));
  await group.grant("registry/ghcr.io", recipient);
  t.deepEqual(await logins.loginOf("ghcr.io", never), { username: "ci", password: "n:e:w" });
  t.is(await logins.loginOf("docker.io", never), undefined);
  await group.put("registry/ghcr.io", 3n, "ci:newest");
  t.deepEqual(await logins.loginOf("ghcr.io", never), { username: "ci", password: "newest" });
});

test("a login that is not sealed to this device, cannot be opened or is no login is said by name, and the pull goes on without", async (t) => {
  const { logins, chain, group, recipient, warnings } = await setup();
  await group.put("registry/a", 1n, "ci:hidden");
  t.is(await logins.loginOf("a", never), undefined);
  await group.put("registry/b", 1n, "hidden");
  await group.grant("registry/b", recipient);
  t.is(await logins.loginOf("b", never), undefined);
  chain.secrets.set("registry/c 1", chain.secrets.get("registry/b 1")!);
  chain.secretKeys.set("registry/c 1", chain.secretKeys.get("registry/b 1")!);
  chain.grants.set("registry/c 1", chain.grants.get("registry/b 1")!);
  t.is(await logins.loginOf("c", never), undefined);
  chain.away = new Error("no network");
  t.is(await logins.loginOf("d", never), undefined);
  t.deepEqual(warnings.map((line) => /registry\/\w/.exec(line)?.[0]), ["registry/a", "registry/b", "registry/c", "registry/d"]);
  t.false(warnings.join().includes("hidden"));
});

for (const [text, login] of [
  ["ci:secret", { username: "ci", password: "secret" }],
  ["ci:with:colons\n", { username: "ci", password: "with:colons" }],
  ['{"username":"ci","password":""}', { username: "ci", password: "" }],
] as const) {
  test(`${JSON.stringify(text)} is a login`, (t) => t.deepEqual(parseLogin(text, "registry/x"), login));
}

for (const text of ["secret", ":secret", "a:b\nc", "{", '{"username":"ci"}', '{"username":1,"password":"x"}', "{}"]) {
  test(`${JSON.stringify(text)} is no login, and the error holds nothing of it`, (t) => {
    const message = t.throws(() => parseLogin(text, "registry/x"))?.message ?? "";
    t.is(message, 'the value of registry/x is neither user:password nor {"username": .., "password": ..}');
  });
}
