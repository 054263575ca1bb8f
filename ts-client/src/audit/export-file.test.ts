import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "ava";
import { LightError } from "../light/light-error.ts";
import { type AuditContent, decodeAudit, encodeAudit, verifyAuditFile } from "./export-file.ts";

/** An export of a real network; what it says of epochs was renewed with the writer when the words changed. */
const text = readFileSync(new URL("../../../testdata/vectors/audit-export.json", import.meta.url), "utf8");
const content = decodeAudit(text);
const genesisHash = createHash("sha256").update(Buffer.from(content.genesis, "base64")).digest("hex");
const trusted = { height: BigInt(content.newest.height), hash: content.newest.hash };
const now = { seconds: BigInt(Math.floor(Date.parse(content.entries.at(-1)?.time ?? "") / 1000)) + 86_400n, nanos: 0 };
const verify = (file: AuditContent) => verifyAuditFile(file, genesisHash, now, trusted);

test("an export is verified with the genesis hash and a trusted header alone", async (t) => {
  const result = await verify(content);
  t.is(result.entries, content.entries.length);
  t.true(result.entries > 10 && result.blocks > 10);
  t.is(result.signed, result.validators);
});

test("a single changed byte of the file is found", (t) => {
  const bytes = Buffer.from(text);
  for (let index = 0; index < bytes.length; index += index < 2_000 ? 1 : 97) {
    const changed = Buffer.from(bytes);
    changed[index]! ^= 1;
    t.throws(() => decodeAudit(changed.toString("latin1")), { instanceOf: LightError }, `byte ${index}`);
  }
  t.throws(() => decodeAudit(`${text} `), { instanceOf: LightError });
});

function leaves(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, entry]) => leaves(entry, [...path, key]));
}

function changed(path: readonly (string | number)[]): AuditContent {
  const copy = structuredClone(content);
  const parent = path.slice(0, -1).reduce<Record<string, unknown>>((node, key) => node[key] as Record<string, unknown>, copy as unknown as Record<string, unknown>);
  const key = path.at(-1) as string;
  const value = parent[key];
  if (typeof value === "number") parent[key] = value + 1;
  else if (typeof value === "string" && /^\d+$/.test(value)) parent[key] = String(BigInt(value) + 1n);
  else if (typeof value === "string" && key === "genesis") parent[key] = Buffer.from(Buffer.from(value, "base64").toString("utf8").replace("1000", "1001")).toString("base64");
  else if (typeof value === "string") parent[key] = (value.startsWith("B") ? "C" : "B") + value.slice(1);
  return copy;
}

/** Labels that nothing proves. */
const LABELS = new Set(["group", "complete_from"]);

test("whoever changes a value and writes the digest anew is found by the blocks", async (t) => {
  let refused = 0;
  for (const path of leaves(content)) {
    if (LABELS.has(String(path[0]))) continue;
    const file = decodeAudit(encodeAudit(changed(path)));
    await t.throwsAsync(verify(file), undefined, path.join("."));
    refused++;
  }
  t.true(refused > 500, `${refused} changes were refused`);
});

test("an entry that nobody made, and evidence that is missing, are found", async (t) => {
  const [entry] = content.entries;
  await t.throwsAsync(verify({ ...content, entries: [...content.entries, { ...entry!, part: 5 }] }), { instanceOf: LightError });
  await t.throwsAsync(verify({ ...content, evidence: content.evidence.slice(1) }), { instanceOf: LightError });
  await t.throwsAsync(verify({ ...content, blocks: { ...content.blocks, headers: {} } }), { instanceOf: LightError });
});

test("another genesis hash and another trusted header refuse the whole file", async (t) => {
  await t.throwsAsync(verifyAuditFile(content, "00".repeat(32), now, trusted), { instanceOf: LightError });
  await t.throwsAsync(verifyAuditFile(content, genesisHash, now, { ...trusted, hash: "00".repeat(32) }), { instanceOf: LightError });
  await t.throwsAsync(verifyAuditFile(content, genesisHash, now, { height: trusted.height + 1n, hash: trusted.hash }), { instanceOf: LightError });
});
