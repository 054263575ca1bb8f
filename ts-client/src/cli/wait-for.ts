import { setTimeout as delay } from "node:timers/promises";
import { council, type DaonetesClient, DaonetesError, type workload } from "../index.ts";
import { deviceLines, type DeviceLine } from "./deployment-view.ts";
import type { Session } from "./session.ts";
import { done } from "./output.ts";
import { statusText } from "./proposal-text.ts";

const POLL_MS = 250;
/** States in which a revision will not come up by itself. */
const BAD = new Set(["FAILED", "REFUSED", "STUCK"]);

/**
 * Waits until every device that holds the deployment says that the revision is up, and tells each change.
 * @throws DaonetesError DAO4020 when a device says that it does not come up, DAO4021 when it takes too long
 */
export async function waitUntilUp(session: Session, deploymentId: bigint, revision: bigint, timeoutMs: number): Promise<DeviceLine[]> {
  const client = await session.client();
  const until = performance.now() + timeoutMs;
  const told = new Map<string, string>();
  for (;;) {
    const deployment = await client.workload.deploymentById(deploymentId);
    const lines = await deviceLines(client, deployment);
    for (const line of lines) {
      const text = line.reason === null ? line.state.toLowerCase() : `${line.state.toLowerCase()}   ${line.reason}: ${line.text}`;
      if (told.get(line.device) !== text) {
        told.set(line.device, text);
        if (line.state !== "ASSIGNED" && !BAD.has(line.state)) done(session.output, `${line.device}   ${text}`);
      }
    }
    const replaced = deployment.revision > revision;
    const seen = replaced ? await linesBefore(client, deployment, revision) : lines;
    const bad = seen.find(({ state, revision: at }) => BAD.has(state) && at >= revision);
    if (bad !== undefined || replaced) {
      const said = bad === undefined ? "" : `${bad.device} says ${bad.state}${bad.reason === null ? "" : ` (${bad.reason}): ${bad.text}`}`;
      const what = [said, replaced ? `revision ${deployment.revision} replaces it` : ""].filter(Boolean).join("; ");
      throw new DaonetesError({
        code: "DAO4020",
        kind: "workload",
        message: `${deployment.name} does not come up: ${what}`,
        help: `what runs now: daonetes ps${bad !== undefined && bad.runningRevision > 0n ? ` (revision ${bad.runningRevision} runs on)` : ""}`,
      });
    }
    const up = lines.length > 0 && lines.every(({ state, revision: at }) => at >= revision && (state === "HEALTHY" || state === "COMPLETED"));
    if (up) return lines;
    if (performance.now() > until) {
      throw new DaonetesError({
        code: "DAO4021",
        kind: "timeout",
        message: `${deployment.name} is not up after ${Math.round(timeoutMs / 1000)} s: ${lines.length === 0 ? "no device holds it" : lines.map(({ device, state }) => `${device} ${state}`).join(", ")}`,
        help: `the work goes on; wait again: daonetes wait deployment/${deployment.name}`,
      });
    }
    await delay(POLL_MS);
  }
}

/** What the devices said just before a revision was replaced, read at the height of its successor. */
async function linesBefore(client: DaonetesClient, deployment: workload.Deployment, revision: bigint): Promise<DeviceLine[]> {
  const revisions = await client.workload.revisions(deployment.id);
  const successor = revisions.find((kept) => kept.revision === revision + 1n);
  if (successor === undefined || successor.height < 2n) return [];
  for (const height of [successor.height, successor.height - 1n]) {
    const lines = await deviceLines(client.at(height), { ...deployment, revision });
    if (lines.some(({ state }) => BAD.has(state))) return lines;
  }
  return [];
}

/** Waits until a deployment is gone from every device. @throws DaonetesError DAO4021 when it takes too long */
export async function waitUntilGone(session: Session, deploymentId: bigint, name: string, timeoutMs: number): Promise<void> {
  const client = await session.client();
  const until = performance.now() + timeoutMs;
  for (;;) {
    const left = await client.workload.deploymentById(deploymentId).catch((error: unknown) => {
      if (error instanceof DaonetesError && error.kind === "not_found") return undefined;
      throw error;
    });
    if (left === undefined) return;
    if (performance.now() > until) {
      throw new DaonetesError({ code: "DAO4021", kind: "timeout", message: `${name} is not gone from every device yet`, help: "devices that are away remove it when they are back; see daonetes ps" });
    }
    await delay(POLL_MS);
  }
}

/** Waits until containers are stopped (pause with stop) on every device. */
export async function waitForState(session: Session, deploymentId: bigint, wanted: string, timeoutMs: number): Promise<void> {
  const client = await session.client();
  const until = performance.now() + timeoutMs;
  for (;;) {
    const deployment: workload.Deployment = await client.workload.deploymentById(deploymentId);
    const lines = await deviceLines(client, deployment);
    if (lines.length > 0 && lines.every(({ state }) => state === wanted)) return;
    if (performance.now() > until) {
      throw new DaonetesError({ code: "DAO4021", kind: "timeout", message: `${deployment.name} is not ${wanted} on every device: ${lines.map(({ device, state }) => `${device} ${state}`).join(", ")}`, help: "the work goes on; see daonetes ps" });
    }
    await delay(POLL_MS);
  }
}

/**
 * Waits until a proposal was carried out.
 * @throws DaonetesError DAO3025 when it ended in another way, DAO4021 when it takes too long
 */
export async function waitUntilExecuted(session: Session, id: bigint, timeoutMs: number): Promise<void> {
  const client = await session.client();
  const until = performance.now() + timeoutMs;
  for (;;) {
    const { proposal } = await client.council.proposal(id);
    if (proposal.status === council.ProposalStatus.PROPOSAL_STATUS_EXECUTED) {
      done(session.output, `proposal ${id} was carried out`);
      return;
    }
    if (proposal.status !== council.ProposalStatus.PROPOSAL_STATUS_OPEN) {
      throw new DaonetesError({ code: "DAO3025", kind: "failed", message: `proposal ${id} is ${statusText(proposal.status)}`, help: `see it: daonetes proposal show ${id}` });
    }
    if (performance.now() > until) {
      throw new DaonetesError({
        code: "DAO4021",
        kind: "timeout",
        message: `proposal ${id} is not decided after ${Math.round(timeoutMs / 1000)} s: ${proposal.yes} of ${proposal.needed} approved`,
        help: `wait again: daonetes wait proposal/${id}; who is missing: daonetes proposal show ${id}`,
      });
    }
    await delay(POLL_MS * 2);
  }
}
