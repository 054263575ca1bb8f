import { spawn } from "node:child_process";
import { request } from "node:http";
import type { Command } from "commander";
import { readUpgradePlan } from "../../index.ts";
import packageJson from "../../../package.json" with { type: "json" };
import type { SessionOf } from "../command.ts";
import { toJson } from "../output.ts";
import type { Session } from "../session.ts";

interface Finding {
  check: string;
  result: "ok" | "warn" | "fail";
  detail: string;
  fix: string | null;
}

/** `doctor`, `open`, `version`. */
export function registerDoctor(program: Command, sessionOf: SessionOf): void {
  program
    .command("doctor")
    .description("check gateway, network, key, clock and Engine, with a way out for each finding")
    .action(async (_options: object, command: Command) => {
      const session = sessionOf(command);
      const findings = await examine(session);
      if (session.output.format === "json") session.output.out(toJson({ checks: findings }));
      else {
        for (const { check, result, detail, fix } of findings) {
          const mark = { ok: "✔", warn: "!", fail: "✘" }[result];
          session.output.out(`${mark} ${check.padEnd(16)} ${detail}${fix === null ? "" : `\n  fix: ${fix}`}`);
        }
      }
      if (findings.some(({ result }) => result === "fail")) session.process.setExitCode(1);
    });

  program
    .command("open")
    .description("open the gateway's page in a browser")
    .action(async (_options: object, command: Command) => {
      const session = sessionOf(command);
      const url = `${(await session.context()).gateway}/api/docs`;
      session.output.out(url);
      if (!session.interactive) return;
      const opener = process.platform === "darwin" ? "open" : "xdg-open";
      spawn(opener, [url], { stdio: "ignore", detached: true }).on("error", () => undefined).unref();
    });

  program
    .command("version")
    .description("versions of this program and of the network")
    .action(async (_options: object, command: Command) => {
      const session = sessionOf(command);
      const network = await session.context().then(async ({ chainId, gateway }) => ({ chainId, gateway })).catch(() => null);
      if (session.output.format === "json") session.output.out(toJson({ daonetes: packageJson.version, node: process.versions.node, network }));
      else session.output.out(`daonetes ${packageJson.version}   Node ${process.versions.node}${network === null ? "" : `   ${network.chainId} through ${network.gateway}`}`);
    });
}

async function examine(session: Session): Promise<Finding[]> {
  const findings: Finding[] = [];
  const check = async (name: string, fix: string, run: () => Promise<string | { warn: string }>): Promise<boolean> => {
    try {
      const detail = await run();
      if (typeof detail === "string") findings.push({ check: name, result: "ok", detail, fix: null });
      else findings.push({ check: name, result: "warn", detail: detail.warn, fix });
      return true;
    } catch (error) {
      findings.push({ check: name, result: "fail", detail: error instanceof Error ? error.message : String(error), fix });
      return false;
    }
  };
  const hasContext = await check("context", "daonetes context create NAME --gateway URL", async () => {
    const { name, gateway } = await session.context();
    return `${name}   ${gateway}`;
  });
  if (!hasContext) return findings;
  const client = await session.client();
  const reachable = await check("gateway", "does the gateway run, and is its address right (daonetes context show)?", async () => {
    const { chainId, height, time } = await client.status();
    const seconds = Math.round(Date.now() / 1000 - Number(time.seconds));
    const text = `${chainId} at height ${height}, newest block ${seconds} s ago`;
    return seconds > 90 ? { warn: `${text}: the chain stands still; devices run on` } : seconds < -10 ? { warn: `${text}: this clock is behind` } : text;
  });
  if (reachable) {
    await check("genesis", "the network is another one: daonetes context create", async () => {
      const { genesisHash, chainId } = await session.context();
      if ((await client.genesisHash()) !== genesisHash || (await client.status()).chainId !== chainId) throw new Error("differs from the one this context pins");
      return "matches the context";
    });
    await check("upgrade", "the nodes stop at that height and go on with the new version: let their operators confirm that they have it (daonetes network status)", async () => {
      const plan = await readUpgradePlan(client.transport);
      return plan === undefined ? "none is planned" : { warn: `${plan.name} is planned at height ${plan.height}` };
    });
    await check("key", "daonetes key add NAME, then --key NAME", async () => {
      const { name, address } = await session.keyring.show(await session.keyName());
      await client.account(address);
      return `${name}   ${address}`;
    });
    await check("group", "daonetes group create NAME", async () => {
      const group = await session.group();
      return `${group.name}   ${(await client.workgroup.devices(group.id)).length} devices`;
    });
  }
  await check("Docker Engine", "only needed to find digests of local images", async () => {
    const version = await engineVersion();
    return version ?? { warn: "none on this computer" };
  });
  return findings;
}

function engineVersion(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = request({ socketPath: "/var/run/docker.sock", path: "/version", timeout: 3_000 }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
      response.on("end", () => {
        const { Version, ApiVersion } = JSON.parse(body) as { Version: string; ApiVersion: string };
        resolve(`${Version} (API ${ApiVersion})`);
      });
    });
    call.on("error", () => resolve(undefined));
    call.on("timeout", () => {
      call.destroy();
      resolve(undefined);
    });
    call.end();
  });
}
