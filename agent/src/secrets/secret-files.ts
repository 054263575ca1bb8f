import { createHash } from "node:crypto";
import type { CanonicalSecretMount, CanonicalService, CanonicalSpec } from "@daonetes/client/compose";

/** A version of a secret. */
export interface PinnedSecret {
  name: string;
  version: bigint;
}

/** A secret as a file of the agent's tmpfs, named by what it is: another version or owner is another file. */
export interface SecretFile extends PinnedSecret {
  /** Name below the folder of secrets. */
  file: string;
  mode: number;
  uid: number;
  gid: number;
}

/** An environment variable whose value is a secret. */
export interface SecretVariable extends PinnedSecret {
  variable: string;
}

/** Version by name, as an assignment pins them. */
export type Pins = ReadonlyMap<string, bigint>;

/** Only the owner of the file reads it, and nobody writes it. */
const SECRET_MODE = 0o400;

export function secretFile({ source, mode = SECRET_MODE, uid = 0, gid = 0 }: CanonicalSecretMount, pins: Pins): SecretFile {
  const version = versionOf(source, pins);
  const text = JSON.stringify([source, String(version), mode, uid, gid]);
  return { file: createHash("sha256").update(text).digest("hex").slice(0, 40), name: source, version, mode, uid, gid };
}

/** Files of secrets that a service mounts, with their paths in the container. */
export function secretMounts(service: CanonicalService, pins: Pins): (SecretFile & { target: string })[] {
  return (service.secrets ?? []).map((mount) => ({ ...secretFile(mount, pins), target: mount.target }));
}

/** Variables of a service whose values are secrets, sorted by name. */
export function secretVariables(service: CanonicalService, pins: Pins): SecretVariable[] {
  return Object.entries(service.secret_environment ?? {}).map(([variable, name]) => ({ variable, name, version: versionOf(name, pins) }));
}

/** Names of the secrets that a service reads, sorted, each once. */
export function secretNamesOf(service: CanonicalService): string[] {
  return [...new Set([...Object.values(service.secret_environment ?? {}), ...(service.secrets ?? []).map(({ source }) => source)])].sort();
}

/** Files that the services of a spec mount, each once. */
export function secretFilesOf(spec: CanonicalSpec, pins: Pins): SecretFile[] {
  const files = Object.values(spec.services).flatMap((service) => (service.secrets ?? []).map((mount) => secretFile(mount, pins)));
  return [...new Map(files.map((file) => [file.file, file])).values()];
}

/** 0 = not pinned, which a chain that follows its rules never lets happen. */
function versionOf(name: string, pins: Pins): bigint {
  return pins.get(name) ?? 0n;
}
