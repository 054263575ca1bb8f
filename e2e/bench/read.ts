import { fork } from "node:child_process";
import autocannon from "autocannon";
import { type Pair, report } from "./pairs.ts";

const ROUNDS = 10;
const SECONDS = 2;
const CONNECTIONS = 20;

/** Q1: GET of one group, against a bare node:http server in a process of its own that sends the same bytes. */
export async function benchRead(gateway: string): Promise<void> {
  const url = `${gateway}/api/v1/groups/home`;
  const body = Buffer.from(await (await fetch(url)).arrayBuffer());
  const peer = fork(new URL("./bare-server.ts", import.meta.url), [body.toString("base64")]);
  const port = await new Promise<number>((resolve) => peer.once("message", (message) => resolve(Number(message))));
  const pairs: Pair[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      const ours = await rate(url);
      const theirs = await rate(`http://127.0.0.1:${port}/`);
      if (round > 0) pairs.push({ ours, peer: theirs });
    }
  } finally {
    peer.kill();
  }
  await report("Q1", "GET group", "bare node:http, same bytes", "requests/s", pairs, (ratio) => ratio >= 0.85, ">= 0.85");
}

async function rate(url: string): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refusals, ${result.errors} errors from ${url}`);
  return result.requests.average;
}
