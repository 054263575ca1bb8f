import { startsFirst } from "@daonetes/client/compose";
import { containerConfig } from "../desired/container-config.ts";
import type { DesiredService } from "../desired/desired-state.ts";
import type { ObservedContainer, ObservedDeployment } from "../observed/observed-state.ts";
import { ready, removeStep, startStep, stopStep } from "./container-steps.ts";
import { isDone, isUp, oldestPerService, sortContainers } from "./containers.ts";
import { dependenciesMet, stoppableNow } from "./dependencies.ts";
import { driftSteps, isOtherwise, updateSteps } from "./drift.ts";
import { BY_HAND } from "../observed/observed-state.ts";
import { failureOf, hasFailed } from "./failure.ts";
import { gate } from "./gate.ts";
import { createStep, deviceContext, missingNetworks, missingObjects, subnetClash } from "./objects.ts";
import { platformMismatch } from "./platform.ts";
import type { DeviceFacts, PlanInput } from "./plan-input.ts";
import { restartVerdict } from "./restart.ts";
import { restartFormer, restore } from "./restore.ts";
import type { Step } from "./step.ts";
import { differences } from "./verify.ts";

/**
 * The steps that can be done now towards the desired state. Nothing waits inside: the next event or timer brings the
 * next pass, which begins with a fresh look. A plan for a state that is as desired is empty. Pure.
 */
export function plan(input: PlanInput): Step[] {
  const { desired, observed } = input;
  if (desired.intent === "remove" || desired.intent === "remove_with_volumes") return removal(input);
  if (desired.intent === "stop" || desired.held) return stop(observed.containers, desired.held ? "held by the owner" : "stopped");
  const { fresh, former, surplus } = sortContainers(desired, observed);
  const withdrawn = former.filter((container) => desired.withdrawnSpecs.has(container.specHash) && isUp(container));
  if (withdrawn.length > 0) return stop(withdrawn, NOT_ALLOWED);
  if (desired.refusal !== undefined) return refused(input, [...fresh.values(), ...surplus], former);
  if (hasFailed(input) && former.length > 0) return restore(input, [...fresh.values(), ...surplus], former);
  return run(input, fresh, former, surplus);
}

const NOT_ALLOWED = "the owner does not allow it any more";

/** What is refused changes nothing, and what ran before goes on; what the owner does not allow any more is stopped. */
function refused(input: PlanInput, fresh: readonly ObservedContainer[], former: readonly ObservedContainer[]): Step[] {
  const { desired, memory, now } = input;
  const { withdrawnSpecs, specHash } = desired;
  const allowed = fresh.filter((container) => !withdrawnSpecs.has(specHash) && !withdrawnSpecs.has(container.specHash));
  const forbidden = fresh.filter((container) => !allowed.includes(container) && isUp(container));
  if (forbidden.length > 0) return stop(forbidden, NOT_ALLOWED);
  const goesOn = [...former, ...allowed].filter(({ state }) => state !== "created");
  return ready(restartFormer(input, oldestPerService(goesOn)), memory, now);
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
      steps.push({ kind: "pullImage", key: `image/${image}`, cause: `needed by ${service.name}`, image, digest: service.config.image.digest, platform: service.config.platform });
    }
    return ready([...steps, ...keepGoing(input, fresh, former)], memory, now);
  }
  if (subnetClash(input) !== undefined || (lacking.length > 0 && (observed.busyPorts.size > 0 || platformMismatch(lacking, input) !== undefined))) {
    return ready([...steps, ...keepGoing(input, fresh, former)], memory, now);
  }

  const objects = missingObjects(input, lacking);
  if (objects.length > 0) return ready([...steps, ...objects], memory, now);

  const incomplete = lacking.length > 0 || [...fresh.values()].some((container) => !isUp(container) && !isDone(container));
  const inTheWay = former.filter((container) => isUp(container) && !runsBesideTheNew(input, container, former));
  if (incomplete && inTheWay.length > 0) {
    steps.push(...stoppableNow(inTheWay).map((container) => stopStep(container, `revision ${desired.revision} replaces it`)));
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

/** True for the container that worked last of a service whose new one starts first. */
function runsBesideTheNew({ desired }: PlanInput, container: ObservedContainer, former: readonly ObservedContainer[]): boolean {
  const services = Object.fromEntries(desired.services.map(({ name, config }) => [name, config]));
  return startsFirst(container.service, services) && oldestPerService(former).includes(container);
}

/** While the new revision cannot be made yet, what is there goes on: nothing of it was stopped so far. */
function keepGoing(input: PlanInput, fresh: ReadonlyMap<string, ObservedContainer>, former: readonly ObservedContainer[]): Step[] {
  const tended = input.desired.services.flatMap((service) => {
    const container = fresh.get(service.name);
    const replaced = former.some((other) => other.service === service.name && isUp(other));
    return container === undefined || container.state === "created" || replaced ? [] : tend(input, service, container, fresh);
  });
  return [...tended, ...restartFormer(input, oldestPerService(former).filter(({ service, state }) => state !== "created" && !fresh.has(service)))];
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
    const missing = [...updateSteps(container), ...missingNetworks(input, service, container)];
    if (missing.length > 0) return missing;
    const intent = containerConfig(desired, service, container.name, deviceContext(input, service, fresh));
    const wrong = differences(intent, container.security);
    if (wrong.length > 0) return mismatch(service, container, wrong);
    if (!dependenciesMet(desired, service, { fresh, images: observed.images, now })) return [];
    return [startStep(container, "created", false)];
  }
  if (container.state === "exited") {
    if (isDone(container)) return updateSteps(container);
    const checked = observed.images.get(service.image)?.id;
    const strange = container.checkedImageId === "" && checked !== undefined && checked !== container.security.imageId;
    if (strange || isOtherwise(container)) return [removeStep(container, "is not as it was made and checked")];
    const verdict = restartVerdict(service, container, memory.restarts.get(container.id) ?? 0);
    if (verdict.restart === "never" || now < verdict.at) return [];
    if (!dependenciesMet(desired, service, { fresh, images: observed.images, now })) return [];
    const repairs = [...updateSteps(container), ...missingNetworks(input, service, container).map((step) => ({ ...step, drift: true as const }) as Step)];
    if (repairs.length > 0) return repairs;
    const byHand = container.interrupted === BY_HAND ? { drift: true as const } : {};
    return [{ ...startStep(container, container.interrupted || `exited with ${container.exitCode}`, container.interrupted === ""), ...byHand }];
  }
  return driftSteps(input, service, container);
}

