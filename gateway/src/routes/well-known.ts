import type { DaonetesClient } from "@daonetes/client";
import type { FastifyInstance } from "fastify";
import type { Follower } from "../read-model/follower.ts";
import { modelOf } from "./lookup.ts";

/** What a client needs to make a context: which network this is, and where its parts are. */
export function registerWellKnown(app: FastifyInstance, client: DaonetesClient, follower: Follower): void {
  let identity: Promise<{ chain_id: string; genesis_hash: string }> | undefined;
  app.get("/.well-known/daonetes.json", { schema: { hide: true } }, async () => {
    const model = modelOf(follower);
    identity ??= readIdentity(client).catch((error: unknown) => {
      identity = undefined;
      throw error;
    });
    return { ...(await identity), api: "/api/v1", rpc: "/chain/rpc", docs: "/api/docs", height: String(model.height) };
  });
}

async function readIdentity(client: DaonetesClient): Promise<{ chain_id: string; genesis_hash: string }> {
  const [{ chainId }, genesisHash] = await Promise.all([client.status(), client.genesisHash()]);
  return { chain_id: chainId, genesis_hash: genesisHash };
}
