import { fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import autocannon from "autocannon";
import { atLeast, isWanted, report, takePairs } from "./pairs.ts";

const SECONDS = 2;
const CONNECTIONS = 20;
/** Of /proc on Linux. */
const TICKS_PER_SECOND = 100;

/**
 * Q1: GET of one group, against a bare node:http server in a process of its own that sends the same bytes. Q4: the same
 * GET by a reader who has it already, against our own full answer. Generator and server share the machine, so what
 * counts is what a second of the server's processor answers.
 */
export async function benchRead(gateway: string, gatewayPid: number): Promise<void> {
  const url = `${gateway}/api/v1/groups/home`;
  const answer = await fetch(url);
  const etag = answer.headers.get("etag") ?? "";
  const body = Buffer.from(await answer.arrayBuffer());
  const peer = fork(new URL("./bare-server.ts", import.meta.url), [body.toString("base64")]);
  const port = await new Promise<number>((resolve) => peer.once("message", (message) => resolve(Number(message))));
  const node = `node ${process.versions.node}`;
  try {
    if (isWanted("Q1")) {
      const pairs = await takePairs(async () => ({ ours: await rate(gatewayPid, url), peer: await rate(peer.pid as number, `http://127.0.0.1:${port}/`) }), 10, 1);
      await report({ id: "Q1", metric: "GET group", peer: "bare node:http, same bytes", peerVersion: node, unit: "requests/CPU-second", goal: atLeast(0.85) }, pairs);
    }
    if (isWanted("Q4")) {
      const pairs = await takePairs(async () => ({ ours: await rate(gatewayPid, url, { "if-none-match": etag }), peer: await rate(gatewayPid, url) }), 10, 1);
      await report({ id: "Q4", metric: "GET group answered 304", peer: "our own 200", peerVersion: node, unit: "requests/CPU-second", goal: atLeast(1.3) }, pairs);
    }
  } finally {
    peer.kill();
  }
}

async function rate(pid: number, url: string, headers: Record<string, string> = {}): Promise<number> {
  const before = await cpuSeconds(pid);
  const result = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS, headers });
  const refused = result.non2xx - (result.statusCodeStats["304"]?.count ?? 0);
  if (refused > 0 || result.errors > 0) throw new Error(`${refused} refusals, ${result.errors} errors from ${url}`);
  return result.requests.total / ((await cpuSeconds(pid)) - before);
}

/** Processor time of a process so far: user and system. */
async function cpuSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
