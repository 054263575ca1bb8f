import type { DesiredDeployment, DesiredService } from "../desired/desired-state.ts";
import type { ObservedContainer, ObservedImage } from "../observed/observed-state.ts";
import { gate } from "./gate.ts";

export interface DependencyView {
  /** Container of the desired configuration, by service. */
  fresh: ReadonlyMap<string, ObservedContainer>;
  images: ReadonlyMap<string, ObservedImage>;
  now: number;
}

/** True when everything that the service waits for is so far. Pure. */
export function dependenciesMet(deployment: DesiredDeployment, service: DesiredService, view: DependencyView): boolean {
  return Object.entries(service.config.depends_on ?? {}).every(([name, { condition, required }]) => {
    const dependency = deployment.services.find((other) => other.name === name);
    if (dependency === undefined) return required === false;
    const container = view.fresh.get(name);
    if (container === undefined) return false;
    const verdict = gate(dependency, container, view.images.get(dependency.image), view.now);
    if (condition === "service_completed_successfully") return verdict === "completed";
    if (condition === "service_healthy") return verdict === "passed" || (required === false && verdict === "exited");
    return container.state === "running" || verdict === "completed";
  });
}

/** Of these running containers, those on which no other of them depends: the next ones to stop. Pure. */
export function stoppableNow(running: readonly ObservedContainer[]): ObservedContainer[] {
  const next = running.filter(({ service }) => !running.some((other) => other.service !== service && other.dependsOn.includes(service)));
  return next.length > 0 ? next : [...running];
}
