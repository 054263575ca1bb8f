import {
  anonymousVolumes,
  containerConfig,
  type DeviceContext,
  endpointConfig,
} from "../desired/container-config.ts";
import type { DesiredDeployment, DesiredService } from "../desired/desired-state.ts";
import { COMPOSE, identityLabels } from "../docker/labels.ts";
import type { ObservedContainer, ObservedDeployment } from "../observed/observed-state.ts";
import { restartPause } from "./backoff.ts";
import { dependenciesMet, stoppableNow } from "./dependencies.ts";
import { gate } from "./gate.ts";
import { type DeploymentMemory, isPassing } from "./memory.ts";
import { restartVerdict } from "./restart.ts";
import type { Step } from "./step.ts";
import { differences } from "./verify.ts";

/** What the device is, as far as the plan depends on it. */
export interface DeviceFacts {
  device: string;
  macKey: Uint8Array;
  /** Memory limit in bytes of containers whose spec names none. */
  defaultMemory: number;
}

export interface PlanInput {
  desired: DesiredDeployment;
  observed: ObservedDeployment;
  memory: DeploymentMemory;
  facts: DeviceFacts;
  /** Wall clock, Unix milliseconds. */
  now: number;
}

/** Restarts of a new revision's container after which it counts as failed, if a former revision exists. */
export const MAX_RESTARTS_BEFORE_PASSED = 3;

const DEFAULT_GRACE_SECONDS = 10;

/**
 * The steps that can be done now towards the desired state. Nothing waits inside: the next event or timer brings the
 * next pass, which begins with a fresh look. A plan for a state that is as desired is empty. Pure.
 */
export function plan(input: PlanInput): Step[] {
  const { desired, observed } = input;
  if (desired.intent === "remove" || desired.intent === "remove_with_volumes") return removal(input);
  if (desired.intent === "stop" || desired.held) return stop(observed.containers, graceOf(desired), desired.held ? "held by the owner" : "stopped");
  if (desired.refusal !== undefined) return [];
  const { fresh, former, surplus } = sortContainers(desired, observed);
  if (hasFailed(input) && former.length > 0) return restore(input, [...fresh.values(), ...surplus], former);
  return run(input, fresh, former, surplus);
}

/** True if the desired revision is one that did not come up while a former one existed. */
export function hasFailed({ desired, memory }: Pick<PlanInput, "desired" | "memory">): boolean {
  const { failed } = memory;
  return failed?.revision === desired.revision && failed.restartGeneration === desired.restartGeneration;
}

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

function run(
  input: PlanInput,
  fresh: Map<string, ObservedContainer>,
  former: ObservedContainer[],
  surplus: ObservedContainer[],
): Step[] {
  const { desired, observed, memory, now } = input;
  const steps: Step[] = surplus.map((container) => removeStep(container, "second copy"));
  const lacking = desired.services.filter(({ name }) => !fresh.has(name));

  const failure = former.length > 0 ? failureOf(input, fresh) : undefined;
  if (failure !== undefined) {
    const { revision, restartGeneration } = desired;
    return [{ kind: "recordFailure", key: `failure/${revision}`, cause: failure.reason, revision, restartGeneration, ...failure }];
  }

  const pulls = lacking.filter(({ image }) => !observed.images.has(image));
  if (pulls.length > 0) {
    const images = new Map(pulls.map((service) => [service.image, service]));
    for (const [image, service] of images) {
      steps.push({ kind: "pullImage", key: `image/${image}`, cause: `needed by ${service.name}`, image, digest: service.config.image.digest });
    }
    return ready(steps, memory, now);
  }
  if (lacking.length > 0 && observed.busyPorts.size > 0) return ready(steps, memory, now);

  const objects = missingObjects(input, lacking);
  if (objects.length > 0) return ready([...steps, ...objects], memory, now);

  const incomplete = lacking.length > 0 || [...fresh.values()].some((container) => !isUp(container) && !isDone(container));
  const running = former.filter(isUp);
  if (incomplete && running.length > 0) {
    steps.push(...stoppableNow(running).map((container) => stopStep(container, graceOf(desired), `revision ${desired.revision} replaces it`)));
    return ready(steps, memory, now);
  }
  for (const service of lacking) {
    const step = createStep(input, service, fresh);
    if (step !== undefined) steps.push(step);
  }
  for (const service of desired.services) {
    const container = fresh.get(service.name);
    if (container !== undefined) steps.push(...tend(input, service, container, fresh));
  }
  if (steps.length === 0 && lacking.length === 0 && allPassed(input, fresh)) steps.push(...tidy(input, fresh, former));
  return ready(steps, memory, now);
}

