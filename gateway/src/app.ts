import { createServer } from "node:http";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import underPressure from "@fastify/under-pressure";
import type { DaonetesClient } from "@daonetes/client";
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from "fastify";
import type { Config } from "./config.ts";
import type { HistoryWriter } from "./history/writer.ts";
import { HotReads } from "./hot-reads.ts";
import { registerChainProxy } from "./plugins/chain-proxy.ts";
import { registerOpenApi } from "./plugins/openapi.ts";
import { Problem, registerErrors } from "./plugins/problem.ts";
import { registerRestProxy } from "./plugins/rest-proxy.ts";
import type { Follower } from "./read-model/follower.ts";
import { Answers } from "./routes/answer.ts";
import { registerAudit } from "./routes/audit.ts";
import { registerDeployments } from "./routes/deployments.ts";
import { registerEvents } from "./routes/events.ts";
import { registerGroups } from "./routes/groups.ts";
import { registerHealth } from "./routes/health.ts";
import { registerProposalPage, registerProposals } from "./routes/proposals.ts";
import { registerRegistry } from "./routes/registry.ts";
import { registerTx } from "./routes/tx.ts";
import { registerValidators } from "./routes/validators.ts";
import { registerWellKnown } from "./routes/well-known.ts";

export interface AppParts {
  config: Config;
  client: DaonetesClient;
  follower: Follower;
  history: HistoryWriter;
  logger: FastifyBaseLogger;
  version: string;
}

/** A request has to be complete after this time. */
const REQUEST_TIMEOUT_MS = 15_000;
/** A connection without requests is closed after this time. */
const KEEP_ALIVE_MS = 30_000;

/** The whole HTTP face, ready to listen or to be injected into. */
export async function buildApp({ config, client, follower, history, logger, version }: AppParts): Promise<FastifyInstance> {
  const hot = new HotReads(() => follower.model);
  const app = Fastify({
    serverFactory: (handler) =>
      createServer({ requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
        if (!hot.serve(request, response)) handler(request, response);
      }),
    loggerInstance: logger,
    disableRequestLogging: true,
    bodyLimit: 1024 * 1024,
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: "array", useDefaults: true } },
  });
  app.addSchema(Problem);
  registerErrors(app);
  await app.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'self'"], frameAncestors: ["'none'"], upgradeInsecureRequests: null } },
    hsts: false,
  });
  await app.register(rateLimit, { max: config.RATE_LIMIT, timeWindow: "1 minute", enableDraftSpec: true });
  await app.register(underPressure, { maxEventLoopDelay: config.MAX_EVENT_LOOP_DELAY_MS, retryAfter: 2 });
  await registerOpenApi(app, version);
  registerHealth(app, follower, version);
  registerWellKnown(app, client, follower);
  registerRegistry(app, client, config);
  registerProposalPage(app, client);
  registerChainProxy(app, config.CHAIN_RPC);
  if (config.CHAIN_REST !== "") registerRestProxy(app, config.CHAIN_REST);
  const answers = new Answers(hot);
  await app.register(
    (api, _options, done) => {
      registerGroups(api, follower, answers);
      registerDeployments(api, follower, answers);
      registerValidators(api, follower, answers);
      registerProposals(api, client, follower);
      registerAudit(api, follower, history);
      registerTx(api, client.rpc, follower);
      registerEvents(api, client.rpc, follower);
      done();
    },
    { prefix: "/api/v1" },
  );
  return app;
}
