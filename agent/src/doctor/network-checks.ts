import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { connect } from "node:tls";
import { chainRpcUrl, CometRpc, DaonetesClient } from "@daonetes/client/device";
import type { Membership } from "../state/agent-state.ts";
import type { Findings } from "./findings.ts";

const DEADLINE_MS = 5_000;
const MAX_SKEW_S = 10;
/** An idle chain makes a block every 30 s at the latest. */
const OLD_BLOCK_S = 120;
const CERTIFICATE_DAYS = 14;

/** The way to the chain: name, certificate, gateway, network, clock, blocks. */
export async function checkNetwork(findings: Findings, { gateway, chainId, genesisHash }: Membership): Promise<void> {
  const url = new URL(gateway);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) === 0) {
    await findings.check("name", `does the device's resolver (/etc/resolv.conf) know ${host}?`, async () => `${host} is ${(await lookup(host)).address}`);
  }
  if (url.protocol === "https:") await findings.check("certificate", "renew the gateway's certificate, or set the clock", () => certificate(host, Number(url.port || 443)));
  const client = DaonetesClient.fromRpc(new CometRpc(chainRpcUrl(gateway)));
  let blockAge = 0;
  const reachable = await findings.check("gateway", `does it run, and is ${gateway} reachable from here?`, async () => {
    const status = await client.status();
    if (status.chainId !== chainId) throw new Error(`serves ${status.chainId}, this device belongs to ${chainId}`);
    blockAge = Math.round(Date.now() / 1000 - Number(status.time.seconds));
    return `${gateway}   ${chainId} at height ${status.height}`;
  });
  if (!reachable) return;
  await findings.check("genesis", "the network is another one: join again with a new ticket", async () => {
    if ((await client.genesisHash()) !== genesisHash) throw new Error("differs from the one this device joined");
    return "matches";
  });
  await findings.check("clock", "set the clock (chrony, systemd-timesyncd): blocks from the future are not believed", async () => {
    const seconds = await skew(gateway);
    return Math.abs(seconds) > MAX_SKEW_S ? { warn: `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} the gateway's` } : "as the gateway's";
  });
  await findings.check("blocks", "the chain stands still; what runs here runs on. Its validators have to be looked at", () =>
    blockAge > OLD_BLOCK_S ? { warn: `the newest is ${blockAge} s old` } : `the newest is ${Math.max(0, blockAge)} s old`,
  );
}

/** Seconds by which this clock is ahead of the gateway's, by the date of an answer. */
async function skew(gateway: string): Promise<number> {
  const answer = await fetch(new URL("/livez", gateway), { signal: AbortSignal.timeout(DEADLINE_MS) });
  await answer.arrayBuffer();
  const date = Date.parse(answer.headers.get("date") ?? "");
  if (Number.isNaN(date)) throw new Error("the gateway's answer bears no date");
  return Math.round((Date.now() - date) / 1000);
}

/** @throws Error where the certificate is not one that this device trusts for the name */
function certificate(host: string, port: number): Promise<string | { warn: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: host, timeout: DEADLINE_MS }, () => {
      const until = Date.parse(socket.getPeerCertificate().valid_to);
      socket.destroy();
      const days = Math.floor((until - Date.now()) / 86_400_000);
      resolve(days < CERTIFICATE_DAYS ? { warn: `ends in ${days} days` } : `good for ${days} days`);
    });
    socket.once("error", reject);
    socket.once("timeout", () => socket.destroy(new Error(`no answer in ${DEADLINE_MS / 1000} s`)));
  });
}
