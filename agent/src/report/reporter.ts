import { type DeploymentReport, ReportState } from "@daonetes/client/device";
import type { Status } from "./status.ts";

const MAX_TEXT_BYTES = 1024;
/** Reports on one wanted state that may follow one another at once; further ones come one a minute. */
const BURST = 8;
const REFILL_MS = 60_000;
/** Most reports in one message. */
export const MAX_REPORTS = 16;

interface Bucket {
  wanted: string;
  tokens: number;
  filledAt: number;
}

/** Decides what is worth telling: differences only, coalesced, and slowly while a workload flaps. */
export class Reporter {
  readonly #last: Map<string, string>;
  readonly #buckets = new Map<string, Bucket>();
  #current = new Map<string, DeploymentReport>();
  #wanted = new Map<string, string>();

  /** @param last reports that were sent before, by deployment */
  constructor(last: Record<string, string>) {
    this.#last = new Map(Object.entries(last));
  }

  /** Takes the present statuses of all deployments. */
  offer(statuses: readonly Status[]): void {
    this.#current = new Map(statuses.map((status) => [String(status.deploymentId), reportOf(status)]));
    this.#wanted = new Map(statuses.map((status) => [String(status.deploymentId), status.wanted]));
    for (const id of this.#last.keys()) if (!this.#current.has(id)) this.#last.delete(id);
    for (const id of this.#buckets.keys()) if (!this.#current.has(id)) this.#buckets.delete(id);
  }

  /** Reports that are due. @param now monotonic milliseconds */
  due(now: number): DeploymentReport[] {
    const due: DeploymentReport[] = [];
    for (const [id, report] of this.#current) {
      if (this.#last.get(id) === signature(report)) continue;
      if (due.length < MAX_REPORTS && this.#take(id, now)) due.push(report);
    }
    return due;
  }

  /** Remembers that these were taken by the chain. */
  sent(reports: readonly DeploymentReport[]): void {
    for (const report of reports) this.#last.set(String(report.deploymentId), signature(report));
  }

  /** Forgets what was sent, as after a claim: everything is told again. */
  forget(): void {
    this.#last.clear();
  }

  /** What was sent last, for the state file. */
  last(): Record<string, string> {
    return Object.fromEntries(this.#last);
  }

  #take(id: string, now: number): boolean {
    const wanted = this.#wanted.get(id) ?? "";
    const known = this.#buckets.get(id);
    const bucket = known?.wanted === wanted ? known : { wanted, tokens: BURST, filledAt: now };
    const gained = Math.floor((now - bucket.filledAt) / REFILL_MS);
    if (gained > 0) {
      bucket.tokens = Math.min(BURST, bucket.tokens + gained);
      bucket.filledAt += gained * REFILL_MS;
    }
    this.#buckets.set(id, bucket);
    if (bucket.tokens === 0) return false;
    bucket.tokens--;
    return true;
  }
}

/** What makes a report news. Start times of services are not: they follow from states and restarts. */
function signature(report: DeploymentReport): string {
  const services = report.services.map(({ index, state, restarts }) => [index, state, restarts]);
  return JSON.stringify([
    String(report.revision),
    String(report.runningRevision),
    report.state,
    report.reason,
    report.text,
    report.state === ReportState.REPORT_STATE_STOPPED ? [] : services,
  ]);
}

function reportOf(status: Status): DeploymentReport {
  return {
    deploymentId: status.deploymentId,
    revision: status.revision,
    runningRevision: status.runningRevision,
    state: status.state,
    reason: status.reason,
    text: printable(status.text),
    services: status.services.map((service) => ({ ...service, since: BigInt(service.since) })),
  };
}

/** Cuts to the chain's limit and replaces what is not printable. */
export function printable(text: string): string {
   
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").toWellFormed();
  const bytes = Buffer.from(clean, "utf8");
  if (bytes.byteLength <= MAX_TEXT_BYTES) return clean;
  return new TextDecoder("utf8", { fatal: false }).decode(bytes.subarray(0, MAX_TEXT_BYTES - 4)).replace(/\ufffd+$/, "");
}
