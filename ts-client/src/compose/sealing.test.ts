import test from "ava";
import { loadText } from "../../test/load-text.ts";
import { canonicalText } from "../../test/load-text.ts";
import type { LoadOptions, ProjectSecret } from "./index.ts";

async function secretsOf(text: string, options: Partial<LoadOptions> = {}, files: Record<string, string> = {}): Promise<ProjectSecret[]> {
  const loaded = await loadText(text, options, files);
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n"));
  return loaded.project.secrets;
}

/** A line a secret: name, origin, value, where it goes. */
function linesOf(secrets: readonly ProjectSecret[]): string[] {
  return secrets.map(({ name, origin, value, targets }) =>
    [name, origin, value?.text(name) ?? "-", ...targets.map(({ service, at }) => `${service}:${at}`)].join(" "),
  );
}

test("S-06 values under secret-like names are taken out wherever they came from, and the place is remembered", async (t) => {
  const text = `services:
  web:
    image: app:1
    env_file: app.env
    environment:
      LITERAL_PASSWORD: in-the-file
      SHELL_TOKEN: "\${SHELL_TOKEN}"
      DOTENV_SECRET: "x\${OTHER}"
      PASSED_KEY:
      DATABASE_URL: postgres://u:pw@db/x
      NOTHING_TOKEN: ""
      SWITCH_PASSWORD: "true"
      NAME: web
`;
  const secrets = await secretsOf(
    text,
    { environment: { SHELL_TOKEN: "from-shell", PASSED_KEY: "passed" } },
    { ".env": "OTHER=from-dotenv\n", "app.env": "FILE_TOKEN=from-env-file\nMODE=quick\n" },
  );
  t.deepEqual(linesOf(secrets), [
    "case/DATABASE_URL compose.yaml postgres://u:pw@db/x web:DATABASE_URL",
    "case/DOTENV_SECRET .env xfrom-dotenv web:DOTENV_SECRET",
    "case/FILE_TOKEN app.env from-env-file web:FILE_TOKEN",
    "case/LITERAL_PASSWORD compose.yaml in-the-file web:LITERAL_PASSWORD",
    "case/PASSED_KEY shell passed web:PASSED_KEY",
    "case/SHELL_TOKEN shell from-shell web:SHELL_TOKEN",
  ]);
});

test("S-06 a file secret is sealed with its exact bytes, and mounted where Compose mounts it", async (t) => {
  const text = "services: {web: {image: app:1, secrets: [db]}, job: {image: app:1, secrets: [{source: db, target: pw}]}}\nsecrets: {db: {file: ./db.txt}}\n";
  t.deepEqual(linesOf(await secretsOf(text, {}, { "db.txt": "value\n" })), ["case/db ./db.txt value\n web:/run/secrets/db job:/run/secrets/pw"]);
});

test("a secret of the group has no value here", async (t) => {
  const text = "services: {web: {image: app:1, secrets: [db]}}\nsecrets: {db: {external: true, name: shared/db}}\n";
  t.deepEqual(linesOf(await secretsOf(text)), ["shared/db the group - web:/run/secrets/db"]);
});

test("one value in several services is one secret, different values are one for each", async (t) => {
  const text = (other: string): string => `services: {a: {image: app:1, environment: {API_TOKEN: one}}, b: {image: app:1, environment: {API_TOKEN: ${other}}}}\n`;
  t.deepEqual(linesOf(await secretsOf(text("one"))), ["case/API_TOKEN compose.yaml one a:API_TOKEN b:API_TOKEN"]);
  t.deepEqual(linesOf(await secretsOf(text("two"))), ["case/a/API_TOKEN compose.yaml one a:API_TOKEN", "case/b/API_TOKEN compose.yaml two b:API_TOKEN"]);
});

test("names begin with the deployment's name: -p before the file's before the folder's", async (t) => {
  const text = "name: shop\nservices: {web: {image: app:1, environment: {A_TOKEN: x}}}\n";
  t.deepEqual((await secretsOf(text)).map(({ name }) => name), ["shop/A_TOKEN"]);
  t.deepEqual((await secretsOf(text, { deployment: "other" })).map(({ name }) => name), ["other/A_TOKEN"]);
});

test("S-01 the bytes hold names only: another value makes no other spec", async (t) => {
  const text = "services: {web: {image: app:1, environment: {A_TOKEN: \"${A}\"}, secrets: [s]}}\nsecrets: {s: {environment: S}}\n";
  const spec = (value: string): Promise<string> => canonicalText(text, { environment: { A: value, S: `${value}-s` } });
  const canary = "canary-71c2f0";
  t.is(await spec(canary), await spec("another-value"));
  t.notRegex(await spec(canary), /canary/);
  const loaded = await loadText(text, { environment: { A: canary, S: canary } });
  t.notRegex(JSON.stringify(loaded, (_, value: unknown) => (value instanceof Map ? [...value] : value)), /canary/);
});

test("S-01 what refuses a file never prints the value", async (t) => {
  const canary = "canary-88aa01";
  const text = `services: {web: {image: app:1, environment: {A_TOKEN: "\${A}"}, command: [x, "\${A}"], labels: {l: "\${B}"}}}\n`;
  const loaded = await loadText(text, { environment: { A: canary, B: canary } });
  if (loaded.ok) return t.fail("accepted");
  t.deepEqual(loaded.diagnostics.map(({ code }) => code), ["DAO2306", "DAO2306"]);
  t.notRegex(loaded.diagnostics.map(({ message, help }) => `${message} ${help}`).join("\n"), /canary/);
});