/** What the Engine made is not what was asked for: it goes, and is not made again. */
function mismatch({ name, configHash }: DesiredService, container: ObservedContainer, wrong: readonly string[]): Step[] {
  const text = `the Engine made ${name} with other ${wrong.join(", ")} than asked for; it was removed and not started`;
  return [
    { kind: "recordMismatch", key: `mismatch/${name}`, cause: "inspected before the start", service: name, configHash, text },
    removeStep(container, `is not what was asked for: ${wrong.join(", ")}`),
  ];
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
    if (running.length > 0) {
      return stoppableNow(running).map((container) => {
        const isReplaced = desired.services.some(({ name }) => name === container.service);
        return stopStep(container, isReplaced ? `revision ${desired.revision} passed` : "no longer in the spec");
      });
    }
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
  steps.push(...removeIdleShared(observed, input.facts));
  return steps;
}

/** Shared networks that nobody is on, and nobody is about to join. */
function removeIdleShared(observed: ObservedDeployment, { wantedSharedNetworks }: DeviceFacts): Step[] {
  const wanted = new Set([...wantedSharedNetworks].map((shared) => observed.sharedNetworks.get(shared)));
  return observed.idleSharedNetworks
    .filter((name) => !wanted.has(name))
    .map((name): Step => ({ kind: "removeNetwork", key: `network/${name}`, cause: "nobody shares it any more", name }));
}

function removal({ desired, observed, memory, facts, now }: PlanInput): Step[] {
  const running = observed.containers.filter(isUp);
  const stopped = observed.containers.filter((container) => !isUp(container));
  const steps: Step[] = [
    ...stoppableNow(running).map((container) => stopStep(container, "removed")),
    ...stopped.map((container) => removeStep(container, "removed")),
  ];
  if (steps.length > 0) return ready(steps, memory, now);
  for (const { name } of observed.networks) steps.push({ kind: "removeNetwork", key: `network/${name}`, cause: "removed", name });
  steps.push(...removeIdleShared(observed, facts));
  if (desired.intent === "remove_with_volumes") {
    for (const { name } of observed.volumes) steps.push({ kind: "removeVolume", key: `volume/${name}`, cause: "removed with volumes", name });
  }
  return ready(steps, memory, now);
}

function stop(containers: readonly ObservedContainer[], cause: string): Step[] {
  return stoppableNow(containers.filter(isUp)).map((container) => stopStep(container, cause));
}
