import type { workload } from "../index.ts";

/** Placement as text, as the flags would say it. */
export function placementText(placement: workload.Placement): string {
  if (placement.devices.length > 0) return `${placement.devices.length} named device${placement.devices.length === 1 ? "" : "s"}`;
  const count = placement.replicas === 0 ? "every device" : `${placement.replicas} device${placement.replicas === 1 ? "" : "s"}`;
  return `${count} with ${placement.selector.join(",")}`;
}
