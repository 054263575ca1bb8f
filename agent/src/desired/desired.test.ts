import { encodeCanonical, hashSpec } from "@daonetes/client/compose";
import test from "ava";
import { desiredOf, service, specOf } from "../../test/fakes/deployments.ts";
import type { ChainPort } from "../chain/chain-port.ts";
import { configHash, networkHash } from "./config-hash.ts";
import { SpecSource } from "./spec-source.ts";

const SPEC = specOf({ web: service("a", { volumes: [{ type: "volume", source: "data", target: "/d" }] }), db: service("b") }, ["data"]);

test("services are sorted and numbered, and named by digest", (t) => {
  const desired = desiredOf(SPEC);
  t.deepEqual(desired.services.map(({ name, index }) => [name, index]), [["db", 0], ["web", 1]]);
  t.like(desired, { project: "daonet-lab-shop", intent: "run", held: false });
  t.deepEqual(desired.volumes, [{ name: "data", labels: {} }]);
});

test("a change of one service leaves the hash of the other", (t) => {
  const other = specOf({ web: service("c"), db: service("b") }, ["data"]);
  t.not(configHash(SPEC, "web", 0n, 1), configHash(other, "web", 0n, 1));
  t.is(configHash(SPEC, "db", 0n, 1), configHash(other, "db", 0n, 1));
});

test("a restart generation, a profile, a used network or volume change the hash", (t) => {
  const mounts = specOf({ web: service("a", { volumes: [{ type: "volume", source: "data", target: "/d" }] }) }, ["data"]);
  const base = configHash(mounts, "web", 0n, 1);
  const hashes = [
    configHash(mounts, "web", 1n, 1),
    configHash(mounts, "web", 0n, 2),
    configHash({ ...mounts, networks: { default: { internal: true } } }, "web", 0n, 1),
    configHash({ ...mounts, volumes: { data: { labels: { a: "b" } } } }, "web", 0n, 1),
  ];
  t.is(new Set([base, ...hashes]).size, 5);
  t.not(networkHash(mounts, "default"), networkHash({ ...mounts, networks: { default: { internal: true } } }, "default"));
});

test("a service in another's network changes with it, and a circle ends", (t) => {
  const pair = (letter: string) => specOf({ web: service("a", { network_mode: "service:db" }), db: service(letter, { network_mode: "service:web" }) });
  t.not(configHash(pair("b"), "web", 0n, 1), configHash(pair("c"), "web", 0n, 1));
});

function sourceOf(bytes: Uint8Array, stored?: Uint8Array): { source: SpecSource; reads: string[]; written: Uint8Array[] } {
  const reads: string[] = [];
  const written: Uint8Array[] = [];
  const chain = { readSpec: (_group: bigint, hash: string) => (reads.push(hash), Promise.resolve(bytes)) } as unknown as ChainPort;
  const folder = { readSpec: () => Promise.resolve(stored), writeSpec: (_hash: string, content: Uint8Array) => (written.push(content), Promise.resolve()) };
  return { source: new SpecSource({ monotonic: () => 0 }, chain, folder, { ensure: () => Promise.resolve() }), reads, written };
}

const assignment = (specHash: string) => ({ specHash }) as Parameters<SpecSource["get"]>[1];
const never = new AbortController().signal;

test("a spec is read from the chain once, kept and judged", async (t) => {
  const bytes = encodeCanonical(SPEC);
  const { source, reads, written } = sourceOf(bytes);
  t.like(await source.get(1n, assignment(hashSpec(bytes)), never), { spec: { format: "daonetes.spec.v1" } });
  await source.get(1n, assignment(hashSpec(bytes)), never);
  t.is(reads.length, 1);
  t.is(written.length, 1);
});

test("a spec on disk is not read again, a damaged one is", async (t) => {
  const bytes = encodeCanonical(SPEC);
  const kept = sourceOf(bytes, bytes);
  await kept.source.get(1n, assignment(hashSpec(bytes)), never);
  t.is(kept.reads.length, 0);
  const damaged = sourceOf(bytes, Buffer.from("{}"));
  await damaged.source.get(1n, assignment(hashSpec(bytes)), never);
  t.is(damaged.reads.length, 1);
});

test("other bytes than those of the hash are an error and are not kept", async (t) => {
  const { source, written } = sourceOf(Buffer.from("{}"));
  await t.throwsAsync(source.get(1n, assignment(`sha256:${"a".repeat(64)}`), never), { message: /other bytes/ });
  t.is(written.length, 0);
});

test("bytes that are no canonical spec are refused, not run", async (t) => {
  const bytes = Buffer.from('{"format":"daonetes.spec.v1","services":{}, "x":1}');
  const { source } = sourceOf(bytes);
  t.like(await source.get(1n, assignment(hashSpec(bytes)), never), { refusal: { reason: "SpecInvalid" } });
});

test("a spec that no owner could allow is refused with rule and place", async (t) => {
  const bytes = encodeCanonical(specOf({ web: service("a", { ports: [{ target: 22, protocol: "tcp", published: 22 }] }) }));
  const { source } = sourceOf(bytes);
  const verdict = await source.get(1n, assignment(hashSpec(bytes)), never);
  t.like(verdict, { refusal: { reason: "PolicyRefused" } });
  t.regex((verdict as { refusal: { text: string } }).refusal.text, /services\/web/);
});

