import test from "ava";
import { type Identity, identityLabels, macOf, OURS, projectName, readIdentity } from "./labels.ts";

const KEY = new Uint8Array(32).fill(5);
const IDENTITY: Identity = { device: "daonet1x", groupId: 1n, deploymentId: 7n, object: "service/web", configHash: "c".repeat(64) };
const LABELS = identityLabels(KEY, IDENTITY);

test("labels of ours are read back as the identity", (t) => {
  t.deepEqual(readIdentity(KEY, { ...LABELS, other: "x" }, "service/web"), IDENTITY);
});

const forged: Record<string, string> = {
  [OURS.device]: "daonet1y",
  [OURS.group]: "2",
  [OURS.deployment]: "8",
  [OURS.configHash]: "d".repeat(64),
  [OURS.mac]: "0".repeat(32),
};
for (const [label, value] of Object.entries(forged)) {
  test(`an object with another ${label} is a stranger`, (t) => {
    t.is(readIdentity(KEY, { ...LABELS, [label]: value }, "service/web"), undefined);
  });

  test(`an object without ${label} is a stranger`, (t) => {
    const { [label]: _left, ...rest } = LABELS;
    t.is(readIdentity(KEY, rest, "service/web"), undefined);
  });
}

test("labels of one object do not fit another, nor another key", (t) => {
  t.is(readIdentity(KEY, LABELS, "service/db"), undefined);
  t.is(readIdentity(KEY, LABELS, "volume/web"), undefined);
  t.is(readIdentity(new Uint8Array(32), LABELS, "service/web"), undefined);
});

test("ids that are no decimal numbers make a stranger, without an error", (t) => {
  for (const id of ["", "x", "-1", "1e3", "0x1", "1".repeat(21)]) {
    t.is(readIdentity(KEY, { ...LABELS, [OURS.group]: id }, "service/web"), undefined);
    t.is(readIdentity(KEY, { ...LABELS, [OURS.deployment]: id }, "service/web"), undefined);
  }
});

test("the code of an identity depends on each of its parts", (t) => {
  const variants = [
    IDENTITY,
    { ...IDENTITY, device: "daonet1y" },
    { ...IDENTITY, groupId: 2n },
    { ...IDENTITY, deploymentId: 8n },
    { ...IDENTITY, object: "network/web" },
    { ...IDENTITY, configHash: "" },
  ];
  t.is(new Set(variants.map((identity) => macOf(KEY, identity))).size, variants.length);
});

test("a project is named after group and deployment", (t) => {
  t.is(projectName("lab", "shop"), "daonet-lab-shop");
});
