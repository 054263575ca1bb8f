import type { FastifyInstance } from "fastify";
import type { Follower } from "../read-model/follower.ts";

/** A node makes a block at least every 30 s; three of them may be missed. */
const MAX_BLOCK_AGE_MS = 90_000;
const MAX_CONTACT_AGE_MS = 15_000;

/** Is the process alive, is it of use, what is it. */
export function registerHealth(app: FastifyInstance, follower: Follower, version: string): void {
  app.get("/livez", { schema: { hide: true } }, () => ({ status: "alive" }));

  app.get("/readyz", { schema: { hide: true } }, (_request, reply) => {
    const reasons: string[] = [];
    const { model } = follower;
    if (model.height === 0n) reasons.push("the chain was not reached yet");
    else if (Date.now() - model.blockTime > MAX_BLOCK_AGE_MS) {
      reasons.push(`no block since height ${model.height}, ${Math.round((Date.now() - model.blockTime) / 1000)} s ago`);
    }
    if (model.height > 0n && Date.now() - follower.lastContact > MAX_CONTACT_AGE_MS) reasons.push("the node does not answer");
    if (reasons.length > 0) void reply.code(503).header("retry-after", "2");
    return { status: reasons.length === 0 ? "ready" : "not ready", reasons, height: String(model.height) };
  });

  app.get("/version", { schema: { hide: true } }, () => ({ name: "daonetes-gateway", version }));
}