/** What one container of the desired configuration needs. */
function tend(
  input: PlanInput,
  service: DesiredService,
  container: ObservedContainer,
  fresh: ReadonlyMap<string, ObservedContainer>,
): Step[] {
  const { desired, observed, memory, now } = input;
  if (container.state === "dead" || container.state === "removing") return [removeStep(container, "dead")];
  if (container.state === "created") {
    const missing = missingNetworks(input, service, container);
    if (missing.length > 0) return missing;
    const intent = containerConfig(desired, service, container.name, deviceContext(input, service, fresh));
    const wrong = differences(intent, container.security);
    if (wrong.length > 0) {
      return [removeStep(container, `is not what was asked for: ${wrong.join(", ")}`)];
    }
    if (!dependenciesMet(desired, service, { fresh, images: observed.images, now })) return [];
    return [startStep(container, "created", false)];
  }
  if (container.state === "exited") {
    const verdict = restartVerdict(service, container, memory.restarts.get(container.id) ?? 0);
    if (verdict.restart === "never" || now < verdict.at) return [];
    if (!dependenciesMet(desired, service, { fresh, images: observed.images, now })) return [];
    return [startStep(container, `exited with ${container.exitCode}`, true)];
  }
  return [];
}

/** Why the desired revision does not come up, if it is certain. Asked only while a former revision exists. */
function failureOf(input: PlanInput, fresh: ReadonlyMap<string, ObservedContainer>): { reason: string; text: string } | undefined {
  const { desired, observed, memory, now } = input;
  for (const service of desired.services) {
    const creation = memory.retries.get(`container/${service.name}`);
    if (creation !== undefined && !isPassing(creation.reason)) return { reason: creation.reason, text: creation.text };
    const container = fresh.get(service.name);
    if (container === undefined) continue;
    const start = memory.retries.get(`start/${container.id}`);
    if (start !== undefined && !isPassing(start.reason)) return { reason: start.reason, text: start.text };
    const verdict = gate(service, container, observed.images.get(service.image), now);
    const restarts = memory.restarts.get(container.id) ?? 0;
    if (verdict === "unhealthy") return { reason: "Unhealthy", text: `the healthcheck of ${service.name} fails` };
    if (verdict === "exited") {
      if (container.oomKilled) return { reason: "OomKilled", text: `${service.name} was killed for want of memory` };
      if (restartVerdict(service, container, restarts).restart === "never") {
        return { reason: "ExitedNonZero", text: `${service.name} ended with ${container.exitCode}` };
      }
    }
    if (restarts >= MAX_RESTARTS_BEFORE_PASSED && verdict !== "passed") {
      return { reason: "CrashLoop", text: `${service.name} ended ${restarts + 1} times, last with ${container.exitCode}` };
    }
  }
  return undefined;
}

