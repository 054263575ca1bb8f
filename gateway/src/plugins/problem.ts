import { DaonetesError, type ErrorKind } from "@daonetes/client";
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import Type, { type Static } from "typebox";

/** RFC 9457 problem details with a stable code. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    request_id: Type.String(),
    help: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
  },
  { $id: "Problem", additionalProperties: true },
);

const STATUS: Record<ErrorKind, number> = {
  usage: 400,
  pending_signatures: 202,
  not_found: 404,
  denied: 403,
  timeout: 504,
  workload: 409,
  unreachable: 503,
  conflict: 409,
  failed: 422,
};

const TITLES: Record<number, string> = {
  400: "Bad request",
  403: "Not allowed",
  404: "Not found",
  409: "Conflict",
  413: "Too large",
  415: "Unsupported media type",
  422: "Refused",
  429: "Too many requests",
  500: "Internal error",
  503: "Not available",
  504: "Took too long",
};

/** A refusal by a route, with status and code. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly help: string | undefined;
  constructor(status: number, code: string, detail: string, help?: string) {
    super(detail);
    this.status = status;
    this.code = code;
    this.help = help;
  }
}

/** One place that turns errors into answers; what went wrong inside stays inside. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | DaonetesError | ProblemError, request, reply) => {
    if (error instanceof ProblemError) {
      return send(reply, request.id, error.status, error.code, error.message, error.help);
    }
    if (error instanceof DaonetesError) {
      if (error.kind === "unreachable") void reply.header("retry-after", "2");
      return send(reply, request.id, STATUS[error.kind], error.code, error.message, error.help);
    }
    if (error.validation !== undefined) {
      const errors = error.validation.map(({ instancePath, message }) => ({
        pointer: instancePath === "" ? `/${error.validationContext ?? ""}` : instancePath,
        detail: message ?? "invalid",
      }));
      return send(reply, request.id, 400, "DAO1101", error.message, undefined, errors);
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return send(reply, request.id, status, status === 429 ? "DAO1103" : "DAO1102", error.message);
    if (status === 503) void reply.header("retry-after", "2");
    request.log.error({ err: error }, "request failed");
    return send(reply, request.id, status, "DAO5500", "something went wrong in the gateway; its log has the request id");
  });
  app.setNotFoundHandler((request, reply) =>
    send(reply, request.id, 404, "DAO1104", `there is nothing at ${request.method} ${request.url.slice(0, 200)}`, "see /api/docs"),
  );
}

function send(
  reply: FastifyReply,
  requestId: string,
  status: number,
  code: string,
  detail: string,
  help?: string,
  errors?: { pointer: string; detail: string }[],
): FastifyReply {
  const problem: Static<typeof Problem> = {
    type: "about:blank",
    title: TITLES[status] ?? "Error",
    status,
    detail,
    code,
    request_id: requestId,
    ...(help === undefined ? {} : { help }),
    ...(errors === undefined ? {} : { errors }),
  };
  return reply.code(status).type("application/problem+json").serializer(JSON.stringify).send(problem);
}
