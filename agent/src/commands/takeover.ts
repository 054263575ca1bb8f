import { DaonetesError } from "@daonetes/client/device";
import { StateFolder } from "../state/agent-state.ts";

/**
 * Leaves the wish that the agent, which is fenced, claims the next epoch; the running one sees it at its next look.
 * @throws DaonetesError DAO4005 when the agent of this folder is not fenced
 */
export async function takeover(stateFolder: string): Promise<string> {
  const folder = new StateFolder(stateFolder);
  const { fenced, membership } = await folder.read();
  if (!fenced || membership === undefined) {
    throw new DaonetesError({
      code: "DAO4005",
      kind: "usage",
      message: `the agent of ${stateFolder} is not fenced: there is nothing to take over`,
      help: "daonetes-agent status   says what it is; --state names another folder",
    });
  }
  await folder.requestTakeover();
  return "the next epoch is claimed as soon as the agent runs and reaches the chain; the other computer is fenced then";
}
