import { valset } from "@daonetes/client";
import type { FastifyInstance } from "fastify";
import type { Follower } from "../read-model/follower.ts";
import { listOf, Validator } from "../schemas/objects.ts";
import { enumText } from "../views/scalars.ts";
import { type Answers, PageQuery } from "./answer.ts";
import { modelOf } from "./lookup.ts";

/** Seats of the validator set. */
export function registerValidators(app: FastifyInstance, follower: Follower, answers: Answers): void {
  app.get(
    "/validators",
    { schema: { summary: "List the validators", tags: ["network"], querystring: PageQuery, response: listOf(Validator) } },
    (request, reply) => {
      const model = modelOf(follower);
      const validators = [...model.validators.values()].sort((a, b) => Number(a.id - b.id));
      return answers.sendPage(request, reply, model, validators, (seat) => String(seat.id), (seat) => ({
        id: String(seat.id),
        cons_pub_key: Buffer.from(seat.consPubKey).toString("base64"),
        operator: seat.operator,
        moniker: seat.moniker,
        target_power: String(seat.targetPower),
        applied_power: String(seat.appliedPower),
        status: enumText(valset.ValidatorStatus, "VALIDATOR_STATUS_", seat.status),
      }));
    },
  );
}
