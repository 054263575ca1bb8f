import { providersOf } from "./canonical-references.ts";
import type { CanonicalService } from "./canonical-spec.ts";

/** What of a service says whether it can run twice at once. */
export type UpdatedService = Pick<CanonicalService, "ports" | "networks" | "network_mode" | "pid" | "ipc" | "update_order">;

/**
 * Why the former container of a service has to stop before the new one starts, whatever `update_order` says.
 * @returns undefined where both can run at once
 */
export function whyStopFirst(name: string, services: Readonly<Record<string, UpdatedService>>): string | undefined {
  const service = services[name];
  if (service === undefined) return undefined;
  if (service.ports?.some(({ published }) => published !== undefined)) return "it publishes ports of the device";
  if (service.network_mode === "host") return "it uses the network of the device";
  if (Object.values(service.networks ?? {}).some((network) => network.ipv4_address !== undefined || network.ipv6_address !== undefined)) return "it has a fixed address";
  if (providersOf(service).length > 0) return "it shares namespaces of another service";
  const sharer = Object.entries(services).find(([, other]) => providersOf(other).includes(name))?.[0];
  return sharer === undefined ? undefined : `${sharer} shares its namespaces`;
}

/** True where an update starts the new container of a service before the former one stops. */
export function startsFirst(name: string, services: Readonly<Record<string, UpdatedService>>): boolean {
  return services[name]?.update_order === "start-first" && whyStopFirst(name, services) === undefined;
}
