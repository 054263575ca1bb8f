import type { CanonicalPort, CanonicalService, CanonicalSpec } from "./canonical-spec.ts";
import { findCycle } from "./cycle.ts";
import { specError } from "./spec-error.ts";

/** Checks what one field says about another: names that are defined and used, and fields that may not stand together. */
export function checkReferences(spec: CanonicalSpec): void {
  const used = {
    networks: new Set<string>(),
    volumes: new Set<string>(),
    configs: new Set<string>(),
    secrets: new Set<string>(),
  };
  for (const [name, service] of Object.entries(spec.services)) {
    const at = `/services/${name}`;
    checkService(service, at);
    for (const [section, names] of Object.entries(references(service))) {
      for (const reference of names) {
        if (!Object.hasOwn(spec[section as keyof typeof used] ?? {}, reference))
          contradiction(`${at}/${section}`, `"${reference}" is not defined`);
        used[section as keyof typeof used].add(reference);
      }
    }
    for (const dependency of dependencies(service)) {
      if (!Object.hasOwn(spec.services, dependency)) contradiction(at, `service "${dependency}" is not defined`);
    }
  }
  for (const [section, names] of Object.entries(used)) {
    for (const name of Object.keys(spec[section as keyof typeof used] ?? {})) {
      if (!names.has(name)) throw specError("DAO2021", `/${section}/${name}`, "what no service uses is not written");
    }
  }
  const cycle = findCycle(
    new Map(Object.entries(spec.services).map(([name, service]) => [name, dependencies(service)])),
  );
  if (cycle) contradiction("/services", `services depend on each other in a circle: ${cycle.join(" -> ")}`);
  const clash = findPortClash(Object.entries(spec.services).map(([name, { ports }]) => [name, ports ?? []]));
  if (clash)
    contradiction(`/services/${clash.second}/ports`, `port ${clash.port.published} of the device is published twice`);
}

/** Services that have to be there before this one. */
export function dependencies(service: CanonicalService): string[] {
  const provider = service.network_mode?.startsWith("service:") ? [service.network_mode.slice("service:".length)] : [];
  return [...Object.keys(service.depends_on ?? {}), ...provider];
}

/** Two ports that need the same place on the device, if there are any. */
export function findPortClash(
  services: readonly (readonly [string, readonly CanonicalPort[]])[],
): { first: string; second: string; port: CanonicalPort } | undefined {
  const taken = new Map<string, { owner: string; address: string }[]>();
  for (const [owner, ports] of services) {
    for (const port of ports) {
      if (port.published === undefined) continue;
      const key = `${port.published}/${port.protocol}`;
      const address =
        port.host_ip === undefined || port.host_ip === "0.0.0.0" || port.host_ip === "::" ? "*" : port.host_ip;
      const others = taken.get(key) ?? [];
      const clash = others.find((other) => other.address === address || other.address === "*" || address === "*");
      if (clash) return { first: clash.owner, second: owner, port };
      taken.set(key, [...others, { owner, address }]);
    }
  }
  return undefined;
}

function references(service: CanonicalService): Record<"networks" | "volumes" | "configs" | "secrets", string[]> {
  return {
    networks: Object.keys(service.networks ?? {}),
    volumes: (service.volumes ?? []).flatMap((mount) => (mount.type === "volume" ? (mount.source ?? []) : [])),
    configs: (service.configs ?? []).map(({ source }) => source),
    secrets: (service.secrets ?? []).map(({ source }) => source),
  };
}

function checkService(service: CanonicalService, at: string): void {
  const { networks, network_mode, healthcheck, restart, logging, mem_limit, memswap_limit, mem_reservation } = service;
  if ((networks === undefined) === (network_mode === undefined))
    contradiction(at, "exactly one of networks and network_mode has to be there");
  if (network_mode !== undefined && service.ports)
    contradiction(`${at}/ports`, `nothing can be published with network_mode ${network_mode}`);
  if (healthcheck?.disable && Object.keys(healthcheck).length > 1)
    contradiction(`${at}/healthcheck`, "disable stands alone");
  const [kind] = healthcheck?.test ?? [];
  if (kind !== undefined && kind !== "CMD" && kind !== "CMD-SHELL")
    contradiction(`${at}/healthcheck/test`, "it starts with CMD or CMD-SHELL");
  if (kind === "CMD-SHELL" && healthcheck!.test!.length !== 2)
    contradiction(`${at}/healthcheck/test`, "CMD-SHELL takes one line");
  if (restart?.max_attempts !== undefined && restart.policy !== "on-failure")
    contradiction(`${at}/restart`, "max_attempts goes with on-failure");
  if (logging?.driver === "none" && Object.keys(logging).length > 1)
    contradiction(`${at}/logging`, "driver none has no options");
  if (logging?.driver === "local" && Object.keys(logging).length === 1)
    throw specError("DAO2021", `${at}/logging`, "a default is not written");
  if (memswap_limit !== undefined && memswap_limit < (mem_limit ?? Infinity))
    contradiction(`${at}/memswap_limit`, "it is at least mem_limit, which has to be there");
  if (mem_reservation !== undefined && mem_reservation > (mem_limit ?? Infinity))
    contradiction(`${at}/mem_reservation`, "it is at most mem_limit");
  for (const [name, { soft, hard }] of Object.entries(service.ulimits ?? {})) {
    if (hard !== -1 && (soft === -1 || soft > hard)) contradiction(`${at}/ulimits/${name}`, "soft is at most hard");
  }
}

function contradiction(pointer: string, detail: string): never {
  throw specError("DAO2027", pointer, detail);
}
