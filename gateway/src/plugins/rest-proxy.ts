import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { askNode } from "./ask-node.ts";
import { ProblemError } from "./problem.ts";

const PREFIX = "/chain/rest";
const MAX_QUERY = 512;
const ADDRESS = "[a-z0-9]{1,90}";

/** Paths of the node's REST server that pass: what a wallet needs to show an account, and to sign and send for it. */
const OPEN: Record<"GET" | "POST", readonly RegExp[]> = {
  GET: [
    `/cosmos/auth/v1beta1/accounts/${ADDRESS}`,
    `/cosmos/auth/v1beta1/account_info/${ADDRESS}`,
    `/cosmos/bank/v1beta1/balances/${ADDRESS}(?:/by_denom)?`,
    `/cosmos/bank/v1beta1/spendable_balances/${ADDRESS}(?:/by_denom)?`,
    "/cosmos/base/node/v1beta1/config",
    "/cosmos/base/tendermint/v1beta1/blocks/latest",
    "/cosmos/base/tendermint/v1beta1/node_info",
    "/cosmos/tx/v1beta1/txs/[0-9A-Fa-f]{64}",
  ].map((path) => new RegExp(`^${path}$`)),
  POST: ["/cosmos/tx/v1beta1/simulate", "/cosmos/tx/v1beta1/txs"].map((path) => new RegExp(`^${path}$`)),
};

/** Reverse proxy to some of the node's REST server at `/chain/rest`, for wallets. They ask from pages of any origin. */
export function registerRestProxy(app: FastifyInstance, chainRest: string): void {
  const pass = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const method = request.method === "POST" ? "POST" : "GET";
    const [path = "", query = ""] = request.url.slice(PREFIX.length).split("?", 2);
    if (!OPEN[method].some((open) => open.test(path))) throw new ProblemError(403, "DAO1114", `${method} ${path.slice(0, 100)} is not open here`, "the gateway's own API has more: /api/docs");
    if (query.length > MAX_QUERY) throw new ProblemError(400, "DAO1115", "the query is too long");
    const init = method === "GET" ? {} : { method, headers: { "content-type": "application/json" }, body: JSON.stringify(request.body) };
    const { status, text } = await askNode(`${chainRest.replace(/\/+$/, "")}${path}${query === "" ? "" : `?${query}`}`, init, request, reply);
    return reply.code(status).type("application/json").send(text);
  };
  void app.register((scope, _options, done) => {
    scope.addHook("onRequest", (_request, reply, next) => {
      void reply.header("access-control-allow-origin", "*").header("cross-origin-resource-policy", "cross-origin");
      next();
    });
    scope.options(`${PREFIX}/*`, { schema: { hide: true } }, (_request, reply) =>
      reply.code(204).header("access-control-allow-methods", "GET, POST").header("access-control-allow-headers", "content-type").header("access-control-max-age", "600").send(),
    );
    scope.get(`${PREFIX}/*`, { schema: { hide: true } }, pass);
    scope.post(`${PREFIX}/*`, { schema: { hide: true } }, pass);
    done();
  });
}
