import { createHash } from "node:crypto";
import { type CanonicalSpec, providersOf } from "@daonetes/client/compose";
import { type Pins, secretNamesOf } from "../secrets/secret-files.ts";

/**
 * What makes a running container the right one: the service's own part of the spec, every top-level object that it
 * uses, the versions of its secrets, the restart generation and the profile. It is the intent, not the mapper's output, so a new version of the
 * agent recreates nothing.
 */
export function configHash(spec: CanonicalSpec, service: string, restartGeneration: bigint, profile: number, pins: Pins = new Map()): string {
  const hash = createHash("sha256");
  addService(hash, spec, service, pins, new Set());
  hash.update(`\ngeneration ${restartGeneration}\nprofile ${profile}`);
  return hash.digest("hex");
}

function addService(hash: ReturnType<typeof createHash>, spec: CanonicalSpec, name: string, pins: Pins, seen: Set<string>): void {
  if (seen.has(name)) return;
  seen.add(name);
  const service = spec.services[name];
  if (service === undefined) return;
  hash.update(`\nservice ${JSON.stringify(service)}`);
  for (const network of Object.keys(service.networks ?? {}).sort()) {
    hash.update(`\nnetwork ${network} ${JSON.stringify(spec.networks?.[network] ?? {})}`);
  }
  for (const mount of service.volumes ?? []) {
    if (mount.type === "snapshot") hash.update(`\nsnapshot ${mount.source} ${JSON.stringify(spec.snapshots?.[mount.source] ?? {})}`);
    if (mount.type === "volume" && mount.source !== undefined) {
      hash.update(`\nvolume ${mount.source} ${JSON.stringify(spec.volumes?.[mount.source] ?? {})}`);
    }
  }
  for (const { source } of service.configs ?? []) {
    hash.update(`\nconfig ${source} ${JSON.stringify(spec.configs?.[source] ?? {})}`);
  }
  for (const secret of secretNamesOf(service)) hash.update(`\nsecret ${secret} ${pins.get(secret) ?? 0n}`);
  for (const provider of providersOf(service)) addService(hash, spec, provider, pins, seen);
}

/** Hash of a network's own configuration. */
export function networkHash(spec: CanonicalSpec, network: string): string {
  return createHash("sha256").update(JSON.stringify(spec.networks?.[network] ?? {})).digest("hex");
}
