import { ReportState, ServiceState } from "@daonetes/client/device";
import type { DesiredService } from "../desired/desired-state.ts";
import type { ObservedContainer } from "../observed/observed-state.ts";
import { gate } from "../plan/gate.ts";
import { type DeploymentMemory, isPassing, mismatchOf } from "../plan/memory.ts";
import { subnetClash } from "../plan/objects.ts";
import { platformMismatch } from "../plan/platform.ts";
import type { PlanInput } from "../plan/plan-input.ts";
import { isDone, isUp, sortContainers } from "../plan/containers.ts";
import { noticesOf } from "./notices.ts";
import { hasFailed } from "../plan/failure.ts";
import { restartVerdict } from "../plan/restart.ts";

/** What the device says of one deployment. */
export interface Status {
  deploymentId: bigint;
  revision: bigint;
  runningRevision: bigint;
  state: ReportState;
  /** One of the stable reasons, or "". */
  reason: string;
  /** For people, escaped by the reporter. */
  text: string;
  services: { index: number; state: ServiceState; restarts: number; since: number }[];
  /** What was wanted, and allowed, when this was said; a change of it is no flapping. */
  wanted: string;
  /** Images that are coming: bytes that are here, of those known. */
  pulling: { image: string; done: number; total: number }[];
  /** What was repaired of what somebody did by hand. */
  drift: { count: number; last: string };
  /** For the owner of the device. */
  notices: string[];
}

/** Says what is, never more: placed, running and healthy are not derived from one another. Pure. */
export function statusOf(input: PlanInput): Status {
  const { desired, observed, memory } = input;
  const { fresh, former } = sortContainers(desired, observed);
  // Of what is refused only what is there has a state.
  const reported = desired.refusal === undefined ? desired.services : desired.services.filter(({ name }) => fresh.has(name));
  const services = reported.map((service) => serviceStatus(input, service, fresh.get(service.name)));
  const base = {
    deploymentId: desired.deploymentId,
    revision: desired.revision,
    runningRevision: runningRevision(input, fresh, former),
    services,
    wanted: `${desired.revision}/${desired.intent}/${desired.held}/${desired.refusal?.reason ?? ""}`,
    reason: "",
    text: "",
    pulling: [...memory.pulls].map(([image, progress]) => ({ image, ...progress })),
    drift: memory.drift,
    notices: noticesOf(input),
  };
  const up = observed.containers.some(isUp);

  if (desired.intent === "remove" || desired.intent === "remove_with_volumes") {
    const left = observed.containers.length + observed.networks.length;
    const volumes = desired.intent === "remove_with_volumes" ? observed.volumes.length : 0;
    if (left + volumes === 0) return { ...base, state: ReportState.REPORT_STATE_STOPPED };
    const stuck = retryOf(memory, "stop/") ?? retryOf(memory, "remove/");
    if (stuck !== undefined) return { ...base, state: ReportState.REPORT_STATE_STUCK, ...stuck };
    return { ...base, state: ReportState.REPORT_STATE_ACCEPTED, text: "being removed" };
  }
  if (desired.held) {
    return { ...base, state: up ? ReportState.REPORT_STATE_ACCEPTED : ReportState.REPORT_STATE_HELD, reason: "Held" };
  }
  if (desired.intent === "stop") {
    return up
      ? { ...base, state: ReportState.REPORT_STATE_ACCEPTED, text: "being stopped" }
      : { ...base, state: ReportState.REPORT_STATE_STOPPED, reason: desired.offlineLimit ? "OfflineLimit" : "" };
  }
  if (desired.refusal !== undefined) {
    const { reason, text, passing, failed } = desired.refusal;
    const refused = failed === true ? ReportState.REPORT_STATE_FAILED : ReportState.REPORT_STATE_REFUSED;
    return { ...base, state: passing === true ? ReportState.REPORT_STATE_ACCEPTED : refused, reason, text };
  }
  if (hasFailed(input) && former.length > 0) {
    const { reason, text } = memory.failed as { reason: string; text: string };
    return { ...base, state: ReportState.REPORT_STATE_FAILED, reason, text };
  }

  const lacking = desired.services.filter(({ name }) => !fresh.has(name));
  if (lacking.some(({ image }) => !observed.images.has(image))) {
    const failure = retryOf(memory, "image/");
    if (failure === undefined) return { ...base, state: ReportState.REPORT_STATE_PULLING };
    return { ...base, state: isPassing(failure.reason) ? ReportState.REPORT_STATE_PULLING : ReportState.REPORT_STATE_FAILED, ...failure };
  }
  if (lacking.length > 0 && observed.busyPorts.size > 0) {
    const ports = [...observed.busyPorts].sort().join(", ");
    return { ...base, state: ReportState.REPORT_STATE_FAILED, reason: "PortInUse", text: `in use on this device: ${ports}` };
  }
  const clash = subnetClash(input);
  if (clash !== undefined) return { ...base, state: ReportState.REPORT_STATE_FAILED, reason: "SubnetClash", text: clash };
  const platform = platformMismatch(lacking, input);
  if (platform !== undefined) return { ...base, state: ReportState.REPORT_STATE_FAILED, reason: "PlatformMismatch", text: platform };
  for (const service of lacking) {
    const text = mismatchOf(input, service);
    if (text !== undefined) return { ...base, state: ReportState.REPORT_STATE_FAILED, reason: "VerifyFailed", text };
  }
  const trouble = retryOf(memory, "container/") ?? retryOf(memory, "start/") ?? retryOf(memory, "network/") ?? retryOf(memory, "volume/");
  if (trouble !== undefined) {
    return { ...base, state: isPassing(trouble.reason) ? ReportState.REPORT_STATE_STARTING : ReportState.REPORT_STATE_FAILED, ...trouble };
  }
  if (lacking.length > 0) return { ...base, state: ReportState.REPORT_STATE_STARTING };
  return { ...base, ...overall(input, fresh) };
}

