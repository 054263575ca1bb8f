import { StateFolder } from "../state/agent-state.ts";

/** The owner's stop: what is held does not run on this device, whatever the group wants. `*` = everything. */
export async function hold(stateFolder: string, deployment: string): Promise<string[]> {
  const folder = new StateFolder(stateFolder);
  const holds = [...new Set([...(await folder.readHolds()), deployment])].sort();
  await folder.writeHolds(holds);
  return holds;
}

/** Lets it run again. Without a name, everything. */
export async function release(stateFolder: string, deployment: string | undefined): Promise<string[]> {
  const folder = new StateFolder(stateFolder);
  const holds = deployment === undefined ? [] : (await folder.readHolds()).filter((held) => held !== deployment);
  await folder.writeHolds(holds);
  return holds;
}
