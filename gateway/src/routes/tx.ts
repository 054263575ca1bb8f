import { broadcast, type CometRpc, DaonetesError, readTx, TxFailedError } from "@daonetes/client";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { ProblemError } from "../plugins/problem.ts";
import type { Follower } from "../read-model/follower.ts";
import { modelOf } from "./lookup.ts";

const TxBody = Type.Object(
  { tx_bytes: Type.String({ minLength: 4, maxLength: 131_072, description: "Signed transaction, base64" }) },
  { additionalProperties: false },
);
const TxParams = Type.Object({ hash: Type.String({ pattern: "^[0-9A-Fa-f]{64}$" }) });

/** Hands signed transactions to the chain and tells what became of them. The gateway signs nothing. */
export function registerTx(app: FastifyInstance, rpc: CometRpc, follower: Follower): void {
  app.post<{ Body: { tx_bytes: string } }>(
    "/tx",
    {
      schema: {
        summary: "Broadcast a signed transaction",
        tags: ["transactions"],
        body: TxBody,
        response: {
          202: Type.Object({ hash: Type.String(), status: Type.String() }),
          "4xx": Type.Ref("Problem"),
          "5xx": Type.Ref("Problem"),
        },
      },
    },
    async (request, reply) => {
      const bytes = Buffer.from(request.body.tx_bytes, "base64");
      if (bytes.toString("base64").replace(/=+$/, "") !== request.body.tx_bytes.replace(/=+$/, "")) {
        throw new ProblemError(400, "DAO1106", "tx_bytes is not base64");
      }
      const hash = await broadcast(rpc, bytes);
      return reply.code(202).header("location", `/api/v1/tx/${hash}`).send({ hash, status: "accepted" });
    },
  );

  app.get<{ Params: { hash: string } }>(
    "/tx/:hash",
    {
      schema: {
        summary: "Read the outcome of a transaction",
        tags: ["transactions"],
        params: TxParams,
        response: {
          200: Type.Object({
            hash: Type.String(),
            status: Type.Enum(["executed", "failed"]),
            tx_height: Type.Union([Type.String(), Type.Null()]),
            gas_used: Type.Union([Type.String(), Type.Null()]),
            responses: Type.Array(Type.Object({ type: Type.String(), value: Type.String() })),
            error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
            height: Type.String(),
          }),
          "4xx": Type.Ref("Problem"),
          "5xx": Type.Ref("Problem"),
        },
      },
    },
    async (request, reply) => {
      const model = modelOf(follower);
      const hash = request.params.hash.toUpperCase();
      void reply.header("x-cosmos-block-height", String(model.height));
      try {
        const done = await readTx(rpc, hash);
        if (done === undefined) {
          throw new DaonetesError({ code: "DAO5004", kind: "not_found", message: `no block holds a transaction ${hash}` });
        }
        return {
          hash,
          status: "executed" as const,
          tx_height: String(done.height),
          gas_used: String(done.gasUsed),
          responses: done.responses.map(({ typeUrl, value }) => ({
            type: typeUrl,
            value: Buffer.from(value).toString("base64"),
          })),
          error: null,
          height: String(model.height),
        };
      } catch (error) {
        if (!(error instanceof TxFailedError)) throw error;
        return {
          hash,
          status: "failed" as const,
          tx_height: null,
          gas_used: null,
          responses: [],
          error: { code: error.code, message: error.message },
          height: String(model.height),
        };
      }
    },
  );
}
