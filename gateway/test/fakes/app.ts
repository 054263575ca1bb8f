import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { CometRpc, DaonetesClient } from "@daonetes/client";
import type { ExecutionContext } from "ava";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { buildApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import type { HistoryWriter } from "../../src/history/writer.ts";
import { EventLog } from "../../src/read-model/event-log.ts";
import type { Follower } from "../../src/read-model/follower.ts";
import { emptyModel, type Model } from "../../src/read-model/model.ts";

/** Stands in for the follower: holds a model, follows nothing. */
export interface StillFollower {
  model: Model;
  events: EventLog;
  lastContact: number;
}

export interface TestApp {
  app: FastifyInstance;
  follower: StillFollower;
}

export interface TestAppWish {
  model?: Model;
  events?: EventLog;
  /** Absent: nothing was read yet. */
  history?: Pick<HistoryWriter, "database" | "range">;
  /** Address of the node; absent: nobody listens there. */
  chainRpc?: string;
  settings?: Record<string, string>;
}

/** The whole app over a still model. */
export async function testApp(t: ExecutionContext, wish: TestAppWish = {}): Promise<TestApp> {
  const follower: StillFollower = {
    model: wish.model ?? emptyModel(),
    events: wish.events ?? new EventLog(0n),
    lastContact: Date.now(),
  };
  const chainRpc = wish.chainRpc ?? "http://127.0.0.1:1";
  const app = await buildApp({
    config: readConfig({ DAONETES_GATEWAY_CHAIN_RPC: chainRpc, DAONETES_GATEWAY_MAX_EVENT_LOOP_DELAY_MS: "0", ...wish.settings }),
    client: DaonetesClient.fromRpc(new CometRpc(chainRpc, { timeoutMs: 5_000 })),
    follower: follower as unknown as Follower,
    history: (wish.history ?? { database: undefined, range: () => undefined }) as unknown as HistoryWriter,
    logger: pino({ level: "silent" }),
    version: "0.0.0-test",
  });
  t.teardown(() => app.close());
  return { app, follower };
}

export interface RpcCall {
  method: string;
  params: Record<string, string>;
}

/** A node: answers each JSON-RPC call with what `answer` returns. */
export async function fakeNode(t: ExecutionContext, answer: (call: RpcCall) => unknown): Promise<{ url: string; calls: RpcCall[] }> {
  const calls: RpcCall[] = [];
  const listener: RequestListener = (request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const call = JSON.parse(body) as RpcCall;
      for (const one of [call].flat()) calls.push(one);
      const reply = Array.isArray(call) ? [] : { jsonrpc: "2.0", id: 1, result: answer(call) };
      response.setHeader("content-type", "application/json").end(JSON.stringify(reply));
    });
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}
