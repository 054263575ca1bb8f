import { statfs } from "node:fs/promises";
import { chainRpcUrl, CometRpc, DaonetesClient } from "@daonetes/client/device";
import { DockerodeEngine } from "../docker/dockerode-engine.ts";
import { GrantsFile } from "../grants/grants-file.ts";
import { StateFolder } from "../state/agent-state.ts";
import { loadDeviceKey } from "../state/device-key.ts";

export interface Finding {
  check: string;
  result: "ok" | "warn" | "fail";
  detail: string;
  fix: string | null;
}

const LOW_DISK_BYTES = 2 * 1024 ** 3;

/** Checks of this device, each with a result and a way out. */
export async function doctor(stateFolder: string, dockerSocket: string, grantsPath: string): Promise<Finding[]> {
  const folder = new StateFolder(stateFolder);
  const findings: Finding[] = [];
  const check = async (name: string, fix: string, run: () => Promise<string | { warn: string }>): Promise<void> => {
    try {
      const detail = await run();
      if (typeof detail === "string") findings.push({ check: name, result: "ok", detail, fix: null });
      else findings.push({ check: name, result: "warn", detail: detail.warn, fix });
    } catch (error) {
      findings.push({ check: name, result: "fail", detail: error instanceof Error ? error.message : String(error), fix });
    }
  };
  await check("Docker Engine", `start Docker, and let this user read and write ${dockerSocket}`, async () => {
    const { version, apiVersion } = await new DockerodeEngine(dockerSocket).info();
    return `${version} (API ${apiVersion})`;
  });
  await check("device key", "join a group: daonetes-agent up --ticket dnj1..", async () => (await loadDeviceKey(folder.keyFile)).address);
  await check("disk", "free some space", async () => {
    const { bavail, bsize } = await statfs("/var/lib");
    const text = `${Math.round((bavail * bsize) / 1e9)} GB free under /var/lib`;
    return bavail * bsize < LOW_DISK_BYTES ? { warn: text } : text;
  });
  await check("grants", "daonetes-agent grants check", async () => {
    const { grants, alarm } = await new GrantsFile(grantsPath).look();
    return alarm === "" ? `${grants.grants.length} of the owner, profile ${grants.profile}` : { warn: alarm };
  });
  const { membership } = await folder.read();
  if (membership !== undefined) {
    const client = DaonetesClient.fromRpc(new CometRpc(chainRpcUrl(membership.gateway)));
    await check("gateway", `is ${membership.gateway} reachable from here?`, async () => {
      const { chainId, height } = await client.status();
      if (chainId !== membership.chainId) throw new Error(`serves ${chainId}, this device belongs to ${membership.chainId}`);
      return `${membership.gateway}   ${chainId} at height ${height}`;
    });
    await check("genesis", "the network is another one: join again with a new ticket", async () => {
      if ((await client.genesisHash()) !== membership.genesisHash) throw new Error("differs from the one this device joined");
      return "matches";
    });
    await check("clock", "set the clock (chrony, systemd-timesyncd)", async () => {
      const { time } = await client.status();
      const age = Date.now() / 1000 - Number(time.seconds);
      return age < -10 || age > 120 ? { warn: `the newest block is ${Math.round(age)} s away from this clock` } : "near the newest block's time";
    });
  }
  return findings;
}
