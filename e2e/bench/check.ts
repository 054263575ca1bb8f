import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { ROOT } from "../../docker/net/layout.ts";
import { atMost, preciseNow, report, takePairs } from "./pairs.ts";

const SERVICES = 30;
const CLI = join(ROOT, "ts-client", "bin", "daonetes.js");

/** P1: `spec check` of a file of 300 lines, against the start of the CLI itself. */
export async function benchCheck(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "daonetes-bench-check-"));
  try {
    const file = join(folder, "compose.yaml");
    await writeFile(file, `services:\n${Array.from({ length: SERVICES }, (_, index) => service(index)).join("")}`);
    const pairs = await takePairs(async () => ({ ours: await milliseconds("spec", "check", "-f", file), peer: await milliseconds("--version") }), 20);
    await report({ id: "P1", metric: "spec check of 300 lines", peer: "daonetes --version", peerVersion: `node ${process.versions.node}`, unit: "ms", goal: atMost(1.5) }, pairs);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function milliseconds(...args: string[]): Promise<number> {
  const began = preciseNow();
  await execa(process.execPath, [CLI, ...args], { timeout: 30_000 });
  return preciseNow() - began;
}

/** Ten lines in what people write. */
function service(index: number): string {
  return `  s${index}:
    image: nginx@sha256:${"a".repeat(64)}
    restart: always
    environment:
      A: \${HOME}
      B: 'x'
    ports:
      - '${8000 + index}:80'
    labels: [a=b, c=d]
    healthcheck: {test: [CMD, x], interval: 5s}
`;
}
