import test from "ava";
import { cpuTime } from "../../test/cpu-time.ts";
import { loadCompose } from "./index.ts";
import type { Diagnostic } from "./index.ts";

/** Codes of what a file is refused for, and how long that took. */
async function refusal(
  text: string,
  files: Record<string, string> = {},
): Promise<{ codes: string[]; diagnostics: Diagnostic[]; milliseconds: number }> {
  const started = cpuTime();
  const result = await loadCompose({
    files: [{ path: "/project/compose.yaml", text }],
    projectDirectory: "/project",
    projectName: "project",
    environment: {},
    readFile: async (path) => files[path],
  });
  const diagnostics = result.ok ? [] : result.diagnostics;
  return { codes: diagnostics.map(({ code }) => code), diagnostics, milliseconds: cpuTime() - started };
}

const web = (line: string): string => `services:\n  web:\n    image: nginx\n    ${line}\n`;
const letters = "abcdefghijklmnop";
const bomb = letters
  .slice(1)
  .split("")
  .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${letters[i]}`).join(",")}]`);
const nestedVariable = "${A:-".repeat(5_000) + "}".repeat(5_000);

const HOSTILE: [string, string, string][] = [
  ["aliases that expand to billions", "DAO2005", `a: &a [x]\n${bomb.join("\n")}\n`],
  ["flow lists within each other", "DAO2004", `x: ${"[".repeat(100_000)}`],
  ["flow mappings within each other", "DAO2004", `x: ${"{a: ".repeat(50_000)}`],
  ["block lists within each other", "DAO2004", "- ".repeat(100_000)],
  [
    "block mappings within each other",
    "DAO2004",
    Array.from({ length: 500 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
  ],
  ["a file above 1 MiB", "DAO2002", `#${"x".repeat(1024 * 1024)}`],
  ["a port range over everything", "DAO2311", web('ports: ["1-65535:1-65535"]')],
  ["variables within each other", "DAO2011", web(`command: "${nestedVariable}"`)],
  ["a spec above 32 KiB", "DAO2016", web(`environment: {A: "${"x".repeat(40_000)}"}`)],
  ["many unclosed quotes", "DAO2003", `x: ${'"'.repeat(10_001)}`],
];
for (const [title, code, text] of HOSTILE) {
  test.serial(`refuses ${title}, fast`, async (t) => {
    await refusal("services: {}");
    const { codes, milliseconds } = await refusal(text);
    t.true(codes.includes(code), codes.slice(0, 5).join(" "));
    t.true(milliseconds < 2_000, `${milliseconds} ms`);
  });
}

test.serial("an env file that refers to itself in long chains stays bounded", async (t) => {
  const lines = ["A0=xxxxxxxxxx", ...Array.from({ length: 40 }, (_, i) => `A${i + 1}=$A${i}$A${i}$A${i}$A${i}`)];
  const { codes, milliseconds } = await refusal(web("env_file: a.env"), { "/project/a.env": lines.join("\n") });
  t.true(codes.length > 0, "refused");
  t.true(milliseconds < 5_000, `${milliseconds} ms`);
});

test("the JSON of an error holds its place, not the file", async (t) => {
  const { diagnostics } = await refusal(web("use_api_socket: true\n    # a-line-that-stays-here"));
  const text = JSON.stringify(diagnostics);
  t.false(text.includes("a-line-that-stays-here"));
  const { code, file, line, column, pointer } = JSON.parse(text)[0];
  t.deepEqual(
    { code, file, line, column, pointer },
    { code: "DAO2304", file: "compose.yaml", line: 4, column: 5, pointer: "/services/web/use_api_socket" },
  );
});

test("no random text throws", async (t) => {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % below;
  };
  const pieces = [
    "services",
    "web",
    "image",
    "ports",
    "volumes",
    ":",
    " ",
    "\n",
    "  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    '"',
    "'",
    "&a",
    "*a",
    "<<",
    "!reset",
    "$",
    "${A",
    "}",
    "|",
    ">",
    "null",
    "0",
    "#",
    "\t",
    "\u0000",
    "é",
    "?",
  ];
  for (let round = 0; round < 400; round++) {
    let text = random(2) ? "services:\n  web:\n    " : "";
    for (let length = random(40); length > 0; length--) text += pieces[random(pieces.length)]!;
    await t.notThrowsAsync(refusal(text), JSON.stringify(text));
  }
});
