import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { folders, ROOT } from "./layout.ts";
import { runProgram } from "./processes.ts";

/** Builds what the network runs: the chain's binary, the registry, the bundles. Go and esbuild know what is up to date. */
export async function buildAll(say: (what: string) => void): Promise<void> {
  await mkdir(folders.bin, { recursive: true });
  const env = { CGO_ENABLED: "0" };
  say("building daonetesd (a cold build takes minutes)");
  await runProgram("go", ["build", "-trimpath", "-o", join(folders.bin, "daonetesd"), "./cmd/daonetesd"], { cwd: join(ROOT, "chain"), env });
  say("building the registry");
  await runProgram("go", ["build", "-trimpath", "-o", join(folders.bin, "registry"), "github.com/distribution/distribution/v3/cmd/registry"], { cwd: join(ROOT, "tools"), env });
  say("building examples/hello");
  await runProgram("go", ["build", "-trimpath", "-ldflags", "-s -w", "-o", join(folders.bin, "hello", "hello"), "."], { cwd: join(ROOT, "examples", "hello"), env });
  for (const program of ["ts-client", "agent", "gateway"]) {
    say(`bundling ${program}`);
    await runProgram(process.execPath, [join(ROOT, "scripts", "bundle.ts"), program], { cwd: ROOT });
  }
}
