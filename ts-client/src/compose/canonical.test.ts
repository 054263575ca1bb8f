import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { caseFolder, casesOf } from "../../test/compose-corpus.ts";
import {
  checkPolicy,
  type CanonicalSpec,
  decodeCanonical,
  declarationOf,
  encodeCanonical,
  hashSpec,
  SpecError,
} from "./index.ts";

const encoder = new TextEncoder();
const goldens = casesOf("valid").map((name) => readFileSync(join(caseFolder("valid", name), "canonical.json"), "utf8"));
const NGINX = { name: "docker.io/library/nginx", digest: `sha256:${"a".repeat(64)}`, tag: "1.27" } as const;
const SMALL: CanonicalSpec = {
  format: "daonetes.spec.v1",
  services: { web: { image: NGINX, networks: { default: {} } } },
  networks: { default: {} },
};
const SMALL_TEXT = `{"format":"daonetes.spec.v1","networks":{"default":{}},"services":{"web":{"image":{"digest":"${NGINX.digest}","name":"docker.io/library/nginx","tag":"1.27"},"networks":{"default":{}}}}}`;

function codeOf(bytes: Uint8Array | string): string {
  try {
    decodeCanonical(typeof bytes === "string" ? encoder.encode(bytes) : bytes);
    return "accepted";
  } catch (error) {
    if (error instanceof SpecError) return error.code;
    throw error;
  }
}

