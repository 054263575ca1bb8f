import { fingerprintWords, ReportState } from "@daonetes/client/device";
import { StateFolder } from "../state/agent-state.ts";
import { loadDeviceKey } from "../state/device-key.ts";

interface DeploymentLine {
  deployment: string;
  revision: string;
  running_revision: string;
  state: number;
  reason: string;
  text: string;
  pulling?: { image: string; done: number; total: number }[];
  drift?: { count: number; last: string };
  notices?: string[];
}

/** What this device is, and what the running agent last said. */
export async function status(stateFolder: string, json: boolean): Promise<string> {
  const folder = new StateFolder(stateFolder);
  const key = await loadDeviceKey(folder.keyFile);
  const { membership } = await folder.read();
  const said = await folder.readStatus();
  const holds = await folder.readHolds();
  const words = fingerprintWords(key.publicKey);
  if (json) return JSON.stringify({ device: key.address, words, membership: membership ?? null, holds, agent: said ?? null });
  const lines = [
    `device      ${key.address}`,
    `words       ${words.join(" ")}`,
    `network     ${membership === undefined ? "none joined" : `${membership.chainId} through ${membership.gateway}, group ${membership.groupId}`}`,
    `chain       ${typeof said?.["chain"] === "string" ? said["chain"] : "the agent has not run yet"}${said === undefined ? "" : `   proven at height ${String(said["height"])}`}`,
  ];
  const alarm = (field: string): string => (typeof said?.[field] === "string" ? said[field] : "");
  if (alarm("frozen") !== "") lines.push(`FROZEN      ${alarm("frozen")}; what runs goes on   (join again: daonetes-agent up --ticket dnj1..)`);
  if (said?.["fenced"] === true) lines.push("FENCED      another instance runs with this device's key; nothing is changed any more   (daonetes-agent takeover)");
  if (alarm("engine_error") !== "") lines.push(`ENGINE      ${alarm("engine_error")}; it is asked again until it answers   (daonetes-agent doctor)`);
  if (alarm("disk_error") !== "") lines.push(`DISK        ${alarm("disk_error")}`);
  if (alarm("grants_alarm") !== "") lines.push(`GRANTS      ${alarm("grants_alarm")}   (daonetes-agent grants check)`);
  if (alarm("rival") !== "") lines.push(`ALARM       the instance ${alarm("rival")} used this device's key; if that was not this computer, revoke the device`);
  if (holds.length > 0) lines.push(`held        ${holds.join(", ")}   (daonetes-agent release)`);
  for (const line of (said?.["deployments"] as DeploymentLine[] | undefined) ?? []) {
    const detail = line.reason === "" ? "" : `   ${line.reason}: ${line.text}`;
    lines.push(`${line.deployment.padEnd(11)} revision ${line.revision}, running ${line.running_revision}   ${stateText(line.state)}${detail}`);
    for (const { image, done, total } of line.pulling ?? []) lines.push(`            pulling ${image.replace(/@.*/, "")}   ${Math.round(done / 1e6)} of ${Math.round(total / 1e6)} MB`);
    if (line.drift !== undefined && line.drift.count > 0) lines.push(`            repaired ${line.drift.count} times, last: ${line.drift.last}`);
    for (const notice of line.notices ?? []) lines.push(`            ${notice}`);
  }
  return lines.join("\n");
}

function stateText(state: number): string {
  const name = Object.entries(ReportState).find(([, value]) => value === state)?.[0] ?? "";
  return name.replace("REPORT_STATE_", "");
}
