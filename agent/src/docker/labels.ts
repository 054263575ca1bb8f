import { createHmac } from "node:crypto";

/** Labels of Docker Compose, so that `docker compose ls`, `ps` and `logs` see our containers. */
export const COMPOSE = {
  project: "com.docker.compose.project",
  service: "com.docker.compose.service",
  number: "com.docker.compose.container-number",
  oneoff: "com.docker.compose.oneoff",
  configHash: "com.docker.compose.config-hash",
  dependsOn: "com.docker.compose.depends_on",
  image: "com.docker.compose.image",
  network: "com.docker.compose.network",
  volume: "com.docker.compose.volume",
  workingDir: "com.docker.compose.project.working_dir",
  configFiles: "com.docker.compose.project.config_files",
  version: "com.docker.compose.version",
} as const;

/** Our labels. Identity and change detection live here, so a killed agent picks up where it was. */
export const OURS = {
  group: "dev.daonetes.group",
  device: "dev.daonetes.device",
  deployment: "dev.daonetes.deployment",
  revision: "dev.daonetes.revision",
  specHash: "dev.daonetes.spec-hash",
  configHash: "dev.daonetes.config-hash",
  restart: "dev.daonetes.restart",
  /** Limits as they were asked for, see `limitsText`. */
  limits: "dev.daonetes.limits",
  /** Image by the Engine's own id, as it was when its digest was checked. */
  imageId: "dev.daonetes.image-id",
  mac: "dev.daonetes.mac",
} as const;

/** Who made an object, and for what. */
export interface Identity {
  /** Address of the device. */
  device: string;
  groupId: bigint;
  deploymentId: bigint;
  /** `service/NAME`, `network/NAME` or `volume/NAME`; `shared-network/NAME` with deployment 0. */
  object: string;
  configHash: string;
}

/** Message authentication code of an identity: forged labels mark a stranger. */
export function macOf(key: Uint8Array, identity: Identity): string {
  const text = [identity.device, identity.groupId, identity.deploymentId, identity.object, identity.configHash].join("\n");
  return createHmac("sha256", key).update(text).digest("hex").slice(0, 32);
}

/** Our labels for an object. */
export function identityLabels(key: Uint8Array, identity: Identity): Record<string, string> {
  return {
    [OURS.device]: identity.device,
    [OURS.group]: String(identity.groupId),
    [OURS.deployment]: String(identity.deploymentId),
    [OURS.configHash]: identity.configHash,
    [OURS.mac]: macOf(key, identity),
  };
}

/** @returns the identity if these labels are ours and genuine, else undefined */
export function readIdentity(
  key: Uint8Array,
  labels: Readonly<Record<string, string>>,
  object: string,
): Identity | undefined {
  const device = labels[OURS.device];
  const group = labels[OURS.group];
  const deployment = labels[OURS.deployment];
  const configHash = labels[OURS.configHash];
  if (device === undefined || group === undefined || deployment === undefined || configHash === undefined) return undefined;
  if (!/^\d{1,20}$/.test(group) || !/^\d{1,20}$/.test(deployment)) return undefined;
  const identity = { device, groupId: BigInt(group), deploymentId: BigInt(deployment), object, configHash };
  return macOf(key, identity) === labels[OURS.mac] ? identity : undefined;
}

/** Name of a network that the deployments of a group share on a device. */
export function sharedNetworkName(groupName: string, shared: string): string {
  return `daonet_${groupName}_${shared}`;
}

/** Name of the Compose project of a deployment. */
export function projectName(groupName: string, deploymentName: string): string {
  return `daonet-${groupName}-${deploymentName}`;
}