test("bytes are sorted, without blanks, and name the spec by their sha256", (t) => {
  const bytes = encodeCanonical(SMALL);
  t.is(new TextDecoder().decode(bytes), SMALL_TEXT);
  t.is(hashSpec(bytes), hashSpec(encoder.encode(SMALL_TEXT)));
  t.is(hashSpec(encoder.encode("")), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

const REFUSED: [string, string, string][] = [
  ["no JSON", "{", "DAO2020"],
  ["a byte order mark", "\ufeff" + SMALL_TEXT, "DAO2020"],
  ["a blank", SMALL_TEXT.replace(",", ", "), "DAO2021"],
  ["a line end", SMALL_TEXT + "\n", "DAO2021"],
  ["an escape too many", SMALL_TEXT.replace('"web"', '"\\u0077eb"'), "DAO2021"],
  [
    "a key twice",
    SMALL_TEXT.replace(
      '"networks":{"default":{}},"services"',
      '"networks":{"default":{}},"networks":{"default":{}},"services"',
    ),
    "DAO2021",
  ],
  [
    "keys in another order",
    SMALL_TEXT.replace(/"format":"daonetes.spec.v1",(.*)\}$/, '$1,"format":"daonetes.spec.v1"}'),
    "DAO2021",
  ],
  ["an unknown field", SMALL_TEXT.replace('"tag"', '"tagg"'), "DAO2022"],
  ["a field of the prototype", SMALL_TEXT.replace('"format"', '"__proto__":{},"format"'), "DAO2022"],
  ["a service with the name of the prototype", SMALL_TEXT.replace('"web"', '"__proto__"'), "DAO2024"],
  ["a number for a text", SMALL_TEXT.replace('"1.27"', "1.27"), "DAO2023"],
  ["null", SMALL_TEXT.replace('"1.27"', "null"), "DAO2023"],
  ["a list", "[]", "DAO2023"],
  ["a missing digest", SMALL_TEXT.replace(/"digest":"[^"]*",/, ""), "DAO2025"],
  ["a tag for a digest", SMALL_TEXT.replace(/sha256:a+/, "latest"), "DAO2024"],
  ["another format", SMALL_TEXT.replace("spec.v1", "spec.v2"), "DAO2026"],
  [
    "a network that is not defined",
    SMALL_TEXT.replace('"networks":{"default":{}},"services"', '"services"'),
    "DAO2027",
  ],
  [
    "a network that nobody uses",
    SMALL_TEXT.replace('{"default":{}},"services"', '{"default":{},"more":{}},"services"'),
    "DAO2021",
  ],
  [
    "a false boolean",
    SMALL_TEXT.replace('"networks":{"default":{}}}}}', '"networks":{"default":{}},"tty":false}}}'),
    "DAO2024",
  ],
  [
    "a float",
    SMALL_TEXT.replace('"networks":{"default":{}}}}}', '"mem_limit":1e20,"networks":{"default":{}}}}}'),
    "DAO2023",
  ],
  [
    "an exponent",
    SMALL_TEXT.replace('"networks":{"default":{}}}}}', '"mem_limit":1e9,"networks":{"default":{}}}}}'),
    "DAO2021",
  ],
  ["half a character", SMALL_TEXT.replace('"image"', '"environment":{"A":"\\ud800"},"image"'), "DAO2014"],
  ["a NUL", SMALL_TEXT.replace('"image"', '"environment":{"A":"\\u0000"},"image"'), "DAO2014"],
  [
    "a path that climbs",
    SMALL_TEXT.replace(
      '"networks":{"default":{}}}}}',
      '"networks":{"default":{}},"volumes":[{"target":"/a/../b","type":"volume"}]}}}',
    ),
    "DAO2024",
  ],
  ["no services", '{"format":"daonetes.spec.v1","services":{}}', "DAO2021"],
  ["a spec of 40 KiB", SMALL_TEXT.replace('"image"', `"environment":{"A":"${"x".repeat(40_000)}"},"image"`), "DAO2016"],
];

for (const [title, text, code] of REFUSED) {
  test(`bytes with ${title} are refused with ${code}`, (t) => t.is(codeOf(text), code));
}

test("a service cannot be privileged, bind a path or join the host by bytes alone", (t) => {
  const withField = (field: string): string =>
    SMALL_TEXT.replace('"networks":{"default":{}}}}}', `"networks":{"default":{}},${field}}}}`);
  for (const field of [
    '"privileged":true',
    '"pid":"host"',
    '"volumes":[{"source":"/","target":"/host","type":"bind"}]',
    '"volumes_from":["x"]',
    '"security_opt":["seccomp:unconfined"]',
  ]) {
    t.not(codeOf(withField(field)), "accepted", field);
  }
  t.not(
    codeOf(
      SMALL_TEXT.replace('"networks":{"default":{}}}}}', '"network_mode":"host"}}}').replace(
        '"networks":{"default":{}},',
        "",
      ),
    ),
    "accepted",
  );
});

test("decoding and encoding give the same bytes for every golden file", (t) => {
  for (const golden of goldens)
    t.is(new TextDecoder().decode(encodeCanonical(decodeCanonical(encoder.encode(golden)))), golden);
});

test("golden files ask for nothing that the policy forbids", (t) => {
  for (const golden of goldens) t.deepEqual(checkPolicy(decodeCanonical(encoder.encode(golden))), []);
});

test("a spec with changed bytes is refused or is canonical itself, and never anything else", (t) => {
  const change = fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 8 }),
    insert: fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom("{", "}", "[", "]", ",", ":", '"', "null", "-1", "1e5", "true", "\\u0000", '"__proto__":{}'),
    ),
  });
  fc.assert(
    fc.property(fc.constantFrom(...goldens), fc.array(change, { minLength: 1, maxLength: 4 }), (golden, changes) => {
      let text = golden;
      for (const { at, remove, insert } of changes)
        text = text.slice(0, at % text.length) + insert + text.slice((at % text.length) + remove);
      const bytes = encoder.encode(text);
      if (codeOf(bytes) !== "accepted") return;
      t.deepEqual(encodeCanonical(decodeCanonical(bytes)), bytes);
    }),
    { numRuns: 5000 },
  );
  t.pass();
});

test("any bytes at all are refused without a crash", (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => codeOf(bytes) !== "accepted"),
    { numRuns: 2000 },
  );
  t.pass();
});

test("any JSON at all is refused without a crash", (t) => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => codeOf(text) !== "accepted"),
    { numRuns: 2000 },
  );
  t.is(codeOf("[".repeat(16_000) + "]".repeat(16_000)), "DAO2023");
});

test("the declaration lists what the chain has to know", (t) => {
  const spec: CanonicalSpec = {
    ...SMALL,
    services: {
      ...SMALL.services,
      db: {
        image: NGINX,
        networks: { default: {} },
        platform: "linux/arm64",
        volumes: [{ type: "volume", target: "/data" }],
        secret_environment: { PASSWORD: "shop/PASSWORD", COPY: "shop/PASSWORD" },
        secrets: [{ source: "ca.pem", target: "/run/secrets/ca" }],
      },
    },
  };
  t.deepEqual(declarationOf(SMALL), { blobs: [], secrets: [], has_volumes: false, platforms: [], requires: [] });
  t.deepEqual(declarationOf(spec), {
    blobs: [],
    secrets: ["ca.pem", "shop/PASSWORD"],
    has_volumes: true,
    platforms: ["linux/arm64"],
    requires: [],
  });
});
