import { readFileSync } from "node:fs";
import test from "ava";
import { CODES } from "./codes.ts";
import { GRANTED_FIELDS } from "./granted-fields.ts";
import { SIMPLE_FIELDS } from "./service-fields.ts";
import { SERVICE_KEYS, TOP_LEVEL_KEYS } from "./verdicts.ts";

const schema = JSON.parse(readFileSync(new URL("schema/compose-spec.json", import.meta.url), "utf8"));

/** Keys that long-form.ts, load.ts and the files they call read by name. */
const READ_ELSEWHERE = [
  "attach",
  "build",
  "configs",
  "container_name",
  "cpu_period",
  "cpu_quota",
  "cpu_shares",
  "cpus",
  "cpuset",
  "depends_on",
  "deploy",
  "env_file",
  "environment",
  "extends",
  "image",
  "label_file",
  "labels",
  "links",
  "mem_limit",
  "mem_reservation",
  "mem_swappiness",
  "memswap_limit",
  "network_mode",
  "networks",
  "oom_score_adj",
  "pids_limit",
  "ports",
  "profiles",
  "pull_policy",
  "restart",
  "scale",
  "secrets",
  "shm_size",
  "tmpfs",
  "volumes",
];

/** A service is put together of three definitions. */
function schemaKeys(): string[] {
  const { service, container_spec, workload_spec } = schema.$defs;
  return [service, container_spec, workload_spec].flatMap(({ properties }) => Object.keys(properties)).sort();
}

test("every service key of the schema has a verdict, and no other key has one", (t) => {
  t.is(schemaKeys().length, 93);
  t.deepEqual(Object.keys(SERVICE_KEYS).sort(), schemaKeys());
});

test("every top-level key of the schema has a verdict", (t) => {
  t.deepEqual(Object.keys(TOP_LEVEL_KEYS).sort(), Object.keys(schema.properties).sort());
});

test("a key works exactly if something reads it", (t) => {
  const works = Object.keys(SERVICE_KEYS).filter((key) => SERVICE_KEYS[key]!.works);
  t.deepEqual(works.sort(), [...Object.keys(SIMPLE_FIELDS), ...Object.keys(GRANTED_FIELDS), ...READ_ELSEWHERE].sort());
});

test("a key that does not work says why and what else to do", (t) => {
  for (const [key, { works, verdict, rule, help }] of Object.entries({ ...SERVICE_KEYS, ...TOP_LEVEL_KEYS })) {
    t.true(rule.length > 0, key);
    if (!works) t.true(help.length > 0, key);
    if (verdict === "refuse") t.false(works, key);
    if (verdict === "allow") t.true(works, key);
  }
});

test("codes have the form DAO2xxx and a meaning", (t) => {
  for (const [code, meaning] of Object.entries(CODES)) {
    t.regex(code, /^DAO2[0-3]\d\d$/);
    t.true(meaning.length > 5);
  }
});
