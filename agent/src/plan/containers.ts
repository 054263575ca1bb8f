import type { DesiredDeployment } from "../desired/desired-state.ts";
import type { ObservedContainer, ObservedDeployment } from "../observed/observed-state.ts";

export interface SortedContainers {
  /** The one container of the desired configuration, by service. */
  fresh: Map<string, ObservedContainer>;
  /** Containers of another configuration, or of services that are no more. */
  former: ObservedContainer[];
  /** Further containers of the desired configuration. */
  surplus: ObservedContainer[];
}

/** Which containers are the desired ones, and which were there before. Pure. */
export function sortContainers(desired: DesiredDeployment, observed: ObservedDeployment): SortedContainers {
  const fresh = new Map<string, ObservedContainer>();
  const former: ObservedContainer[] = [];
  const surplus: ObservedContainer[] = [];
  const hashes = new Map(desired.services.map(({ name, configHash }) => [name, configHash]));
  const ordered = [...observed.containers].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  for (const container of ordered) {
    if (hashes.get(container.service) !== container.configHash) former.push(container);
    else if (fresh.has(container.service)) surplus.push(container);
    else fresh.set(container.service, container);
  }
  return { fresh, former, surplus };
}

/** Running ones first: of two equal containers the one that works is kept. */
function rank({ state }: ObservedContainer): number {
  return state === "running" ? 0 : state === "created" ? 2 : 1;
}

export function oldestPerService(containers: readonly ObservedContainer[]): ObservedContainer[] {
  const oldest = new Map<string, ObservedContainer>();
  for (const container of containers) {
    const known = oldest.get(container.service);
    if (known === undefined || container.revision < known.revision) oldest.set(container.service, container);
  }
  return [...oldest.values()];
}

/** True for a job that ended well, by itself. */
export function isDone({ state, exitCode, restart, interrupted }: ObservedContainer): boolean {
  return state === "exited" && interrupted === "" && exitCode === 0 && restart !== "always" && restart !== "unless-stopped";
}

export function isUp({ state }: ObservedContainer): boolean {
  return state === "running" || state === "paused" || state === "restarting";
}