/** Back to what ran before: the containers of the failed revision go, the former ones start again. */
function restore(input: PlanInput, fresh: readonly ObservedContainer[], former: readonly ObservedContainer[]): Step[] {
  const { desired, memory, now } = input;
  // Whatever passed last removed what stood before it, so the oldest of each service is the one that worked.
  const kept = oldestPerService(former);
  const going = [
    ...fresh.filter(({ service, revision }) => revision === desired.revision || kept.some((old) => old.service === service)),
    ...former.filter((container) => !kept.includes(container)),
  ];
  const running = going.filter(isUp);
  if (running.length > 0) {
    return stoppableNow(running).map((container) => stopStep(container, graceOf(desired), "the revision failed"));
  }
  if (going.length > 0) return going.map((container) => removeStep(container, "the revision failed"));
  const steps: Step[] = [];
  for (const container of kept) {
    if (isUp(container) || isDone(container)) continue;
    if (kept.some((other) => container.dependsOn.includes(other.service) && !isUp(other) && !isDone(other))) continue;
    if (now < container.finishedAt + restartPause(memory.restarts.get(container.id) ?? 0)) continue;
    steps.push(startStep(container, "the former revision runs again", true));
  }
  return ready(steps, memory, now);
}

function oldestPerService(containers: readonly ObservedContainer[]): ObservedContainer[] {
  const oldest = new Map<string, ObservedContainer>();
  for (const container of containers) {
    const known = oldest.get(container.service);
    if (known === undefined || container.revision < known.revision) oldest.set(container.service, container);
  }
  return [...oldest.values()];
}

function isDone({ state, exitCode, restart }: ObservedContainer): boolean {
  return state === "exited" && exitCode === 0 && restart !== "always" && restart !== "unless-stopped";
}

function isUp({ state }: ObservedContainer): boolean {
  return state === "running" || state === "paused" || state === "restarting";
}

function allPassed({ desired, observed, now }: PlanInput, fresh: ReadonlyMap<string, ObservedContainer>): boolean {
  return desired.services.every((service) => {
    const container = fresh.get(service.name);
    if (container === undefined) return false;
    const verdict = gate(service, container, observed.images.get(service.image), now);
    return verdict === "passed" || verdict === "completed";
  });
}

/** After success: what was kept for a way back goes, and names become the plain ones. */
function tidy(input: PlanInput, fresh: ReadonlyMap<string, ObservedContainer>, former: readonly ObservedContainer[]): Step[] {
  const { desired, observed } = input;
  if (former.length > 0) {
    const running = former.filter(isUp);
    if (running.length > 0) return stoppableNow(running).map((container) => stopStep(container, graceOf(desired), "no longer in the spec"));
    return former.map((container) => removeStep(container, `revision ${desired.revision} passed`));
  }
  const steps: Step[] = [];
  for (const [service, container] of fresh) {
    const plain = `${desired.project}-${service}-1`;
    if (container.name !== plain && !observed.takenNames.has(plain)) {
      steps.push({ kind: "renameContainer", key: `rename/${service}`, cause: "the former one is gone", container: container.id, name: plain });
    }
  }
  for (const network of observed.networks) {
    const wanted = desired.networks.some(({ name, configHash }) => name === network.key && configHash === network.configHash);
    if (!wanted) steps.push({ kind: "removeNetwork", key: `network/${network.name}`, cause: "no longer in the spec", name: network.name });
  }
  return steps;
}

function removal({ desired, observed, memory, now }: PlanInput): Step[] {
  const running = observed.containers.filter(isUp);
  const stopped = observed.containers.filter((container) => !isUp(container));
  const steps: Step[] = [
    ...stoppableNow(running).map((container) => stopStep(container, graceOf(desired), "removed")),
    ...stopped.map((container) => removeStep(container, "removed")),
  ];
  if (steps.length > 0) return ready(steps, memory, now);
  for (const { name } of observed.networks) steps.push({ kind: "removeNetwork", key: `network/${name}`, cause: "removed", name });
  if (desired.intent === "remove_with_volumes") {
    for (const { name } of observed.volumes) steps.push({ kind: "removeVolume", key: `volume/${name}`, cause: "removed with volumes", name });
  }
  return ready(steps, memory, now);
}

function stop(containers: readonly ObservedContainer[], graceSeconds: number, cause: string): Step[] {
  return stoppableNow(containers.filter(isUp)).map((container) => stopStep(container, graceSeconds, cause));
}

