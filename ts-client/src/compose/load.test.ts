import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { stringify } from "yaml";
import { ANY_DIGEST, canonicalText, loadText } from "../../test/load-text.ts";
import { caseFolder, casesOf } from "../../test/compose-corpus.ts";
import { DigestError, diagnosticJson, pinsOf, renderDiagnostics, resolveDigests, toCanonical } from "./index.ts";

test("a refusal shows the line, the place, the reason and a way out", async (t) => {
  const text = "services:\n  db:\n    image: a\n\n  web:\n    image: b\n    volumes_from: [db]\n";
  const result = await loadText(text, { files: [{ path: "docker-compose.yml", text }] });
  if (result.ok) return t.fail("accepted");
  t.is(
    renderDiagnostics(result.diagnostics),
    [
      "error: services.web.volumes_from is not supported                           DAO2304",
      "  --> docker-compose.yml:7:5",
      " 7 |     volumes_from: [db]",
      "   |     ^^^^^^^^^^^^ it would open another service's volumes without naming them",
      "help: name the volume in both services:  volumes: [data:/var/lib/data]",
    ].join("\n"),
  );
  t.deepEqual(result.diagnostics.map(diagnosticJson), [
    {
      code: "DAO2304",
      severity: "error",
      file: "docker-compose.yml",
      line: 7,
      column: 5,
      pointer: "/services/web/volumes_from",
      message: "services.web.volumes_from is not supported",
      help: "name the volume in both services:  volumes: [data:/var/lib/data]",
    },
  ]);
});

const SERVICE = "services:\n  web:\n    image: a\n";
for (const [title, text, message, help] of [
  ["a tab", "services:\n  web:\n\timage: a\n\tports: []\n", /Tabs are not allowed/, /^indent with blanks/],
  ["a line that is indented too far", `${SERVICE}     ports: []\n    restart: always\n`, /not valid YAML/, /^is it indented as its neighbours/],
  ["an open quotation mark", `${SERVICE}    user: "1\n`, /Missing closing "quote/, /^a quotation mark or bracket is opened/],
  ["a word that cannot begin so", `${SERVICE}    user: @x\n`, /reserved character @/, /quotation marks$/],
  ["a list for one value", `${SERVICE}    restart: [always]\n`, /text expected, a list found/, /^write one value: {2}restart: VALUE$/],
  ["one value for a mapping", `${SERVICE}    healthcheck: yes\n`, /a mapping expected/, /^write a mapping: {2}healthcheck: /],
  ["one value for a list", `${SERVICE}    ports: "80:80"\n`, /a list expected/, /^write a list: {2}ports: /],
  ["a variable without a value, twice", `${SERVICE}    ports: ["\${P}:\${P}"]\n`, /needs P, which has no value$/, /^set P in the shell.*\$\{P:-value\}$/],
] as const) {
  test(`${title} is one error with a way out`, async (t) => {
    const result = await loadText(text);
    if (result.ok) return t.fail("accepted");
    t.is(result.diagnostics.length, 1);
    t.regex(result.diagnostics[0]?.message ?? "", message);
    t.regex(result.diagnostics[0]?.help ?? "", help);
  });
}

test("a long line is shown around the finding, and carets stand below it whatever is before", async (t) => {
  const rendered = async (text: string): Promise<string[]> => {
    const result = await loadText(text);
    return result.ok ? [] : renderDiagnostics(result.diagnostics).split("\n").slice(2, 4);
  };
  const long = `services: {web: {image: a, environment: {A: "${"x".repeat(200)}"}, volumes_from: [db], command: ["${"y".repeat(200)}"]}}\n`;
  const [line = "", carets = ""] = await rendered(long);
  t.regex(line, /^ 1 \| …x+"}, volumes_from: \[db\], command: \["y+…$/);
  t.true(line.length < 180);
  t.is(line.slice(carets.indexOf("^"), carets.indexOf("^") + "volumes_from".length), "volumes_from");
  t.is(/\^+/.exec(carets)?.[0].length, "volumes_from".length);
  const [wide = "", below = ""] = await rendered('services: {web: {labels: {a: "größer 漢字"}, image: a, volumes_from: [db]}}\n');
  t.is(below.indexOf("^"), wide.indexOf("volumes_from") + 2, "two of the characters take two columns");
});

test("control characters of a file do not reach the terminal", async (t) => {
  const result = await loadText('services: {web: {image: "a\\e[31m\\u202e"}}\n# \u001b[31m\n');
  if (result.ok) return t.fail("accepted");
  t.false(/[\u001b\u202e]/.test(renderDiagnostics(result.diagnostics)));
});

test("the order of keys makes no difference", async (t) => {
  const service = {
    image: "a:1",
    environment: { B: "2", A: "1" },
    labels: { y: "1", x: "2" },
    ports: ["8080:80", "9090:90"],
    networks: { back: { aliases: ["q", "p"] }, front: {} },
    volumes: ["data:/data", "more:/more"],
  };
  const file = {
    services: { web: service, db: { image: "b", networks: ["back"] } },
    networks: { front: {}, back: {} },
    volumes: { data: {}, more: {} },
  };
  const expected = await canonicalText(stringify(file));
  const shuffled = (value: unknown, seed: number): unknown => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const keys = Object.keys(value).sort(
      (a, b) => ((a.charCodeAt(0) * 7 + a.length * seed) % 13) - ((b.charCodeAt(0) * 7 + b.length * seed) % 13),
    );
    return Object.fromEntries(keys.map((key) => [key, shuffled((value as Record<string, unknown>)[key], seed + 1)]));
  };
  for (let seed = 1; seed < 20; seed++) t.is(await canonicalText(stringify(shuffled(file, seed))), expected);
});

