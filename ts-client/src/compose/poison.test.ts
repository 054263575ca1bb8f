import test from "ava";
import { loadText } from "../../test/load-text.ts";

const OK = "services: {web: {image: a}}\n";

/** Text, and the code of its refusal. */
const POISON: Record<string, [() => string, string]> = {
  "billion laughs": [
    () => {
      let text = "x0: &x0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
      for (let level = 1; level < 10; level++)
        text += `x${level}: &x${level} [${Array(9)
          .fill(`*x${level - 1}`)
          .join(", ")}]\n`;
      return text + OK;
    },
    "DAO2005",
  ],
  "billion laughs by merge keys": [
    () => {
      let text = "x0: &x0 {a: 1}\n";
      for (let level = 1; level < 40; level++)
        text += `x${level}: &x${level} {<<: [*x${level - 1}, *x${level - 1}], b${level}: *x${level - 1}, c${level}: *x${level - 1}}\n`;
      return text + OK;
    },
    "DAO2005",
  ],
  "200,000 flow lists inside each other": [() => `x-a: ${"[".repeat(200_000)}${"]".repeat(200_000)}\n${OK}`, "DAO2004"],
  "200,000 flow mappings inside each other": [
    () => `x-a: ${"{a: ".repeat(200_000)}1${"}".repeat(200_000)}\n${OK}`,
    "DAO2004",
  ],
  "200,000 block lists on one line": [() => `x-a:\n${"- ".repeat(200_000)}1\n${OK}`, "DAO2004"],
  "200,000 explicit keys on one line": [() => `${"? ".repeat(200_000)}1\n`, "DAO2004"],
  "block mappings inside each other by indentation": [
    () => Array.from({ length: 1300 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
    "DAO2004",
  ],
  "an alias inside its own anchor": [() => `x-a: &a [*a]\n${OK}`, "DAO2005"],
  "more than 100 aliases": [() => `x-a: &a 1\nx-b: [${Array(101).fill("*a").join(", ")}]\n${OK}`, "DAO2005"],
  "a text of 4 MiB": [() => `x-a: ${"a".repeat(4 * 1024 * 1024)}\n${OK}`, "DAO2002"],
  "a list of 500,000 items": [() => `x-a: [${"1,".repeat(500_000)}1]\n${OK}`, "DAO2005"],
  "a mapping of 150,000 keys": [
    () => `x-a: {${Array.from({ length: 100_001 }, (_, i) => `${i.toString(36)}:`).join(",")}}\n`,
    "DAO2005",
  ],
  "10,000 services": [
    () => `services:\n${Array.from({ length: 10_000 }, (_, i) => `  s${i}: {image: a}\n`).join("")}`,
    "DAO2017",
  ],
  "interpolations inside each other": [
    () => `services: {web: {image: a, environment: {A: "${"${A:-".repeat(5000)}${"}".repeat(5000)}"}}}\n`,
    "DAO2011",
  ],
};

for (const [title, [text, code]] of Object.entries(POISON)) {
  test.serial(`P-35 ${title} is refused quickly`, async (t) => {
    const poison = text();
    // Time of the processor, not of the wall: other programs do not count.
    const start = process.cpuUsage();
    const result = await loadText(poison);
    const { user, system } = process.cpuUsage(start);
    const took = (user + system) / 1000;
    if (result.ok) return t.fail("accepted");
    t.is(String(result.diagnostics[0]?.code), code, result.diagnostics[0]?.message);
    t.true(took < 1000, `${took} ms`);
  });
}

test("P-38 a variable cannot make a text grow without end", async (t) => {
  const A = "x".repeat(500_000);
  const result = await loadText('services: {web: {image: a, environment: {A: "$A$A$A$A$A$A$A$A"}}}\n', {
    environment: { A },
  });
  t.false(result.ok);
});

test("keys with the names of object methods are only names", async (t) => {
  const names = ["constructor", "valueOf", "toString", "hasOwnProperty"];
  const environment = names.map((name) => `${name}: x`).join(", ");
  const result = await loadText(
    `services:\n${names.map((name) => `  ${name}: {image: a, environment: {${environment}}, labels: {${environment}}}\n`).join("")}`,
  );
  t.true(result.ok, JSON.stringify(!result.ok && result.diagnostics.map(({ message }) => message)));
  const ports = await loadText("services: {web: {image: a, ports: [{valueOf: 1}, {valueOf: 2}, {__proto__: 1}]}}\n");
  t.false(ports.ok);
});
