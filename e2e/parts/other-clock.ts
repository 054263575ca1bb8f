import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folders, ROOT } from "../../docker/net/layout.ts";
import { runProgram } from "../../docker/net/processes.ts";

/** Seconds by which the clock of a daonetesd of `buildWithOtherClock` is ahead; negative: behind, absent: right. */
export const OFFSET_VARIABLE = "CLOCK_OFFSET_SECONDS";

const CLOCK = `package time

import (
	"os"
	"strconv"
	"time"
)

var offset = func() time.Duration {
	text := os.Getenv("${OFFSET_VARIABLE}")
	if text == "" {
		return 0
	}
	seconds, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return time.Duration(seconds) * time.Second
}()
`;

/**
 * Builds a daonetesd whose consensus has a clock of its own: Go asks the kernel for the time without a library that a
 * faked clock could stand in for, so a copy of CometBFT is built in, the two places of which that ask are changed. @returns path of the program
 */
export async function buildWithOtherClock(): Promise<string> {
  const chain = join(ROOT, "chain");
  const module = (await runProgram("go", ["list", "-m", "-f", "{{.Dir}}", "github.com/cometbft/cometbft"], { cwd: chain })).trim();
  const work = await mkdtemp(join(tmpdir(), "daonetes-clock-"));
  try {
    const copy = join(work, "cometbft");
    await runProgram("cp", ["--recursive", "--no-preserve=mode", module, copy]);
    const replace = async (path: string, change: (text: string) => string): Promise<void> => {
      const text = await readFile(join(copy, path), "utf8");
      const changed = change(text);
      if (changed === text) throw new Error(`${path} asks for the time in another way than before`);
      await writeFile(join(copy, path), changed);
    };
    await replace("types/time/time.go", (text) => text.replace("return Canonical(time.Now())", "return Canonical(time.Now().Add(offset))"));
    await replace("state/validation.go", (text) => text.replaceAll("time.Now()", "cmttime.Now()").replace('"github.com/cometbft/cometbft/types"\n', '"github.com/cometbft/cometbft/types"\n\tcmttime "github.com/cometbft/cometbft/types/time"\n'));
    await writeFile(join(copy, "types", "time", "offset.go"), CLOCK);
    const modules = join(work, "go.mod");
    for (const name of ["go.mod", "go.sum"]) await writeFile(join(work, name), await readFile(join(chain, name)));
    await runProgram("go", ["mod", "edit", `-replace=github.com/cometbft/cometbft=${copy}`, modules]);
    const program = join(folders.bin, "other-clock", "daonetesd");
    await runProgram("go", ["build", "-trimpath", `-modfile=${modules}`, "-o", program, "./cmd/daonetesd"], { cwd: chain, env: { CGO_ENABLED: "0", GOFLAGS: "-mod=mod" }, timeoutMs: 900_000 });
    return program;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
