import { isProjectPath } from "./canonical-schema.ts";
import type { CanonicalNetwork, CanonicalPort, CanonicalService, CanonicalSpec } from "./canonical-spec.ts";
import { blobsOf, secretsOf } from "./content.ts";
import { findCycle } from "./cycle.ts";
import { isShared, requiresOf } from "./grants.ts";
import { MAX_BLOBS, MAX_SECRETS } from "./limits.ts";
import { dirname } from "./posix-path.ts";
import { type AddressRange, contains, parseCidr } from "./subnet.ts";
import { OWN_LOG_DRIVERS } from "./verdicts.ts";
import { specError } from "./spec-error.ts";

/** Checks what one field says about another: names that are defined and used, and fields that may not stand together. */
export function checkReferences(spec: CanonicalSpec): void {
  const used = {
    networks: new Set<string>(),
    volumes: new Set<string>(),
    snapshots: new Set<string>(),
    configs: new Set<string>(),
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
  for (const [name, network] of Object.entries(spec.networks ?? {})) checkNetwork(network, `/networks/${name}`);
  for (const [name, volume] of Object.entries(spec.volumes ?? {})) {
    if (volume.external !== undefined && volume.labels !== undefined)
      contradiction(`/volumes/${name}`, "external stands alone");
  }
  checkSnapshots(spec);
  checkAddresses(spec);
  checkRequires(spec);
  const secrets = secretsOf(spec);
  if (secrets.length > MAX_SECRETS) contradiction("/services", `${secrets.length} secrets, at most ${MAX_SECRETS} are allowed`);
  const clash = findPortClash(Object.entries(spec.services).map(([name, { ports }]) => [name, ports ?? []]));
  if (clash)
    contradiction(`/services/${clash.second}/ports`, `port ${clash.port.published} of the device is published twice`);
}

/** Services that have to be there before this one. */
export function dependencies(service: CanonicalService): string[] {
  return [...Object.keys(service.depends_on ?? {}), ...providersOf(service)];
}

/** Services whose containers this one shares a namespace with. */
export function providersOf(service: Pick<CanonicalService, "network_mode" | "pid" | "ipc">): string[] {
  return [service.network_mode, service.pid, service.ipc].flatMap((mode) =>
    mode?.startsWith("service:") ? [mode.slice("service:".length)] : [],
  );
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

function references(
  service: CanonicalService,
): Record<"networks" | "volumes" | "snapshots" | "configs", string[]> {
  return {
    networks: Object.keys(service.networks ?? {}),
    volumes: (service.volumes ?? []).flatMap((mount) => (mount.type === "volume" ? (mount.source ?? []) : [])),
    snapshots: (service.volumes ?? []).flatMap((mount) => (mount.type === "snapshot" ? mount.source : [])),
    configs: (service.configs ?? []).map(({ source }) => source),
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
  checkLogging(logging, at);
  for (const name of Object.keys(service.secret_environment ?? {})) {
    if (Object.hasOwn(service.environment ?? {}, name)) contradiction(`${at}/secret_environment/${name}`, "it has a plain value too");
  }
  if (service.cpus !== undefined && (service.cpu_quota ?? service.cpu_period) !== undefined)
    contradiction(`${at}/cpus`, "it stands alone, without cpu_quota and cpu_period");
  for (const gpu of service.gpus ?? []) {
    if (gpu.count !== undefined && gpu.device_ids !== undefined)
      contradiction(`${at}/gpus`, "exactly one of count and device_ids has to be there");
    if (gpu.count === 0) contradiction(`${at}/gpus`, "a count of 0 asks for nothing");
  }
  for (const mount of service.volumes ?? []) {
    if (mount.type === "bind" && isShared(mount) && (mount.create ?? mount.propagation) !== undefined)
      contradiction(`${at}/volumes`, `${mount.source} stands alone`);
  }
  const targets = [...(service.volumes ?? []), ...(service.configs ?? []), ...(service.secrets ?? [])];
  if (new Set(targets.map(({ target }) => target)).size < targets.length)
    contradiction(`${at}/volumes`, "one path is mounted twice");
  if (memswap_limit !== undefined && memswap_limit < (mem_limit ?? Infinity))
    contradiction(`${at}/memswap_limit`, "it is at least mem_limit, which has to be there");
  if (mem_reservation !== undefined && mem_reservation > (mem_limit ?? Infinity))
    contradiction(`${at}/mem_reservation`, "it is at most mem_limit");
  for (const [name, { soft, hard }] of Object.entries(service.ulimits ?? {})) {
    if (hard !== -1 && (soft === -1 || soft > hard)) contradiction(`${at}/ulimits/${name}`, "soft is at most hard");
  }
}

function checkLogging(logging: CanonicalService["logging"], at: string): void {
  if (logging === undefined) return;
  const { driver, options } = logging;
  const fields = Object.keys(logging).length;
  if (driver === "none" && fields > 1) contradiction(`${at}/logging`, "driver none has no options");
  if (driver === "local" && fields === 1) throw specError("DAO2021", `${at}/logging`, "a default is not written");
  const own = OWN_LOG_DRIVERS.includes(driver);
  if (own && options !== undefined) contradiction(`${at}/logging`, `${driver} has max_size and max_file only`);
  if (!own && fields > (options === undefined ? 1 : 2)) contradiction(`${at}/logging`, `${driver} has options only`);
}

function checkNetwork(network: CanonicalNetwork, at: string): void {
  if (network.shared !== undefined && Object.keys(network).length > 1) contradiction(at, "shared stands alone");
  const ranges: AddressRange[] = [];
  for (const { subnet, gateway, ip_range } of network.subnets ?? []) {
    const range = parseCidr(subnet)!;
    if (gateway !== undefined && !contains(range, gateway)) contradiction(`${at}/subnets`, `${gateway} is not in ${subnet}`);
    const part = ip_range === undefined ? range : parseCidr(ip_range)!;
    if (part.family !== range.family || part.first < range.first || part.last > range.last)
      contradiction(`${at}/subnets`, `${ip_range} is not in ${subnet}`);
    if (range.family <= (ranges.at(-1)?.family ?? 0)) contradiction(`${at}/subnets`, "one of IPv4, then one of IPv6");
    ranges.push(range);
  }
}

/** Fixed addresses lie in a subnet that the file gives, and nobody shares one. */
function checkAddresses(spec: CanonicalSpec): void {
  const taken = new Set<string>();
  const ranges = new Map(
    Object.entries(spec.networks ?? {}).map(([name, { subnets }]) => [name, (subnets ?? []).map(({ subnet }) => parseCidr(subnet)!)]),
  );
  for (const [service, { networks }] of Object.entries(spec.services)) {
    for (const [name, { ipv4_address, ipv6_address }] of Object.entries(networks ?? {})) {
      for (const address of [ipv4_address, ipv6_address]) {
        if (address === undefined) continue;
        const at = `/services/${service}/networks/${name}`;
        if (!ranges.get(name)?.some((range) => contains(range, address)))
          contradiction(at, `${address} is in no subnet that ${name} has in this file`);
        if (taken.has(`${name} ${address}`)) contradiction(at, `${address} is given out twice`);
        taken.add(`${name} ${address}`);
      }
    }
  }
}

function checkSnapshots(spec: CanonicalSpec): void {
  for (const [name, snapshot] of Object.entries(spec.snapshots ?? {})) {
    const at = `/snapshots/${name}`;
    if (!isProjectPath(name)) contradiction(at, "it leaves the project, or is not normalised");
    if (snapshot.files === undefined) continue;
    if (Object.keys(snapshot).length > 1) contradiction(at, "files stands alone");
    const paths = new Set(Object.keys(snapshot.files));
    for (const path of paths) {
      if (!isProjectPath(path)) contradiction(`${at}/files`, "a path leaves the folder, or is not normalised");
      for (let folder = dirname(path); folder !== "."; folder = dirname(folder))
        if (paths.has(folder)) contradiction(`${at}/files`, "one path is a file and a folder");
    }
  }
  const hashes = new Set([...Object.values(spec.snapshots ?? {}), ...Object.values(spec.configs ?? {})].flatMap(blobsOf));
  if (hashes.size > MAX_BLOBS) contradiction("/snapshots", `${hashes.size} blobs, at most ${MAX_BLOBS} are allowed`);
}

/** `requires` says what the rest of the spec says, no more and no less. */
function checkRequires(spec: CanonicalSpec): void {
  const wanted = requiresOf(spec);
  const said = spec.requires ?? [];
  if (said.length !== wanted.length || said.some((text, index) => text !== wanted[index]))
    contradiction("/requires", `it has to be ${wanted.length === 0 ? "absent" : wanted.join(", ").slice(0, 200)}`);
}

function contradiction(pointer: string, detail: string): never {
  throw specError("DAO2027", pointer, detail);
}
