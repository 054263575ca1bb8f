import type { DesiredDeployment, DesiredNetwork } from "../desired/desired-state.ts";
import type { ContainerSummary, Engine } from "../docker/engine.ts";
import { readLimits } from "../docker/limits.ts";
import { COMPOSE, type Identity, OURS, readIdentity } from "../docker/labels.ts";
import type { Ending, ExitLedger } from "../state/exit-ledger.ts";
import type { HostRoutes } from "./host-routes.ts";
import type { PortProbe } from "./port-probe.ts";
import { BY_HAND, nothingObserved, type ObservedContainer, type ObservedDeployment, type ObservedImage, type TakenSubnet } from "./observed-state.ts";

/** One look at the Engine: everything of ours on it, by deployment. */
export interface Snapshot {
  /** By id of the deployment. */
  deployments: Map<bigint, ObservedDeployment>;
  /** Everything that is not ours, or bears forged labels. */
  strangers: { names: Set<string>; ports: Map<string, string> };
  /** Host ports that containers hold, with the deployment that holds them. */
  heldPorts: Map<string, bigint | undefined>;
  /** Subnets of all networks of the Engine. */
  networkSubnets: TakenSubnet[];
  /** Networks that deployments share, by their name among those: name on the Engine. */
  sharedNetworks: Map<string, string>;
  /** Those of them that no container is on. */
  idleSharedNetworks: string[];
  /** Volumes of ours, also of deployments that are gone: their data waits for the next deployment of the name. */
  volumes: OwnVolume[];
}

interface OwnVolume {
  name: string;
  key: string;
  groupId: bigint;
  deploymentId: bigint;
  project: string;
}

/** Reads containers, networks and volumes once. */
export async function observe(engine: Engine, device: string, macKey: Uint8Array, exits: ExitLedger): Promise<Snapshot> {
  const [containers, networks, volumes] = await Promise.all([
    engine.listContainers(),
    engine.listNetworks(),
    engine.listVolumes(),
  ]);
  const snapshot: Snapshot = { deployments: new Map(), strangers: { names: new Set(), ports: new Map() }, heldPorts: new Map(), networkSubnets: [], sharedNetworks: new Map(), idleSharedNetworks: [], volumes: [] };
  const of = (id: bigint): ObservedDeployment => {
    let entry = snapshot.deployments.get(id);
    if (entry === undefined) {
      entry = nothingObserved();
      snapshot.deployments.set(id, entry);
    }
    return entry;
  };
  const identityOf = (labels: Record<string, string>, object: string): Identity | undefined => {
    const identity = readIdentity(macKey, labels, object);
    return identity?.device === device ? identity : undefined;
  };
  const own = (labels: Record<string, string>, object: string): bigint | undefined => identityOf(labels, object)?.deploymentId;

  await Promise.all(
    containers.map(async (summary) => {
      const service = summary.labels[COMPOSE.service] ?? "";
      const id = own(summary.labels, `service/${service}`);
      for (const port of summary.publishedPorts) snapshot.heldPorts.set(port, id);
      if (id === undefined) {
        snapshot.strangers.names.add(summary.name);
        return;
      }
      const container = await observeContainer(engine, summary, service, exits);
      if (container !== undefined) of(id).containers.push(container);
    }),
  );
  for (const { name, labels, subnets } of networks) {
    snapshot.networkSubnets.push(...subnets.map((subnet) => ({ subnet, owner: `the network ${name}` })));
    const key = labels[COMPOSE.network] ?? "";
    if (own(labels, `shared-network/${key}`) === 0n) {
      snapshot.sharedNetworks.set(key, name);
      continue;
    }
    const id = own(labels, `network/${key}`);
    if (id === undefined) snapshot.strangers.names.add(name);
    else of(id).networks.push({ name, key, configHash: labels[OURS.configHash] ?? "" });
  }
  for (const { name, labels } of volumes) {
    const key = labels[COMPOSE.volume] ?? "";
    const identity = identityOf(labels, `volume/${key}`);
    if (identity === undefined) {
      snapshot.strangers.names.add(name);
      continue;
    }
    const { groupId, deploymentId } = identity;
    of(deploymentId).volumes.push({ name, key, configHash: "" });
    snapshot.volumes.push({ name, key, groupId, deploymentId, project: labels[COMPOSE.project] ?? "" });
  }
  exits.end(new Set([...snapshot.deployments.values()].flatMap((entry) => entry.containers.map(({ id }) => id))));
  const joined = new Set([...snapshot.deployments.values()].flatMap((entry) => entry.containers.flatMap((container) => container.networks)));
  snapshot.idleSharedNetworks.push(...[...snapshot.sharedNetworks.values()].filter((name) => !joined.has(name)));
  for (const entry of snapshot.deployments.values()) {
    entry.sharedNetworks = snapshot.sharedNetworks;
    entry.idleSharedNetworks = snapshot.idleSharedNetworks;
    entry.containers.sort((a, b) => (a.id < b.id ? -1 : 1));
    entry.takenNames = snapshot.strangers.names;
  }
  return snapshot;
}