/** Networks and volumes that the lacking services need and that are not there. */
function missingObjects(input: PlanInput, lacking: readonly DesiredService[]): Step[] {
  const { desired, observed, facts } = input;
  const steps: Step[] = [];
  if (lacking.length === 0) return steps;
  const identity = (object: string, configHash: string): Record<string, string> =>
    identityLabels(facts.macKey, {
      device: facts.device,
      groupId: desired.groupId,
      deploymentId: desired.deploymentId,
      object,
      configHash,
    });
  for (const network of desired.networks) {
    if (findNetwork(input, network.name) !== undefined) continue;
    const taken = new Set([...observed.takenNames, ...observed.networks.map(({ name }) => name)]);
    const base = `${desired.project}_${network.name}`;
    steps.push({
      kind: "createNetwork",
      key: `network/${network.name}`,
      cause: "needed",
      config: {
        name: freeName(base, `-${network.configHash.slice(0, 6)}`, taken),
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

function findNetwork({ desired, observed }: PlanInput, name: string): string | undefined {
  const wanted = desired.networks.find((network) => network.name === name);
  return observed.networks.find(({ key, configHash }) => key === name && configHash === wanted?.configHash)?.name;
}

function freeName(base: string, suffix: string, taken: ReadonlySet<string>): string {
  return taken.has(base) ? `${base}${suffix}` : base;
}

function createStep(input: PlanInput, service: DesiredService, fresh: ReadonlyMap<string, ObservedContainer>): Step | undefined {
  const { desired, observed } = input;
  const provider = /^service:(?<name>.+)$/.exec(service.config.network_mode ?? "")?.groups?.["name"];
  if (provider !== undefined && !fresh.has(provider)) return undefined;
  const taken = new Set([...observed.takenNames, ...observed.containers.map(({ name }) => name)]);
  const name = freeName(`${desired.project}-${service.name}-1`, `-r${desired.revision}`, taken);
  const config = containerConfig(desired, service, name, deviceContext(input, service, fresh));
  return { kind: "createContainer", key: `container/${service.name}`, cause: `revision ${desired.revision}`, service: service.name, config };
}

function missingNetworks(input: PlanInput, service: DesiredService, container: ObservedContainer): Step[] {
  const steps: Step[] = [];
  for (const network of Object.keys(service.config.networks ?? {}).sort()) {
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

function deviceContext(input: PlanInput, service: DesiredService, fresh: ReadonlyMap<string, ObservedContainer>): DeviceContext {
  const { desired, observed, facts } = input;
  return {
    ...facts,
    networkName: (name) => findNetwork(input, name) ?? `${desired.project}_${name}`,
    volumeName: (key) => observed.volumes.find((volume) => volume.key === key)?.name ?? `${desired.project}_${key}`,
    imageVolumes: observed.images.get(service.image)?.volumes ?? [],
    providerId: (name) => fresh.get(name)?.id ?? "",
  };
}

function graceOf(desired: DesiredDeployment): number {
  const longest = Math.max(0, ...desired.services.map(({ config }) => config.stop_grace_period ?? 0));
  return longest === 0 ? DEFAULT_GRACE_SECONDS : Math.ceil(longest / 1e9);
}

function startStep(container: ObservedContainer, cause: string, restart: boolean): Step {
  return { kind: "startContainer", key: `start/${container.id}`, cause, container: container.id, name: container.name, restart };
}

function stopStep(container: ObservedContainer, graceSeconds: number, cause: string): Step {
  return { kind: "stopContainer", key: `stop/${container.id}`, cause, container: container.id, name: container.name, graceSeconds };
}

function removeStep(container: ObservedContainer, cause: string): Step {
  return { kind: "removeContainer", key: `remove/${container.id}`, cause, container: container.id, name: container.name };
}

/** Leaves out what failed a short while ago. */
function ready(steps: readonly Step[], memory: DeploymentMemory, now: number): Step[] {
  return steps.filter(({ key }) => (memory.retries.get(key)?.notBefore ?? 0) <= now);
}