/** State of a deployment whose containers are all there. */
function overall(
  input: PlanInput,
  fresh: ReadonlyMap<string, ObservedContainer>,
): Pick<Status, "state" | "reason" | "text"> {
  const { desired, observed, memory, now } = input;
  let waiting = false;
  let created = false;
  let completed = 0;
  for (const service of desired.services) {
    const container = fresh.get(service.name) as ObservedContainer;
    const restarts = memory.restarts.get(container.id) ?? 0;
    const verdict = gate(service, container, observed.images.get(service.image), now);
    if (verdict === "completed") completed++;
    else if (verdict === "unhealthy") {
      return { state: ReportState.REPORT_STATE_DEGRADED, reason: "Unhealthy", text: `the healthcheck of ${service.name} fails` };
    } else if (verdict === "exited") {
      const final = restartVerdict(service, container, restarts).restart === "never";
      const reason = container.oomKilled ? "OomKilled" : final ? "ExitedNonZero" : restarts >= 2 ? "CrashLoop" : "ExitedNonZero";
      const state = final ? ReportState.REPORT_STATE_FAILED : ReportState.REPORT_STATE_DEGRADED;
      return { state, reason, text: `${service.name} ended with ${container.exitCode}` };
    } else if (verdict === "waiting") {
      if (container.state === "created" || container.interrupted !== "") created = true;
      else waiting = true;
    }
  }
  if (created) return { state: ReportState.REPORT_STATE_STARTING, reason: "", text: "" };
  if (waiting) return { state: ReportState.REPORT_STATE_RUNNING, reason: "", text: "" };
  const all = completed === desired.services.length;
  return { state: all ? ReportState.REPORT_STATE_COMPLETED : ReportState.REPORT_STATE_HEALTHY, reason: "", text: "" };
}

function serviceStatus(
  { desired, observed, memory, now }: PlanInput,
  service: DesiredService,
  container: ObservedContainer | undefined,
): Status["services"][number] {
  const restarts = container === undefined ? 0 : (memory.restarts.get(container.id) ?? 0);
  const since = container === undefined ? 0 : Math.floor(Math.max(container.startedAt, container.finishedAt) / 1000);
  const entry = (state: ServiceState): Status["services"][number] => ({ index: service.index, state, restarts, since });
  if (container === undefined || container.state === "created") return entry(ServiceState.SERVICE_STATE_WAITING);
  if (desired.intent !== "run" || desired.held || desired.refusal !== undefined) {
    return entry(isUp(container) ? ServiceState.SERVICE_STATE_RUNNING : ServiceState.SERVICE_STATE_STOPPED);
  }
  switch (gate(service, container, observed.images.get(service.image), now)) {
    case "passed":
      return entry(ServiceState.SERVICE_STATE_HEALTHY);
    case "completed":
      return entry(ServiceState.SERVICE_STATE_COMPLETED);
    case "unhealthy":
      return entry(ServiceState.SERVICE_STATE_UNHEALTHY);
    case "exited": {
      const final = restartVerdict(service, container, restarts).restart === "never";
      return entry(final ? ServiceState.SERVICE_STATE_FAILED : ServiceState.SERVICE_STATE_RESTARTING);
    }
    case "waiting":
      if (container.interrupted !== "") return entry(ServiceState.SERVICE_STATE_WAITING);
      return entry(ServiceState.SERVICE_STATE_RUNNING);
  }
}

/** The newest revision for which every service stands as it should; 0 if none does. */
function runningRevision(
  { desired }: PlanInput,
  fresh: ReadonlyMap<string, ObservedContainer>,
  former: readonly ObservedContainer[],
): bigint {
  const stands = (container: ObservedContainer): boolean => isUp(container) || isDone(container);
  const all = desired.services.every(({ name }) => {
    const container = fresh.get(name);
    return container !== undefined && stands(container);
  });
  if (all && desired.services.length > 0) return desired.revision;
  return former.filter(isUp).reduce((newest, { revision }) => (revision > newest ? revision : newest), 0n);
}

/** True for states in which nothing is expected to change by itself. */
export function isSettled(state: ReportState): boolean {
  return (
    state === ReportState.REPORT_STATE_HEALTHY ||
    state === ReportState.REPORT_STATE_REFUSED ||
    state === ReportState.REPORT_STATE_COMPLETED ||
    state === ReportState.REPORT_STATE_HELD ||
    state === ReportState.REPORT_STATE_STOPPED
  );
}

function retryOf(memory: DeploymentMemory, prefix: string): { reason: string; text: string } | undefined {
  for (const [key, { reason, text }] of memory.retries) if (key.startsWith(prefix)) return { reason, text };
  return undefined;
}
