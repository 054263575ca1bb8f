import type { FastifyInstance } from "fastify";
import { askNode } from "./ask-node.ts";
import { ProblemError } from "./problem.ts";

/** Methods of the node's RPC that pass. Nothing that changes a node, lists its peers or holds a connection open. */
export const ALLOWED_METHODS: ReadonlySet<string> = new Set([
  "abci_info",
  "abci_query",
  "block",
  "block_by_hash",
  "block_results",
  "blockchain",
  "broadcast_tx_sync",
  "commit",
  "consensus_params",
  "genesis_chunked",
  "header",
  "header_by_hash",
  "health",
  "status",
  "tx",
  "tx_search",
  "validators",
]);

const MAX_BATCH = 10;

interface RpcCall {
  method?: unknown;
}

/** Reverse proxy to the chain's RPC at `/chain/rpc`, so that clients and agents need to know the gateway only. */
export function registerChainProxy(app: FastifyInstance, chainRpc: string): void {
  app.post("/chain/rpc", { schema: { hide: true } }, async (request, reply) => {
    const body = request.body as RpcCall | RpcCall[];
    const calls = Array.isArray(body) ? body : [body];
    if (calls.length === 0 || calls.length > MAX_BATCH) {
      throw new ProblemError(400, "DAO1110", `a batch holds 1 to ${MAX_BATCH} calls, not ${calls.length}`);
    }
    for (const call of calls) {
      if (typeof call !== "object" || call === null || typeof call.method !== "string") {
        throw new ProblemError(400, "DAO1111", "the body is not a JSON-RPC call");
      }
      if (!ALLOWED_METHODS.has(call.method)) {
        throw new ProblemError(403, "DAO1112", `the method ${call.method.slice(0, 60)} is not open here`);
      }
    }
    const { status, text } = await askNode(chainRpc, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }, request, reply);
    return reply.code(status).type("application/json").send(text);
  });
}
