import type { DaonetesClient } from "@daonetes/client";
import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import { ProblemError } from "../plugins/problem.ts";
import type { Follower } from "../read-model/follower.ts";
import { Proposal, single } from "../schemas/objects.ts";
import { proposalPage } from "../views/proposal-page.ts";
import { type ProposalView, proposalView } from "../views/proposal.ts";
import { modelOf } from "./lookup.ts";

const Params = Type.Object({ id: Type.String({ maxLength: 20, description: "Number of the proposal" }) });

/** One proposal, with what it would do and who signed. */
export function registerProposals(app: FastifyInstance, client: DaonetesClient, follower: Follower): void {
  app.get<{ Params: Static<typeof Params> }>(
    "/proposals/:id",
    { schema: { summary: "Read a proposal of a council", tags: ["councils"], params: Params, response: single(Proposal) } },
    async (request, reply) => {
      const height = String(modelOf(follower).height);
      void reply.header("x-cosmos-block-height", height).header("cache-control", "no-cache");
      return { ...(await read(client, request.params.id)), height };
    },
  );
}

/** `/p/7`: the link that a proposal is passed on with, as a page for people. */
export function registerProposalPage(app: FastifyInstance, client: DaonetesClient): void {
  app.get<{ Params: Static<typeof Params> }>("/p/:id", { schema: { hide: true, params: Params } }, async (request, reply) => {
    const view = await read(client, request.params.id);
    return reply.header("cache-control", "no-cache").type("text/html; charset=utf-8").send(proposalPage(view));
  });
}

async function read(client: DaonetesClient, id: string): Promise<ProposalView> {
  if (!/^\d{1,19}$/.test(id)) throw new ProblemError(404, "DAO5004", `there is no proposal "${id.slice(0, 80)}"`, "a proposal has a number");
  const details = await client.council.proposal(BigInt(id));
  return proposalView(details, await client.council.council(details.proposal.councilId));
}
