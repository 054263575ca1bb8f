import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folders, ROOT } from "../../docker/net/layout.ts";
import { runProgram } from "../../docker/net/processes.ts";

/** Builds a daonetesd that knows one more upgrade than this tree, and changes nothing else. @returns its folder */
export async function buildNext(upgrade: string): Promise<string> {
  const work = await mkdtemp(join(tmpdir(), "daonetes-next-"));
  try {
    const source = join(work, "next_upgrade.go");
    await writeFile(
      source,
      `package app

import (
	"context"

	"github.com/cosmos/cosmos-sdk/types/module"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
)

func (app *App) setUpgrades() {
	app.UpgradeKeeper.SetUpgradeHandler("${upgrade}", func(_ context.Context, _ upgradetypes.Plan, versions module.VersionMap) (module.VersionMap, error) {
		return versions, nil
	})
}
`,
    );
    const overlay = join(work, "overlay.json");
    await writeFile(overlay, JSON.stringify({ Replace: { [join(ROOT, "chain", "app", "upgrades.go")]: source } }));
    const out = join(folders.bin, "next");
    await runProgram("go", ["build", "-trimpath", "-overlay", overlay, "-o", join(out, "daonetesd"), "./cmd/daonetesd"], { cwd: join(ROOT, "chain"), env: { CGO_ENABLED: "0" } });
    return out;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
