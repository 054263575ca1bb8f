import { providersOf } from "@daonetes/client/compose";
import { anonymousVolumes, containerConfig, type DeviceContext, endpointConfig, networkOrder } from "../desired/container-config.ts";
import type { DesiredNetwork, DesiredService } from "../desired/desired-state.ts";
import type { NetworkConfig } from "../docker/engine.ts";
import { COMPOSE, identityLabels, sharedNetworkName } from "../docker/labels.ts";
import type { ObservedContainer } from "../observed/observed-state.ts";
import { mismatchOf } from "./memory.ts";
import type { PlanInput } from "./plan-input.ts";
import type { Step } from "./step.ts";
import { chooseSubnets, type SubnetChoice } from "./subnets.ts";

/** Networks and volumes that the lacking services need and that are not there. */
export function missingObjects(input: PlanInput, lacking: readonly DesiredService[]): Step[] {
  const { desired, observed, facts } = input;
  const steps: Step[] = [];
  const detached = desired.networks.some(({ name }) => findNetwork(input, name) === undefined);
  if (lacking.length === 0 && !detached) return steps;
  const identity = (object: string, configHash: string): Record<string, string> =>
    identityLabels(facts.macKey, {
      device: facts.device,
      groupId: desired.groupId,
      deploymentId: desired.deploymentId,
      object,
      configHash,
    });
  for (const { network, choice } of lackingNetworks(input)) {
    if ("clash" in choice) continue;
    const { subnets } = choice;
    if (network.shared !== undefined) {
      steps.push(createShared(input, network, network.shared, subnets));
      continue;
    }
    const taken = new Set([...observed.takenNames, ...observed.networks.map(({ name }) => name)]);
    const base = `${desired.project}_${network.name}`;
    steps.push({
      kind: "createNetwork",
      key: `network/${network.name}`,
      cause: "needed",
      config: {
        name: freeName(base, `-${network.configHash.slice(0, 6)}`, taken),
        subnets,
        internal: network.internal,
        enableIpv6: network.enableIpv6,
        labels: {
          ...network.labels,
          ...identity(`network/${network.name}`, network.configHash),
          [COMPOSE.project]: desired.project,
          [COMPOSE.network]: network.name,
          [COMPOSE.version]: "2.0.0",
        },
      },
    });
  }
  const keys = new Map(desired.volumes.map(({ name, labels }) => [name, labels]));
  for (const service of desired.services) {
    for (const key of anonymousVolumes(service, observed.images.get(service.image)?.volumes ?? [])) keys.set(key, {});
  }
  for (const [key, labels] of keys) {
    if (observed.volumes.some((volume) => volume.key === key)) continue;
    steps.push({
      kind: "createVolume",
      key: `volume/${key}`,
      cause: "needed",
      name: freeName(`${desired.project}_${key}`, `-${desired.deploymentId}`, observed.takenNames),
      labels: {
        ...labels,
        ...identity(`volume/${key}`, "-"),
        [COMPOSE.project]: desired.project,
        [COMPOSE.volume]: key,
        [COMPOSE.version]: "2.0.0",
      },
    });
  }
  return steps;
}

/** Networks that are to be made, with the subnets that each can have; no two of them the same. */
function lackingNetworks(input: PlanInput): { network: DesiredNetwork; choice: SubnetChoice }[] {
  const { desired, observed, facts } = input;
  const taken = [...observed.takenSubnets];
  return desired.networks.flatMap((network) => {
    if (findNetwork(input, network.name) !== undefined) return [];
    const choice = chooseSubnets(network, network.shared === undefined ? `${desired.deploymentId}/${network.name}` : `shared/${network.shared}`, taken, facts);
    if ("subnets" in choice) taken.push(...choice.subnets.map(({ subnet }) => ({ subnet, owner: `the network ${network.name} of this deployment` })));
    return [{ network, choice }];
  });
}

/** Why a network of the deployment cannot be made; undefined = none is lacking, or all can be. Pure. */
export function subnetClash(input: PlanInput): string | undefined {
  for (const { choice } of lackingNetworks(input)) if ("clash" in choice) return choice.clash;
  return undefined;
}

export function findNetwork({ desired, observed }: PlanInput, name: string): string | undefined {
  const wanted = desired.networks.find((network) => network.name === name);
  if (wanted?.shared !== undefined) return observed.sharedNetworks.get(wanted.shared);
  return observed.networks.find(({ key, configHash }) => key === name && configHash === wanted?.configHash)?.name;
}

/** A bridge that belongs to the group, and to no deployment of it. */
function createShared({ desired, facts }: PlanInput, network: DesiredNetwork, shared: string, subnets: NetworkConfig["subnets"]): Step {
  const labels = identityLabels(facts.macKey, {
    device: facts.device,
    groupId: desired.groupId,
    deploymentId: 0n,
    object: `shared-network/${shared}`,
    configHash: "-",
  });
  return {
    kind: "createNetwork",
    key: `network/${network.name}`,
    cause: "shared in the group",
    config: {
      name: sharedNetworkName(desired.groupName, shared),
      subnets,
      internal: false,
      enableIpv6: false,
      labels: { ...labels, [COMPOSE.network]: shared, [COMPOSE.version]: "2.0.0" },
    },
  };
}

function freeName(base: string, suffix: string, taken: ReadonlySet<string>): string {
  return taken.has(base) ? `${base}${suffix}` : base;
}

export function createStep(input: PlanInput, service: DesiredService, fresh: ReadonlyMap<string, ObservedContainer>): Step | undefined {
  const { desired, observed } = input;
  if (providersOf(service.config).some((provider) => !fresh.has(provider))) return undefined;
  if (mismatchOf(input, service) !== undefined) return undefined;
  const taken = new Set([...observed.takenNames, ...observed.containers.map(({ name }) => name)]);
  const name = freeName(`${desired.project}-${service.name}-1`, `-r${desired.revision}`, taken);
  const config = containerConfig(desired, service, name, deviceContext(input, service, fresh));
  return { kind: "createContainer", key: `container/${service.name}`, cause: `revision ${desired.revision}`, service: service.name, config };
}

export function missingNetworks(input: PlanInput, service: DesiredService, container: ObservedContainer): Step[] {
  const steps: Step[] = [];
  for (const network of networkOrder(service.config)) {
    const name = findNetwork(input, network);
    if (name === undefined || container.networks.includes(name)) continue;
    steps.push({
      kind: "connectNetwork",
      key: `connect/${service.name}/${network}`,
      cause: "before the start",
      network: name,
      container: container.id,
      endpoint: endpointConfig(service, network),
    });
  }
  return steps;
}

export function deviceContext(input: PlanInput, service: DesiredService, fresh: ReadonlyMap<string, ObservedContainer>): DeviceContext {
  const { desired, observed, facts } = input;
  return {
    ...facts,
    networkName: (name) => findNetwork(input, name) ?? `${desired.project}_${name}`,
    volumeName: (key) => observed.volumes.find((volume) => volume.key === key)?.name ?? `${desired.project}_${key}`,
    imageId: observed.images.get(service.image)?.id ?? "",
    imageVolumes: observed.images.get(service.image)?.volumes ?? [],
    providerId: (name) => fresh.get(name)?.id ?? "",
  };
}