test("a changed file is accepted or refused, and never crashes the reader", async (t) => {
  const sources = casesOf("valid").map((name) => readFileSync(join(caseFolder("valid", name), "compose.yaml"), "utf8"));
  const piece = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.constantFrom(
      "\n",
      "  ",
      "- ",
      ": ",
      "{",
      "}",
      "[",
      "]",
      "&a ",
      "*a",
      "<<: ",
      "!reset ",
      "!override ",
      "|\n",
      "${",
      "}",
      "$$",
      "'",
      '"',
      "null",
      "~",
      "---\n",
      "x-a:",
    ),
  );
  const change = fc.record({ at: fc.nat(), remove: fc.nat({ max: 20 }), insert: piece });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...sources),
      fc.array(change, { minLength: 1, maxLength: 5 }),
      async (source, changes) => {
        let text = source;
        for (const { at, remove, insert } of changes)
          text = text.slice(0, at % text.length) + insert + text.slice((at % text.length) + remove);
        const result = await loadText(text);
        if (result.ok) toCanonicalOrThrow(result.project);
        else
          for (const { line, column, message } of result.diagnostics)
            if (line < 0 || column < 0 || message === "") throw new Error("no place");
      },
    ),
    { numRuns: 1500 },
  );
  t.pass();
});

function toCanonicalOrThrow(project: Parameters<typeof resolveDigests>[0]): void {
  const services = Object.values(project.draft.services);
  for (const service of services) service.image.digest ??= ANY_DIGEST;
  toCanonical(project);
}

test("each image text is asked for once, and pins of the running revision are kept", async (t) => {
  const loaded = await loadText(
    'services: {a: {image: "x:1"}, b: {image: "x:1"}, c: {image: "y:1"}, d: {image: "z", pull_policy: always}}\n',
  );
  if (!loaded.ok) return t.fail();
  const asked: string[] = [];
  const resolver = {
    resolve: async (reference: string) => {
      asked.push(reference);
      return ANY_DIGEST;
    },
  };
  const kept: string = `sha256:${"b".repeat(64)}`;
  const result = await resolveDigests(
    loaded.project,
    resolver,
    new Map([
      ["docker.io/library/y:1", kept],
      ["docker.io/library/z:latest", kept],
    ]),
  );
  if (!result.ok) return t.fail();
  t.deepEqual(asked.sort(), ["docker.io/library/x:1", "docker.io/library/z:latest"]);
  const spec = toCanonical(result.project);
  t.is(spec.services["c"]!.image.digest as string, kept);
  t.is(spec.services["d"]!.image.digest, ANY_DIGEST);
  t.is(pinsOf(spec).get("docker.io/library/y:1"), kept);
});

test("an image that does not exist is an error at its line", async (t) => {
  const loaded = await loadText("services:\n  web:\n    image: nowhere:1\n");
  if (!loaded.ok) return t.fail();
  const result = await resolveDigests(loaded.project, {
    resolve: async () => {
      throw new DigestError("DAO2203", "nowhere:1 does not exist", "check the name");
    },
  });
  if (result.ok) return t.fail();
  t.deepEqual(
    result.diagnostics.map(({ code, line, column }) => [code, line, column]),
    [["DAO2203", 3, 5]],
  );
});

test("a spec without digests cannot be encoded", async (t) => {
  const loaded = await loadText("services: {web: {image: a}}\n");
  if (!loaded.ok) return t.fail();
  t.throws(() => toCanonical(loaded.project), { code: "DAO2202" });
});

test("the project is named by the file, else by the caller", async (t) => {
  const named = await loadText("name: mine\nservices: {web: {image: a}}\n");
  const unnamed = await loadText("services: {web: {image: a}}\n");
  t.is(named.ok && named.project.name, "mine");
  t.is(unnamed.ok && unnamed.project.name, "case");
  t.is(unnamed.ok && unnamed.project.draft.name, undefined);
});

test("container_name is said to be a name on networks only where the service has one", async (t) => {
  const noticesOf = async (mode: string): Promise<string[]> => {
    const loaded = await loadText(`services: {web: {image: "app:1", container_name: my-web${mode}}}\n`);
    return loaded.ok ? loaded.notices.filter(({ code }) => code === "DAO2392").map(({ message }) => message) : ["refused"];
  };
  t.deepEqual(await noticesOf(""), ["my-web became a name on the networks"]);
  t.deepEqual(await noticesOf(", network_mode: none"), ["name of services.web dropped: it belongs to the deployment"]);
});
