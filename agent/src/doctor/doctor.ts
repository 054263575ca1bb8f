import { GrantsFile } from "../grants/grants-file.ts";
import { systemDisk } from "../observed/disk.ts";
import { StateFolder } from "../state/agent-state.ts";
import { loadDeviceKey } from "../state/device-key.ts";
import { checkEngine } from "./engine-checks.ts";
import { type Finding, Findings } from "./findings.ts";
import { checkHost } from "./host-checks.ts";
import { checkNetwork } from "./network-checks.ts";

/** Checks of this device, each with a result and a way out. Changes nothing. */
export async function doctor(stateFolder: string, dockerSocket: string, grantsPath: string): Promise<Finding[]> {
  const folder = new StateFolder(stateFolder);
  const findings = new Findings();
  await checkEngine(findings, dockerSocket, systemDisk);
  await checkHost(findings);
  await findings.check("device key", `it stays on this device and is the agent's alone (0600); without one, join: daonetes-agent up --ticket dnj1..`, async () => (await loadDeviceKey(folder.keyFile)).address);
  await findings.check("grants", "daonetes-agent grants check", async () => {
    const { grants, alarm } = await new GrantsFile(grantsPath).look();
    return alarm === "" ? `${grants.grants.length} of the owner, profile ${grants.profile}` : { warn: alarm };
  });
  const { membership } = await folder.read();
  if (membership !== undefined) await checkNetwork(findings, membership);
  const said = (await folder.readStatus())?.["deployments"] as { deployment: string; reason: string; text: string }[] | undefined;
  await findings.check("ports", "end what holds the port, or let the group publish another one", () => {
    const clashes = (said ?? []).filter(({ reason }) => reason === "PortInUse");
    return clashes.length === 0 ? "none is wanted by a deployment and held by another program" : { warn: clashes.map(({ deployment, text }) => `${deployment}: ${text}`).join("; ") };
  });
  return findings.list;
}