test("where several secrets have one value, all of them are named at once", async (t) => {
  const text = `services:
  store: {image: app:1, environment: {STORE_PASSWORD: "\${STORE_PASSWORD:-storeadmin}"}}
  web: {image: app:1, environment: {ACCESS_KEY: "\${STORE_USER:-storeadmin}"}}
  setup: {image: app:1, command: "alias store \${STORE_USER:-storeadmin}"}
`;
  const loaded = await loadText(text);
  t.deepEqual(loaded.ok ? [] : loaded.diagnostics.map(({ code, message }) => `${code} ${message}`), [
    "DAO2306 services.setup.command.2 would hold the value of STORE_PASSWORD, ACCESS_KEY, readable by everybody",
  ]);
  t.regex(loaded.ok ? "" : loaded.diagnostics[0]!.help, /--plain STORE_PASSWORD --plain ACCESS_KEY if/);
  t.true((await loadText(text, { plain: ["STORE_PASSWORD", "ACCESS_KEY"] })).ok);
});

test("a password that is a word which the file names openly is sealed, and is that word elsewhere", async (t) => {
  const text = `services:
  db: {image: vectors:1, environment: {POSTGRES_PASSWORD: postgres}, volumes: ["data:/var/lib/postgresql/data"], healthcheck: {test: [CMD, ready, -U, postgres]}}
  sql: {image: sql:1, environment: {SQL_ROOT_PASSWORD: password}, command: --plugin=sql_native_password}
  login: {image: login:1, hostname: keycloak, working_dir: /opt/keycloak, environment: {ADMIN_PASSWORD: keycloak}}
  shop: {image: shop:1, environment: {SHOP_USER: shopkeeper, SHOP_PASSWORD: shopkeeper}, command: [serve, --as, shopkeeper]}
volumes: {data: }
`;
  t.deepEqual(linesOf(await secretsOf(text)), [
    "case/ADMIN_PASSWORD compose.yaml keycloak login:ADMIN_PASSWORD",
    "case/POSTGRES_PASSWORD compose.yaml postgres db:POSTGRES_PASSWORD",
    "case/SHOP_PASSWORD compose.yaml shopkeeper shop:SHOP_PASSWORD",
    "case/SQL_ROOT_PASSWORD compose.yaml password sql:SQL_ROOT_PASSWORD",
  ]);
});

test("a word that the file does not name openly is looked for as a whole, and behind a short option", async (t) => {
  const found = async (command: string): Promise<boolean> => !(await loadText(`services: {a: {image: app:1, environment: {APP_SECRET: correcthorse}, command: "${command}"}}\n`)).ok;
  t.true(await found("serve --key=correcthorse"));
  t.true(await found("serve -pcorrecthorse"));
  t.true(await found("serve correcthorse:x"));
  t.false(await found("serve correcthorses"));
  t.false(await found("serve incorrecthorse"));
  t.false(await found("serve in_correcthorse_key"));
});

test("what a variable puts in is refused whatever word it is", async (t) => {
  const loaded = await loadText('services: {postgres: {image: postgres:1, environment: {POSTGRES_PASSWORD: "${PG_PASSWORD}"}, command: "x ${PG_PASSWORD}"}}\n', { environment: { PG_PASSWORD: "postgres" } });
  t.deepEqual(loaded.ok ? [] : loaded.diagnostics.map(({ code }) => code), ["DAO2306"]);
});

test("a build that is dropped publishes nothing, whatever goes into it", async (t) => {
  const build = 'build: {context: ., args: {NPM_TOKEN: "${NPM_TOKEN}", B: "${UNSET}"}}';
  const environment = { NPM_TOKEN: "npm_1234567890" };
  t.true((await loadText(`services: {a: {image: app:1, ${build}}}\n`, { environment })).ok);
  const alone = await loadText(`services: {a: {${build}}}\n`, { environment });
  t.true(!alone.ok && alone.diagnostics.some(({ code }) => code === "DAO2306"));
});

test("a sealed file of the project is called as its author calls it", async (t) => {
  const text = 'services: {web: {image: app:1, configs: [c], volumes: ["./tls.key:/tls.key:ro"]}}\nconfigs: {c: {file: ./copy}}\n';
  const loaded = await loadText(text, {}, { "tls.key": "a-long-secret-key", copy: "has a-long-secret-key in it" });
  t.deepEqual(loaded.ok ? [] : loaded.diagnostics.map(({ message, help }) => `${message} | ${help}`), [
    "configs.c holds the value of ./tls.key, readable by everybody | take it out of the file, or pass --plain ./tls.key if it is no secret",
  ]);
});

test("--plain and x-daonetes.plain keep a value in the open", async (t) => {
  const text = "services: {web: {image: app:1, environment: {A_TOKEN: x, B_TOKEN: y}}}\nx-daonetes: {plain: [A_TOKEN]}\n";
  t.deepEqual((await secretsOf(text)).map(({ name }) => name), ["case/B_TOKEN"]);
  t.deepEqual(await secretsOf(text, { plain: ["B_TOKEN"] }), []);
});

test("a mounted key file becomes a secret at the same path", async (t) => {
  const text = 'services: {web: {image: app:1, volumes: ["./tls.key:/etc/tls.key:ro", "./site.conf:/site.conf:ro"]}}\n';
  const files = { "tls.key": "KEY", "site.conf": "conf" };
  t.deepEqual(linesOf(await secretsOf(text, {}, files)), ["case/file:tls.key ./tls.key KEY web:/etc/tls.key"]);
  const loaded = await loadText(text, {}, files);
  t.deepEqual(loaded.ok && loaded.project.mounts.map(({ path, kind }) => `${path} ${kind}`), ["./site.conf snapshot", "./tls.key secret"]);
});
