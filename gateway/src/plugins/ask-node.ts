import type { FastifyReply, FastifyRequest } from "fastify";
import { ProblemError } from "./problem.ts";

const TIMEOUT_MS = 15_000;
const MAX_REPLY_BYTES = 16 * 1024 * 1024;

/**
 * Puts a request to the node behind this gateway.
 * @param request that it is for
 * @throws ProblemError DAO5001 when the node does not answer, DAO5023 when it answers too much
 */
export async function askNode(url: string, init: RequestInit, request: FastifyRequest, reply: FastifyReply): Promise<{ status: number; text: string }> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
    text = await response.text();
  } catch (error) {
    void reply.header("retry-after", "2");
    request.log.warn({ err: error }, "the node does not answer");
    throw new ProblemError(503, "DAO5001", "the node behind this gateway does not answer");
  }
  if (text.length > MAX_REPLY_BYTES) throw new ProblemError(422, "DAO5023", "the node's answer is too large");
  return { status: response.status, text };
}
