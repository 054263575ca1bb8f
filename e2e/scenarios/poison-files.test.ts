import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "ava";
import { ROWS } from "../../ts-client/test/poison-rows.ts";
import { daonetes } from "../parts/cli.ts";

const IMAGE = `registry.example.test/a@sha256:${"0".repeat(64)}`;
/** Each is a start of the CLI. */
const AT_ONCE = 4;

interface Checked {
  exitCode: number;
  requires: string[];
  errors: { code: string; line: number; message: string; help: string | null }[];
}

const answers = new Map<string, Checked>();
const nameOf = ([id, title]: (typeof ROWS)[number]): string => `${id} ${title}`;

test.serial.before("the CLI checks each file as a person would", async () => {
  const waiting = [...ROWS];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) answers.set(nameOf(row), await check(row));
    }),
  );
});

for (const row of ROWS) {
  const [, , , expected] = row;
  test.serial(`${nameOf(row)}, as a file, ${"refused" in expected ? `is refused with ${expected.refused} and its line` : "says what it asks of owners"}`, (t) => {
    const answer = answers.get(nameOf(row));
    if (answer === undefined) return t.fail();
    if ("refused" in expected) {
      t.is(answer.exitCode, 2);
      t.true(answer.errors.some(({ code }) => code === expected.refused), JSON.stringify(answer.errors));
      for (const { line, help, message } of answer.errors) t.true(line > 0 && ((help ?? "") !== "" || message.length > 20), message);
    } else {
      t.is(answer.exitCode, 0, JSON.stringify(answer.errors));
      t.deepEqual(answer.requires, expected.needs);
    }
  });
}

async function check([, , lines, , files = {}]: (typeof ROWS)[number]): Promise<Checked> {
  const folder = await mkdtemp(join(tmpdir(), "daonetes-poison-"));
  try {
    await writeFile(join(folder, "compose.yaml"), `services:\n  web:\n    image: ${IMAGE}\n    ${lines}\n`);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await writeFile(join(folder, ".env"), "AGENT_KEY=abcdefghijk\n");
    const { exitCode, stdout } = await daonetes(["spec", "check", "-f", join(folder, "compose.yaml"), "-o", "json"]);
    const answer = JSON.parse(stdout) as { requires?: string[]; error?: { errors?: Checked["errors"] } };
    return { exitCode, requires: answer.requires ?? [], errors: answer.error?.errors ?? [] };
  } finally {
    await rm(folder, { recursive: true });
  }
}
