import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import { BaseAccount } from "cosmjs-types/cosmos/auth/v1beta1/auth";
import { QueryAccountResponse } from "cosmjs-types/cosmos/auth/v1beta1/query";
import { TxMsgData } from "cosmjs-types/cosmos/base/abci/v1beta1/abci";
import { AuthInfo, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { readGenesisChunks, readStatus } from "../chain-status.ts";
import { DaonetesClient } from "../client.ts";
import { DaonetesError } from "../errors.ts";
import { type Hint, openHints } from "../hints.ts";
import { collect, MAX_ITEMS } from "../queries/page.ts";
import { readAccount } from "../queries/account.ts";
import { SigningClient } from "../signing-client.ts";
import { broadcast, readTx, TxFailedError, TxRefusedError, waitForTx } from "../tx-outcome.ts";
import { AbciTransport } from "./abci.ts";
import { CometRpc, MAX_REPLY_BYTES, RpcAnswerError } from "./comet-rpc.ts";

const HASH = "AB".repeat(32);

async function listen(t: ExecutionContext, answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Call {
  method: string;
  params: Record<string, string>;
}

/** A node that answers calls with `result`, or with an error where `answer` throws one. */
async function node(t: ExecutionContext, answer: (call: Call) => unknown): Promise<CometRpc> {
  const url = await listen(t, (request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      try {
        response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result: answer(JSON.parse(body) as Call) }));
      } catch (error) {
        response.writeHead(500).end(JSON.stringify({ error: { code: -32603, message: "Internal error", data: (error as Error).message } }));
      }
    });
  });
  return new CometRpc(url, { timeoutMs: 5_000 });
}

async function codeOf(t: ExecutionContext, what: Promise<unknown>): Promise<string> {
  return (await t.throwsAsync(what, { instanceOf: DaonetesError })).code;
}

for (const [what, text] of Object.entries({ "no JSON": "<html>", "an empty text": "", "the value null": "null", "a number": "5", "an object without result": "{}" })) {
  test(`an answer that is ${what} is DAO5001`, async (t) => {
    const url = await listen(t, (_request, response) => response.end(text));
    t.is(await codeOf(t, new CometRpc(url).call("status")), "DAO5001");
  });
}

test("an error that is null is no error", async (t) => {
  const url = await listen(t, (_request, response) => response.end('{"error":null,"result":7}'));
  t.is(await new CometRpc(url).call("status"), 7);
});

test("a node that does not answer in time is DAO5001 and says so", async (t) => {
  const url = await listen(t, () => undefined);
  const error = await t.throwsAsync(new CometRpc(url, { timeoutMs: 50 }).call("status"), { instanceOf: DaonetesError });
  t.is(error.code, "DAO5001");
  t.is(error.kind, "unreachable");
  t.regex(error.message, /no answer in time/);
});

test("the deadline holds for a body that trickles", async (t) => {
  const url = await listen(t, (_request, response) => response.write("{"));
  t.is(await codeOf(t, new CometRpc(url, { timeoutMs: 50 }).call("status")), "DAO5001");
});

test("nobody at the address is DAO5001", async (t) => {
  const url = await listen(t, (_request, response) => response.socket?.destroy());
  t.is(await codeOf(t, new CometRpc(url).call("status")), "DAO5001");
});

test("an answer that is too large is not read to its end", async (t) => {
  const url = await listen(t, (_request, response) => {
    const chunk = Buffer.alloc(1024 * 1024, " ");
    for (let size = 0; size <= MAX_REPLY_BYTES; size += chunk.length) response.write(chunk);
    response.end('{"result":1}');
  });
  const error = await t.throwsAsync(new CometRpc(url).call("status"), { instanceOf: DaonetesError });
  t.regex(error.message, /larger than/);
});

