import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import test, { type ExecutionContext } from "ava";
import { type HttpAnswer, httpFetch } from "./http-fetch.ts";

async function serve(t: ExecutionContext, answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const request = (more: object = {}) => ({ redirect: "error" as const, signal: AbortSignal.timeout(5_000), ...more });
const read = (answer: HttpAnswer): Promise<string> => text(answer.body as AsyncIterable<string>);

test("a call carries method, headers and body, and connections are used again", async (t) => {
  const ports = new Set<number>();
  const url = await serve(t, (incoming, response) => {
    ports.add(incoming.socket.remotePort ?? 0);
    void text(incoming).then((body) => response.end(`${incoming.method} ${String(incoming.headers["x-one"])} ${body}`));
  });
  for (let round = 0; round < 3; round++) {
    const answer = await httpFetch(url, request({ method: "POST", headers: { "x-one": "1" }, body: "grüße" }));
    t.is(await read(answer), "POST 1 grüße");
    t.true(answer.ok);
  }
  t.is(ports.size, 1);
});

test("a status that is no success is told, not thrown", async (t) => {
  const url = await serve(t, (_request, response) => response.writeHead(503).end("later"));
  const answer = await httpFetch(url, request());
  t.deepEqual([answer.ok, answer.status, await read(answer)], [false, 503, "later"]);
});

test("a redirection is an error", async (t) => {
  const url = await serve(t, (_request, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
  await t.throwsAsync(httpFetch(url, request()), { message: /redirection/ });
});

test("an abort ends a call that waits for its answer, and one whose answer never ends", async (t) => {
  const silent = await serve(t, () => undefined);
  await t.throwsAsync(httpFetch(silent, request({ signal: AbortSignal.timeout(50) })), { name: "TimeoutError" });
  const endless = await serve(t, (_request, response) => void response.write("x"));
  const answer = await httpFetch(endless, request({ signal: AbortSignal.timeout(100) }));
  await t.throwsAsync(read(answer));
  await t.throwsAsync(httpFetch(silent, request({ signal: AbortSignal.abort() })), { name: "AbortError" });
});

test("nobody who listens is an error with its code", async (t) => {
  await t.throwsAsync(httpFetch("http://127.0.0.1:1/", request()), { code: "ECONNREFUSED" });
});

test("a kept connection that the other end closed is replaced, once", async (t) => {
  const served = new Map<number, number>();
  const url = await serve(t, (incoming, response) => {
    const port = incoming.socket.remotePort ?? 0;
    served.set(port, (served.get(port) ?? 0) + 1);
    if (served.get(port) === 2) incoming.socket.resetAndDestroy();
    else response.end("here");
  });
  t.is(await read(await httpFetch(url, request())), "here");
  t.is(await read(await httpFetch(url, request({ method: "POST", body: "x" }))), "here");
  t.is(served.size, 2);
});

test("a connection that is reset at once is an error", async (t) => {
  const url = await serve(t, (incoming) => incoming.socket.resetAndDestroy());
  await t.throwsAsync(httpFetch(url, request()), { message: /ECONNRESET|hang up/ });
});
