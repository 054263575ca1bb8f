import test from "ava";
import { DotenvError, parseDotenv, parseRawEnv } from "./dotenv.ts";
import { shellWords, ShellWordsError } from "./shell-words.ts";
import { RequiredVariableError, substitute, TemplateError } from "./template.ts";
import { parseBytes, parseCpus, parseDecimalBytes, parseDuration, parseMode } from "./units.ts";
import { plainScalar } from "./yaml-scalar.ts";

const VALUES: Record<string, string> = { A: "a", BLANK: "", DOLLAR: "$A" };
const lookup = (name: string): string | undefined => VALUES[name];

test("variables are replaced, and what they hold is not looked at again", (t) => {
  for (const [template, text] of [
    ["$A${A}", "aa"],
    ["${BLANK:-x}${BLANK-x}${NONE-x}", "xx"],
    ["${A:+x}${BLANK:+x}${BLANK+x}${NONE+x}", "xx"],
    ["${NONE:-${NONE:-${A}}}", "a"],
    ['${NONE:-{"a":{}}}', '{"a":{}}'],
    ["$$A $${A} $", "$A ${A} $"],
    ["$1 $- ${DOLLAR}", "$1 $- $A"],
    ["${A:-$NONE}", "a"],
  ] as const) {
    t.is(substitute(template, lookup).text, text, template);
  }
  t.deepEqual(substitute("$A ${NONE} ${OTHER:-$THIRD}", lookup).missing, ["NONE", "THIRD"]);
  t.deepEqual(substitute("$A ${BLANK:-x}", lookup).used, ["A"]);
});

test("what is required and malformed interpolations are errors", (t) => {
  for (const template of ["${A", "${}", "${1A}", "${A!b}", "${A:=b}", "${A:-\n}"]) {
    t.throws(() => substitute(template, lookup), { instanceOf: TemplateError }, template);
  }
  t.throws(() => substitute("${NONE?}", lookup), { instanceOf: RequiredVariableError });
  t.throws(() => substitute("${BLANK:?why $A}", lookup), { instanceOf: RequiredVariableError, message: /why a/ });
  t.is(substitute("${BLANK?}", lookup).text, "");
});

test("an env file is read as Compose reads it", (t) => {
  const text = [
    "# c",
    "A=1",
    " export B = two words # c",
    "C='$A \\n'",
    'D="$A\\n\\"x\\""',
    "E: yaml",
    "F=a#b",
    "G=",
    "H",
    "I=${A}${B:-}",
    'J="a',
    'b"',
    "K=$$x",
    'L="\\$x"',
  ].join("\n");
  const values = parseDotenv(text, (name) => (name === "H" ? "inherited" : undefined));
  t.deepEqual(Object.fromEntries(values), {
    A: "1",
    B: "two words",
    C: "$A \\n",
    D: '1\n"x"',
    E: "yaml",
    F: "a#b",
    G: "",
    H: "inherited",
    I: "1two words",
    J: "a\nb",
    K: "$x",
    L: "$x",
  });
  t.deepEqual(Object.fromEntries(parseDotenv("A=1\r\nB=2\r\n", () => undefined)), { A: "1", B: "2" });
});

test("an env file that cannot be read names the line", (t) => {
  for (const [text, line] of [
    ["A=1\nB?=2\n", 2],
    ['A=1\n\nB="x\n', 3],
    ["A=1\n=2\n", 2],
    ["two words\n", 1],
  ] as const) {
    const error = t.throws(() => parseDotenv(text, () => undefined), { instanceOf: DotenvError }, text);
    t.is(error.line, line, text);
  }
});

test("a raw env file is taken as it is", (t) => {
  t.deepEqual(
    Object.fromEntries(parseRawEnv('A="x" # y\n# c\nB=$C\nD\n', (name) => (name === "D" ? "d" : undefined))),
    { A: '"x" # y', B: "$C", D: "d" },
  );
});

test("sizes, durations and CPUs are integers", (t) => {
  const cases: [(text: string) => number | undefined, string, number | undefined][] = [
    [parseBytes, "1024", 1024],
    [parseBytes, "64m", 67108864],
    [parseBytes, "1.5G", 1610612736],
    [parseBytes, "2 kb", 2048],
    [parseBytes, "1KiB", 1024],
    [parseBytes, "5b", 5],
    [parseBytes, "-1", undefined],
    [parseBytes, "1kk", undefined],
    [parseBytes, "", undefined],
    [parseBytes, "9999p", undefined],
    [parseDecimalBytes, "10m", 10_000_000],
    [parseDuration, "1m30s", 90_000_000_000],
    [parseDuration, "1.5s", 1_500_000_000],
    [parseDuration, "100us", 100_000],
    [parseDuration, "2d", 172_800_000_000_000],
    [parseDuration, "0", 0],
    [parseDuration, "0.1ns", 0],
    [parseDuration, "5", undefined],
    [parseDuration, "-5s", undefined],
    [parseDuration, "", undefined],
    [parseDuration, "1s x", undefined],
    [parseDuration, "99999w", undefined],
    [parseCpus, "0.5", 500_000_000],
    [parseCpus, "2", 2_000_000_000],
    [parseCpus, ".25", 250_000_000],
    [parseCpus, "0.1", 100_000_000],
    [parseCpus, "-1", undefined],
    [parseCpus, "1e3", undefined],
    [parseMode, "0755", 0o755],
    [parseMode, "0o440", 0o440],
    [parseMode, "9", undefined],
  ];
  for (const [parse, text, value] of cases) t.is(parse(text), value, `${parse.name} ${text}`);
});

test("a command line is split as Compose splits it, or refused", (t) => {
  t.deepEqual(shellWords(`a  "b c" 'd "e"' f\\ g "" h"i"j`), ["a", "b c", 'd "e"', "f g", "", "hij"]);
  t.deepEqual(shellWords(`"a \\" b" '\\n'`), ['a " b', "\\n"]);
  t.deepEqual(shellWords(""), []);
  for (const line of ["a && b", "a | b", "a > b", "$(a)", "`a`", "a; b", '"a', "'a", "a\\"]) {
    t.throws(() => shellWords(line), { instanceOf: ShellWordsError }, line);
  }
});

test("plain scalars mean what they mean to Compose", (t) => {
  const cases: [string, unknown, string][] = [
    ["", null, ""],
    ["~", null, ""],
    ["Null", null, ""],
    ["true", true, "true"],
    ["TRUE", true, "true"],
    ["yes", "yes", "yes"],
    ["on", "on", "on"],
    ["0440", 288, "288"],
    ["0o17", 15, "15"],
    ["0x1F", 31, "31"],
    ["0b11", 3, "3"],
    ["1_000", 1000, "1000"],
    ["-5", -5, "-5"],
    ["+5", 5, "5"],
    ["08", 8, "8"],
    ["1.50", 1.5, "1.5"],
    ["1e3", 1000, "1000"],
    ["1e21", 1e21, "1e+21"],
    ["0.00001", 0.00001, "1e-05"],
    [".5", 0.5, "0.5"],
    ["12345678901234567890", 12345678901234567000, "12345678901234567890"],
    ["22:22", "22:22", "22:22"],
    ["1.2.3", "1.2.3", "1.2.3"],
    ["-", "-", "-"],
    ["0x", "0x", "0x"],
  ];
  for (const [source, value, text] of cases) t.deepEqual(plainScalar(source), { value, text } as never, source);
});