/** A deployment has the volumes that an earlier one of its name left behind: its id is new, its data is not. */
function inheritVolumes({ volumes }: Snapshot, { groupId, deploymentId, project }: DesiredDeployment, entry: ObservedDeployment): void {
  for (const volume of volumes) {
    if (volume.deploymentId === deploymentId || volume.groupId !== groupId || volume.project !== project) continue;
    if (entry.volumes.some(({ key }) => key === volume.key)) continue;
    entry.volumes.push({ name: volume.name, key: volume.key, configHash: "" });
  }
}

async function observeContainer(
  engine: Engine,
  summary: ContainerSummary,
  service: string,
  exits: ExitLedger,
): Promise<ObservedContainer | undefined> {
  const detail = await engine.inspectContainer(summary.id);
  if (detail === undefined) return undefined;
  const { labels } = summary;
  const restart = labels[OURS.restart] ?? "no";
  return {
    id: detail.id,
    name: detail.name,
    service,
    configHash: labels[OURS.configHash] ?? "",
    revision: BigInt(labels[OURS.revision] ?? "0"),
    specHash: labels[OURS.specHash] ?? "",
    restart,
    dependsOn: (labels[COMPOSE.dependsOn] ?? "").split(",").filter(Boolean).map((entry) => entry.split(":")[0] as string),
    state: detail.state,
    health: detail.health,
    exitCode: detail.exitCode,
    oomKilled: detail.oomKilled,
    graceSeconds: detail.graceSeconds,
    interrupted: interruption(exits.ending({ id: detail.id, state: detail.state, startedAt: detail.startedAt, finishedAt: detail.finishedAt }), restart, detail.exitCode),
    startedAt: detail.startedAt,
    finishedAt: detail.finishedAt,
    networks: detail.networks,
    security: detail.security,
    limits: detail.limits,
    wantedLimits: readLimits(labels[OURS.limits] ?? ""),
    checkedImageId: labels[OURS.imageId] ?? "",
  };
}

/** In doubt a job that ended well stays so, and everything else is started again. */
function interruption(ending: Ending, restart: string, exitCode: number): string {
  if (ending === "own" || (ending === "unseen" && restart === "no" && exitCode === 0)) return "";
  return { stopped: "stopped by the agent before", by_hand: BY_HAND, unseen: "ended unseen with the Engine or the machine" }[ending];
}

/** Adds what the plan of one deployment needs to know beside its own objects: images, and ports that others hold. */
export async function observeSurroundings(
  engine: Engine,
  probe: PortProbe,
  routes: HostRoutes,
  snapshot: Snapshot,
  desired: DesiredDeployment,
): Promise<ObservedDeployment> {
  const entry = snapshot.deployments.get(desired.deploymentId) ?? {
    containers: [],
    networks: [],
    volumes: [],
    sharedNetworks: snapshot.sharedNetworks,
    idleSharedNetworks: snapshot.idleSharedNetworks,
    images: new Map<string, ObservedImage>(),
    busyPorts: new Set<string>(),
    takenSubnets: [],
    takenNames: snapshot.strangers.names,
  };
  inheritVolumes(snapshot, desired, entry);
  if (desired.intent !== "run" || desired.refusal !== undefined) return entry;
  const references = [...new Set(desired.services.map(({ image }) => image))];
  await Promise.all(
    references.map(async (reference) => {
      const image = await engine.inspectImage(reference);
      if (image !== undefined) entry.images.set(reference, image);
    }),
  );
  const hasNetwork = ({ name, shared, configHash }: DesiredNetwork): boolean =>
    shared === undefined ? entry.networks.some((network) => network.key === name && network.configHash === configHash) : snapshot.sharedNetworks.has(shared);
  if (!desired.networks.every(hasNetwork)) {
    entry.takenSubnets = [...snapshot.networkSubnets, ...(await routes.read()).map((subnet) => ({ subnet, owner: "a route or address of this device" }))];
  }
  const lacking = desired.services.filter(
    ({ name, configHash }) => !entry.containers.some((container) => container.service === name && container.configHash === configHash),
  );
  for (const service of lacking) {
    for (const port of service.config.ports ?? []) {
      if (port.published === undefined) continue;
      const key = `${port.protocol}/${port.published}`;
      if (snapshot.heldPorts.has(key)) {
        if (snapshot.heldPorts.get(key) !== desired.deploymentId) entry.busyPorts.add(key);
      } else if (!(await probe.isFree(port.protocol, port.published, port.host_ip))) {
        entry.busyPorts.add(key);
      }
    }
  }
  return entry;
}