test("a redirect is not followed", async (t) => {
  const url = await listen(t, (_request, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
  t.is(await codeOf(t, new CometRpc(url).call("status")), "DAO5001");
});

test("an error of the node is told apart from a silent one", async (t) => {
  const rpc = await node(t, () => {
    throw new Error("height 9 is not available");
  });
  const error = await t.throwsAsync(rpc.call("block"), { instanceOf: RpcAnswerError });
  t.is(error.message, "Internal error: height 9 is not available");
  t.is(error.rpcCode, -32603);
});

test("the status of a node is read with its exact time", async (t) => {
  const sync_info = { latest_block_height: "7", latest_block_time: "2026-01-01T00:00:00.000000001Z", latest_block_hash: "AB", catching_up: false };
  const status = await readStatus(await node(t, () => ({ node_info: { network: "daonetes-1" }, sync_info })));
  t.like(status, { chainId: "daonetes-1", height: 7n, hash: "AB", catchingUp: false });
  t.is(status.time.nanos, 1);
});

test("the genesis file is read chunk by chunk, and not without end", async (t) => {
  const rpc = await node(t, ({ params }) => ({ chunk: params["chunk"], total: "3", data: Buffer.from(`part ${params["chunk"]};`).toString("base64") }));
  const parts: string[] = [];
  await readGenesisChunks(rpc, (bytes) => parts.push(Buffer.from(bytes).toString()));
  t.is(parts.join(""), "part 0;part 1;part 2;");
  const endless = await node(t, () => ({ chunk: "0", total: "100000", data: "" }));
  t.is(await codeOf(t, readGenesisChunks(endless, () => undefined)), "DAO5003");
});

test("a query names path, data and height", async (t) => {
  const calls: Call[] = [];
  const rpc = await node(t, (call) => (calls.push(call), { response: { code: 0, value: "AQI=" } }));
  t.deepEqual([...(await new AbciTransport(rpc, 9n).request("a.B", "C", Uint8Array.of(255)))], [1, 2]);
  t.like(calls[0]?.params, { path: "/a.B/C", data: "ff", height: "9" });
});

test("what a query does not find is DAO5004, what is refused DAO5005", async (t) => {
  const log = "rpc error: code = NotFound desc = group 7: key not found";
  const missing = await node(t, () => ({ response: { code: 22, log } }));
  const error = await t.throwsAsync(new AbciTransport(missing).request("a", "b", new Uint8Array()), { instanceOf: DaonetesError });
  t.like(error, { code: "DAO5004", kind: "not_found", message: "group 7" });
  const refusing = await node(t, () => ({ response: { code: 6, log: "unknown query path" } }));
  t.is(await codeOf(t, new AbciTransport(refusing).request("a", "b", new Uint8Array())), "DAO5005");
});

test("lists are read to their end, and not without end", async (t) => {
  const read = (last: number) => ({ key }: { key: Uint8Array }) => {
    const page = key[0] ?? 0;
    return Promise.resolve({ items: [page], pagination: { nextKey: page === last ? new Uint8Array() : Uint8Array.of(page + 1), total: 0n } });
  };
  t.deepEqual(await collect(read(2)), [0, 1, 2]);
  const endless = () => Promise.resolve({ items: Array<number>(5_000), pagination: { nextKey: Uint8Array.of(1), total: 0n } });
  t.is(await codeOf(t, collect(endless)), "DAO5006");
  t.is(MAX_ITEMS, 20_000);
});

test("an account that the network does not know is DAO3001; a silent node is not taken for that", async (t) => {
  const missing = { request: () => Promise.reject(new DaonetesError({ code: "DAO5004", kind: "not_found", message: "x" })) };
  t.is(await codeOf(t, readAccount(missing, "daonet1x")), "DAO3001");
  const silent = { request: () => Promise.reject(new DaonetesError({ code: "DAO5001", kind: "unreachable", message: "x" })) };
  t.is(await codeOf(t, readAccount(silent, "daonet1x")), "DAO5001");
});

test("a transaction that the node refuses is a TxRefusedError with the chain's code", async (t) => {
  const rpc = await node(t, () => ({ code: 4, codespace: "sdk", log: "unauthorized", hash: HASH }));
  const error = await t.throwsAsync(broadcast(rpc, Uint8Array.of(1)), { instanceOf: TxRefusedError });
  t.is(error.code, "DAO3002");
  t.false(error instanceof TxFailedError);
});

test("a transaction that the node has already is DAO5011, another refusal of the node DAO5010", async (t) => {
  for (const [message, code] of [["tx already exists in cache", "DAO5011"], ["mempool is full", "DAO5010"]] as const) {
    const rpc = await node(t, () => {
      throw new Error(message);
    });
    const error = await t.throwsAsync(broadcast(rpc, Uint8Array.of(1)), { instanceOf: TxRefusedError });
    t.is(error.code, code);
  }
});

test("a transaction that failed in a block is a TxFailedError", async (t) => {
  const rpc = await node(t, () => ({ height: "5", tx_result: { code: 16, codespace: "workgroup", log: "no such group", gas_used: "1" } }));
  const error = await t.throwsAsync(waitForTx(rpc, HASH), { instanceOf: TxFailedError });
  t.is(error.code, "DAO3116");
  t.false(error instanceof TxRefusedError);
});

test("a transaction is awaited until a block holds it, with its responses", async (t) => {
  let looks = 0;
  const data = TxMsgData.encode(TxMsgData.fromPartial({ msgResponses: [{ typeUrl: "/a", value: Uint8Array.of(9) }] })).finish();
  const rpc = await node(t, ({ params }) => {
    t.is(params["hash"], Buffer.from(HASH, "hex").toString("base64"));
    if (++looks < 3) throw new Error(`tx (${HASH}) not found`);
    return { height: "5", tx_result: { code: 0, gas_used: "77", data: Buffer.from(data).toString("base64") } };
  });
  const done = await waitForTx(rpc, HASH, { pollMs: 1 });
  t.like(done, { hash: HASH, height: 5n, gasUsed: 77n });
  t.is(done.responses[0]?.typeUrl, "/a");
  t.is(looks, 3);
});

test("a transaction that no block takes is DAO5012, and neither refused nor failed", async (t) => {
  const rpc = await node(t, () => {
    throw new Error("tx not found");
  });
  t.is(await readTx(rpc, HASH), undefined);
  const error = await t.throwsAsync(waitForTx(rpc, HASH, { pollMs: 1, timeoutMs: 20 }), { instanceOf: DaonetesError });
  t.like(error, { code: "DAO5012", kind: "timeout" });
  t.false(error instanceof TxRefusedError || error instanceof TxFailedError);
});

/** A signing client of a node that refuses the first `refusals` sequences. */
async function signing(t: ExecutionContext, refusals: number): Promise<{ client: SigningClient; sequences: bigint[] }> {
  const signer = await DirectSecp256k1HdWallet.generate(12, { prefix: "daonet" });
  const [account] = await signer.getAccounts();
  const sequences: bigint[] = [];
  let asked = 0n;
  const rpc = await node(t, ({ method, params }) => {
    if (method === "abci_query") {
      // No parameters of x/admission: no fees.
      if (params["path"]?.startsWith("/daonetes.admission.v1.")) return { response: { code: 0, value: "CgA=" } };
      const base = BaseAccount.fromPartial({ address: account!.address, accountNumber: 18446744073709551615n, sequence: asked++ });
      const any = { typeUrl: "/cosmos.auth.v1beta1.BaseAccount", value: BaseAccount.encode(base).finish() };
      const value = Buffer.from(QueryAccountResponse.encode(QueryAccountResponse.fromPartial({ account: any })).finish()).toString("base64");
      return { response: { code: 0, value } };
    }
    if (method === "tx") return { height: "5", tx_result: { code: 0, gas_used: "1", data: null } };
    const raw = TxRaw.decode(Buffer.from(params["tx"]!, "base64"));
    sequences.push(AuthInfo.decode(raw.authInfoBytes).signerInfos[0]!.sequence);
    return sequences.length <= refusals ? { code: 32, codespace: "sdk", log: "account sequence mismatch", hash: "" } : { code: 0, codespace: "", log: "", hash: HASH };
  });
  return { client: await SigningClient.create({ client: DaonetesClient.fromRpc(rpc), signer, chainId: "daonetes-1" }), sequences };
}

const MESSAGE = { typeUrl: "/daonetes.workgroup.v1.MsgCloseGroup", value: { groupId: 1n } };

test("a wrong sequence is asked for again and the transaction replayed", async (t) => {
  const { client, sequences } = await signing(t, 2);
  t.is((await client.send([MESSAGE])).height, 5n);
  t.deepEqual(sequences, [0n, 1n, 2n]);
});

test("a sequence that stays wrong ends as a refusal", async (t) => {
  const { client, sequences } = await signing(t, 100);
  const error = await t.throwsAsync(client.send([MESSAGE]), { instanceOf: TxRefusedError });
  t.is(error.code, "DAO5019");
  t.is(sequences.length, 4);
});

async function take(stream: AsyncGenerator<Hint>, count: number): Promise<Hint[]> {
  const hints: Hint[] = [];
  while (hints.length < count) {
    const { value, done } = await stream.next();
    if (done === true) break;
    hints.push(value);
  }
  return hints;
}

test("hints are read over chunks, comments and broken data", async (t) => {
  const url = await listen(t, (request, response) => {
    t.is(request.url, "/api/v1/events?group=1&device=me");
    t.is(request.headers["last-event-id"], undefined);
    response.write(": height 5\n\nid: 6-0-0\nevent: workload.A\nda");
    response.write('ta: {"group_id":"1"}\n\nid: 6-0-1\ndata: {\n\nid: 6-0-2\ndata: null\n\nid: 6-0-3\ndata: {}\n\n');
  });
  const end = new AbortController();
  const hints = await take(openHints(`${url}/`, { groupId: 1n, device: "me", signal: end.signal }), 2);
  end.abort();
  t.deepEqual(hints, [
    { id: "6-0-0", type: "workload.A", data: { group_id: "1" } },
    { id: "6-0-3", type: "message", data: {} },
  ]);
});

for (const how of ["ended", "cut"] as const) {
  test(`a stream that is ${how} is opened again after the last id, and the end is told`, async (t) => {
    const resumed: (string | undefined)[] = [];
    const url = await listen(t, (request, response) => {
      resumed.push(request.headers["last-event-id"] as string | undefined);
      response.write(`id: ${resumed.length}-0-0\ndata: {}\n\n`, () => setTimeout(() => (how === "ended" ? response.end() : response.destroy()), 20));
    });
    let connected = 0;
    let disconnected = 0;
    const end = new AbortController();
    const options = { lastEventId: "0-0-5", signal: end.signal, onConnect: () => { connected += 1; }, onDisconnect: () => { disconnected += 1; } };
    const hints = await take(openHints(url, options), 2);
    end.abort();
    t.deepEqual(hints.map(({ id }) => id), ["1-0-0", "2-0-0"]);
    t.deepEqual(resumed, ["0-0-5", "1-0-0"]);
    t.is(connected, 2);
    t.is(disconnected, 1);
  });
}

test("silence ends a connection, and the next one is opened", async (t) => {
  let connections = 0;
  const url = await listen(t, (_request, response) => {
    if (++connections === 1) response.write(": here\n\n");
    else response.write("id: 1-0-0\ndata: {}\n\n");
  });
  const errors: unknown[] = [];
  const end = new AbortController();
  const hints = await take(openHints(url, { silenceMs: 100, signal: end.signal, onDisconnect: (error) => errors.push(error) }), 1);
  end.abort();
  t.is(hints[0]?.id, "1-0-0");
  t.is(errors.length, 1);
});

test("a gateway that refuses is asked again", async (t) => {
  let asked = 0;
  const url = await listen(t, (_request, response) => {
    if (++asked === 1) response.writeHead(503).end();
    else response.write("id: 1-0-0\ndata: {}\n\n");
  });
  const errors: unknown[] = [];
  const end = new AbortController();
  await take(openHints(url, { signal: end.signal, onDisconnect: (error) => errors.push(error) }), 1);
  end.abort();
  t.is((errors[0] as DaonetesError).code, "DAO5020");
});

test("a stream ends when it is told to, also while it waits", async (t) => {
  const url = await listen(t, (_request, response) => response.write(": here\n\n"));
  const end = new AbortController();
  const next = openHints(url, { signal: end.signal, onConnect: () => end.abort() }).next();
  t.true((await next).done);
});
