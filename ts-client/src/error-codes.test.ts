import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { CODES } from "./compose/codes.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PARTS = ["ts-client/src", "agent/src", "gateway/src"];

/** Codes that several files give, with the one thing that each of them says everywhere. */
const SHARED: Record<string, string> = {
  DAO1105: "a cursor is not one of the API",
  DAO2001: "a file cannot be read",
  DAO3001: "the network does not know an address",
  DAO3021: "messages are not those of the hash",
  DAO3025: "a proposal takes no votes any more",
  DAO3031: "a signature of nobody in the multisig",
  DAO3035: "a file is for another network",
  DAO3042: "a file is none of a multisig",
  DAO4041: "a secret is not there",
  DAO5001: "a node does not answer",
  DAO5004: "a thing is not there",
  DAO5020: "a gateway does not answer, or not as it should",
  DAO5030: "a gateway serves another chain",
  DAO5031: "a gateway serves a network of another genesis",
  DAO5045: "a header that is needed is not there",
};

/** Files of the programs, without tests and generated code. */
function sources(): string[] {
  return PARTS.flatMap((part) =>
    readdirSync(join(ROOT, part), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.startsWith("gen/"))
      .map((name) => join(part, name)),
  );
}

/** Which files give each code: `code: "DAO1234"`, or as an argument before a message. */
function givers(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const path of sources()) {
    const text = readFileSync(join(ROOT, path), "utf8");
    for (const [, code = ""] of text.matchAll(/(?:\bcode: |[(,]\s*)"(DAO\d{4})",\s*(?:kind:|message:|["'`](?!DAO)|[a-z])/g)) found.set(code, (found.get(code) ?? new Set()).add(path));
  }
  return found;
}

test("a code stands for one thing: another file does not give it for something else", (t) => {
  const all = givers();
  t.true(all.size > 150, `${all.size} codes were found`);
  const twice = [...all].flatMap(([code, paths]) => {
    // What Compose files may be refused for has a table and a folder of its own: one part of the pipeline outside may give it too.
    const outside = [...paths].filter((path) => !(code in CODES && path.startsWith("ts-client/src/compose/")));
    return outside.length > 1 && !(code in SHARED) ? [`${code}: ${[...paths].join(", ")}`] : [];
  });
  t.deepEqual(twice, [], "take another number, or say in SHARED what it stands for in all of them");
});

test("a code that is shared is given by several files", (t) => {
  const all = givers();
  for (const code of Object.keys(SHARED)) t.true((all.get(code)?.size ?? 0) > 1, `${code} stands in SHARED for nothing`);
});
