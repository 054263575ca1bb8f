import type { DesiredService } from "../desired/desired-state.ts";
import type { ObservedContainer, ObservedImage } from "../observed/observed-state.ts";

/** Without a healthcheck a service passes after this time without an exit. */
export const QUIET_MS = 10_000;

export type GateVerdict = "waiting" | "passed" | "completed" | "unhealthy" | "exited";

/** Where a service's container stands against its health gate. Pure. */
export function gate(
  service: DesiredService,
  container: ObservedContainer,
  image: ObservedImage | undefined,
  now: number,
): GateVerdict {
  if (container.state === "exited" || container.state === "dead") {
    if (container.interrupted !== "") return "waiting";
    return container.exitCode === 0 && !alwaysRestarts(service) ? "completed" : "exited";
  }
  if (container.state !== "running") return "waiting";
  if (hasHealthcheck(service, image)) {
    if (container.health === "healthy") return "passed";
    return container.health === "unhealthy" ? "unhealthy" : "waiting";
  }
  return now - container.startedAt >= QUIET_MS ? "passed" : "waiting";
}

/** True for services that are started again whatever their exit code. */
export function alwaysRestarts(service: DesiredService): boolean {
  const policy = service.config.restart?.policy;
  return policy === "always" || policy === "unless-stopped";
}

function hasHealthcheck(service: DesiredService, image: ObservedImage | undefined): boolean {
  const check = service.config.healthcheck;
  if (check?.disable === true) return false;
  return check?.test !== undefined || (image?.hasHealthcheck ?? false);
}
