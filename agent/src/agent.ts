import { randomInt } from "node:crypto";
import {
  type DeploymentReport,
  DeviceStatus,
  encodeMessage,
  Manifest,
  MsgClaimEpoch,
  MsgRenewLease,
  MsgReport,
  RevokeMode,
  Intent,
} from "@daonetes/client/device";
import type { ChainPort } from "./chain/chain-port.ts";
import type { Clock } from "./clock.ts";
import { DeploymentWorker } from "./deployment-worker.ts";
import { desiredDeployment, type DesiredDeployment } from "./desired/desired-state.ts";
import { SpecSource } from "./desired/spec-source.ts";
import type { Engine, EngineInfo } from "./docker/engine.ts";
import type { Logger } from "./logger.ts";
import { observe, observeSurroundings } from "./observed/observe.ts";
import type { PortProbe } from "./observed/port-probe.ts";
import type { DeviceFacts } from "./plan/plan-input.ts";
import { Reporter } from "./report/reporter.ts";
import { type Status, statusOf } from "./report/status.ts";
import type { AgentState, StateFolder } from "./state/agent-state.ts";

export interface AgentParts {
  device: string;
  macKey: Uint8Array;
  chain: ChainPort;
  engine: Engine;
  clock: Clock;
  probe: PortProbe;
  folder: Pick<StateFolder, "write" | "readHolds" | "writeStatus" | "readSpec" | "writeSpec">;
  state: AgentState;
  /** Identity of this boot of the kernel. */
  bootId: string;
  logger: Logger;
}

/** Between two looks at the Engine while something is under way, and when nothing is. */
const BUSY_LOOK_MS = 1_000;
const QUIET_LOOK_MS = 10_000;
/** Between two reads of the manifest without a hint: while hints come, and while they do not. */
const READ_WITH_HINTS_MS = 600_000;
const READ_WITHOUT_HINTS_MS = 15_000;
const CHAIN_RETRY_MS = 5_000;
/** Containers get at most this share of the device's memory if their spec names no limit. */
const MEMORY_SHARE = 0.75;

/**
 * The loop: every pass reads desired and observed state afresh, plans, and hands the steps to one worker a deployment.
 * An event only says "look again".
 *
 * Invariants: one pass at a time; one apply at a time per deployment; the height acted on never falls; nothing is
 * changed without a manifest that was read; a fenced agent changes nothing.
 */
export class Agent {
  readonly #parts: AgentParts;
  readonly #specs: SpecSource;
  readonly #reporter: Reporter;
  readonly #workers = new Map<bigint, DeploymentWorker>();
  readonly #ended = new AbortController();
  #wake = new AbortController();
  #manifest: Manifest | undefined;
  #engineInfo: EngineInfo | undefined;
  #fenced = false;
  #minHeight = 0n;
  #readDue = 0;
  #chainError = "";
  /** Monotonic time of the last read of the chain by this process. */
  #readAt: number | undefined;
  #leaseRenewAt = Number.POSITIVE_INFINITY;
  #sending = false;
  /** True while the stream of hints is open. */
  hintsOpen = false;

  constructor(parts: AgentParts) {
    this.#parts = parts;
    this.#specs = new SpecSource(parts.chain, parts.folder);
    this.#reporter = new Reporter(parts.state.reports);
    if (parts.state.manifest !== "") this.#manifest = Manifest.decode(Buffer.from(parts.state.manifest, "base64"));
  }

  /** Look at the Engine again. */
  look(): void {
    this.#wake.abort();
  }

  /** Read the manifest again. @param height of the block that the hint came from; 0 = unknown */
  hint(height = 0n): void {
    if (height > this.#minHeight) this.#minHeight = height;
    this.#readDue = 0;
    this.#wake.abort();
  }

  stop(): void {
    this.#ended.abort();
    this.#wake.abort();
  }

  /** Runs until `stop`. Errors of chain and Engine are logged and tried again, for ever. */
  async run(): Promise<void> {
    const { clock, logger } = this.#parts;
    while (!this.#ended.signal.aborted) {
      this.#wake = new AbortController();
      let busy = true;
      try {
        busy = await this.pass();
      } catch (error) {
        logger.warn({ error: String(error) }, "a pass failed; the next one follows");
      }
      await clock.sleep(busy ? BUSY_LOOK_MS : QUIET_LOOK_MS, this.#wake.signal);
    }
    for (const worker of this.#workers.values()) worker.abort();
    await Promise.all([...this.#workers.values()].map((worker) => worker.idle()));
  }

  /** One pass. @returns true while something is under way */
  async pass(): Promise<boolean> {
    const { engine, device, macKey } = this.#parts;
    this.#engineInfo ??= await engine.info(this.#ended.signal);
    await this.#readManifest();
    if (this.#fenced || this.#manifest === undefined) {
      await this.#publishStatus([]);
      return false;
    }
    const holds = await this.#parts.folder.readHolds();
    const snapshot = await observe(engine, device, macKey);
    const desired = await this.#desired(this.#manifest, holds, [...snapshot.deployments.keys()]);
    const facts: DeviceFacts = { device, macKey, defaultMemory: Math.floor(this.#engineInfo.memoryBytes * MEMORY_SHARE) };
    const statuses: Status[] = [];
    let busy = false;
    for (const deployment of desired) {
      const observed = await observeSurroundings(engine, this.#parts.probe, snapshot, deployment);
      const worker = this.#worker(deployment.deploymentId);
      const working = worker.advance(deployment, observed, facts);
      const status = statusOf({ desired: deployment, observed, memory: worker.memory, now: this.#parts.clock.now() });
      statuses.push(status);
      busy ||= working || worker.hasRetries || !isSettled(status.state);
    }
    for (const id of this.#workers.keys()) {
      if (!desired.some(({ deploymentId }) => deploymentId === id)) this.#workers.delete(id);
    }
    const assigned = new Set(this.#manifest.assignments.map(({ deploymentId }) => deploymentId));
    this.#reporter.offer(statuses.filter(({ deploymentId }) => assigned.has(deploymentId)));
    this.#talk();
    await this.#publishStatus(statuses);
    return busy || this.#chainError !== "";
  }

  async #readManifest(): Promise<void> {
    const { chain, clock, logger, state } = this.#parts;
    const now = clock.monotonic();
    if (now < this.#readDue) return;
    const minHeight = this.#minHeight;
    try {
      const read = await chain.readManifest(minHeight, this.#ended.signal);
      // A hint is unproven: a height that never comes must not be waited for again.
      if (this.#minHeight === minHeight) this.#minHeight = 0n;
      this.#chainError = "";
      this.#readAt = now;
      state.contactAt = String(clock.now());
      this.#readDue = now + (this.hintsOpen ? Math.min(READ_WITH_HINTS_MS, this.#shortestOfflineMs() / 3) : READ_WITHOUT_HINTS_MS);
      if (read === undefined) return;
      if (read.height < BigInt(state.height)) {
        throw new Error(`the node is at height ${read.height}, below ${state.height} which this device has acted on: frozen`);
      }
      this.#manifest = read.manifest;
      state.height = String(read.height);
      state.manifest = Buffer.from(Manifest.encode(read.manifest).finish()).toString("base64");
      await this.#settleEpoch(read.manifest);
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      this.#chainError = error instanceof Error ? error.message : String(error);
      this.#readDue = now + CHAIN_RETRY_MS;
      logger.warn({ error: this.#chainError }, "the chain could not be read; what runs goes on");
    }
  }

  /**
   * Time without the chain. While this process has read it, a clock that never jumps counts; after a start, the wall
   * clock against what the state file says.
   */
  #silentMs(): number {
    const { clock, state } = this.#parts;
    if (this.#readAt !== undefined) return clock.monotonic() - this.#readAt;
    return state.contactAt === "0" ? 0 : Math.max(0, clock.now() - Number(state.contactAt));
  }

  /** The shortest time after which a deployment is stopped without the chain; it has to be read more often than that. */
  #shortestOfflineMs(): number {
    const limits = (this.#manifest?.assignments ?? []).map(({ offlinePolicy }) => Number(offlinePolicy?.stopAfter?.seconds ?? 0n) * 1000);
    return Math.min(Number.POSITIVE_INFINITY, ...limits.filter((limit) => limit > 0));
  }

  /** Claims the next epoch after a boot or without state; freezes when another instance claimed a newer one. */
  async #settleEpoch(manifest: Manifest): Promise<void> {
    const { chain, state, device, logger } = this.#parts;
    const instance = `${this.#parts.bootId}:${this.#engineInfo?.id ?? ""}`.slice(0, 128);
    if (manifest.status === DeviceStatus.DEVICE_STATUS_REVOKED) return;
    if (state.instance === instance && manifest.epoch === BigInt(state.epoch)) {
      if (this.#leaseRenewAt === Number.POSITIVE_INFINITY) await this.#planRenewal();
      return;
    }
    if (state.instance === instance && manifest.epoch > BigInt(state.epoch)) {
      this.#fenced = true;
      logger.error({ epoch: String(manifest.epoch), mine: state.epoch }, "another instance runs with this device's key: fenced, nothing is changed any more");
      return;
    }
    const epoch = manifest.epoch + 1n;
    await chain.send(
      [encodeMessage("/daonetes.workload.v1.MsgClaimEpoch", MsgClaimEpoch, MsgClaimEpoch.create({ device, epoch, instance }))],
      this.#ended.signal,
    );
    state.instance = instance;
    state.epoch = String(epoch);
    this.#reporter.forget();
    await this.#saveState();
    await this.#planRenewal();
    logger.info({ epoch: state.epoch }, "epoch claimed");
  }

  async #planRenewal(): Promise<void> {
    const { chain, clock, state } = this.#parts;
    const lease = await chain.readLease(this.#ended.signal);
    if (lease === undefined) return;
    if (lease.sequence > BigInt(state.sequence)) state.sequence = String(lease.sequence);
    const left = Math.max(0, lease.until - clock.now());
    this.#leaseRenewAt = clock.monotonic() + (left / 2) * (0.9 + randomInt(0, 100) / 1000);
  }

  async #desired(manifest: Manifest, holds: readonly string[], present: readonly bigint[]): Promise<DesiredDeployment[]> {
    const desired: DesiredDeployment[] = [];
    const revoked = manifest.status === DeviceStatus.DEVICE_STATUS_REVOKED;
    for (const assignment of manifest.assignments) {
      const held = holds.includes("*") || holds.includes(assignment.deploymentName);
      const input = { assignment, groupId: manifest.groupId, groupName: manifest.groupName, held, silentMs: this.#silentMs() };
      if (assignment.intent === Intent.INTENT_REMOVE || assignment.intent === Intent.INTENT_REMOVE_WITH_VOLUMES) {
        desired.push(desiredDeployment({ ...input, held: false, spec: undefined, refusal: undefined }));
        continue;
      }
      try {
        const verdict = await this.#specs.get(manifest.groupId, assignment, this.#ended.signal);
        desired.push(
          desiredDeployment({
            ...input,
            spec: "spec" in verdict ? verdict.spec : undefined,
            refusal: "refusal" in verdict ? verdict.refusal : undefined,
          }),
        );
      } catch (error) {
        this.#parts.logger.warn({ deployment: assignment.deploymentName, error: String(error) }, "the spec could not be read; next look follows");
        this.#chainError = String(error);
      }
    }
    this.#specs.keepOnly(new Set(manifest.assignments.map(({ specHash }) => specHash)));
    if (revoked && manifest.revokeMode === RevokeMode.REVOKE_MODE_ORPHAN) return [];
    const named = new Set(manifest.assignments.map(({ deploymentId }) => deploymentId));
    const wipe = revoked && manifest.revokeMode === RevokeMode.REVOKE_MODE_WIPE;
    for (const deploymentId of present) {
      if (!named.has(deploymentId)) desired.push(leftover(deploymentId, manifest, wipe));
    }
    return desired;
  }

  #worker(deploymentId: bigint): DeploymentWorker {
    let worker = this.#workers.get(deploymentId);
    if (worker === undefined) {
      const { engine, clock, logger, state } = this.#parts;
      worker = new DeploymentWorker({ engine, clock, logger, onDone: () => this.look() }, state.failed[String(deploymentId)]);
      this.#workers.set(deploymentId, worker);
    }
    return worker;
  }

  /** Sends what is due, in the background: a slow chain delays no container. */
  #talk(): void {
    if (this.#sending || this.#manifest?.status === DeviceStatus.DEVICE_STATUS_REVOKED) return;
    const { clock, logger } = this.#parts;
    if (BigInt(this.#parts.state.epoch) === 0n) return;
    const reports = this.#reporter.due(clock.monotonic());
    const renew = clock.monotonic() >= this.#leaseRenewAt;
    if (reports.length === 0 && !renew) return;
    this.#sending = true;
    this.#send(reports)
      .catch((error: unknown) => {
        logger.warn({ error: String(error) }, "a report was not taken; it is sent again");
        if (renew) this.#leaseRenewAt = clock.monotonic() + CHAIN_RETRY_MS;
      })
      .finally(() => {
        this.#sending = false;
      });
  }

  async #send(reports: DeploymentReport[]): Promise<void> {
    const { chain, device, state } = this.#parts;
    state.sequence = String(BigInt(state.sequence) + 1n);
    const common = { device, epoch: BigInt(state.epoch), sequence: BigInt(state.sequence) };
    const message =
      reports.length > 0
        ? encodeMessage("/daonetes.workload.v1.MsgReport", MsgReport, MsgReport.create({ ...common, reports }))
        : encodeMessage("/daonetes.workload.v1.MsgRenewLease", MsgRenewLease, MsgRenewLease.create(common));
    await chain.send([message], this.#ended.signal);
    this.#reporter.sent(reports);
    await this.#saveState();
    await this.#planRenewal();
  }

  async #saveState(): Promise<void> {
    const { state, folder } = this.#parts;
    state.reports = this.#reporter.last();
    state.failed = {};
    for (const [id, { memory }] of this.#workers) {
      if (memory.failed === undefined) continue;
      const { revision, restartGeneration, reason, text } = memory.failed;
      state.failed[String(id)] = { revision: String(revision), restartGeneration: String(restartGeneration), reason, text };
    }
    await folder.write(state);
  }

  async #publishStatus(statuses: readonly Status[]): Promise<void> {
    const { state, device, folder } = this.#parts;
    await this.#saveState();
    await folder.writeStatus({
      device,
      chain: this.#chainError === "" ? "reachable" : this.#chainError,
      height: state.height,
      epoch: state.epoch,
      member: this.#manifest !== undefined,
      fenced: this.#fenced,
      deployments: statuses.map((status) => ({
        deployment: this.#manifest?.assignments.find(({ deploymentId }) => deploymentId === status.deploymentId)?.deploymentName ?? String(status.deploymentId),
        revision: String(status.revision),
        running_revision: String(status.runningRevision),
        state: status.state,
        reason: status.reason,
        text: status.text,
      })),
    });
  }
}

/** States in which nothing is expected to change by itself. */
function isSettled(state: number): boolean {
  return [6, 9, 10, 11, 12].includes(state);
}

/** Containers of ours that no assignment names. */
function leftover(deploymentId: bigint, manifest: Manifest, wipe: boolean): DesiredDeployment {
  return {
    deploymentId,
    groupId: manifest.groupId,
    name: String(deploymentId),
    project: "",
    revision: 0n,
    restartGeneration: 0n,
    specHash: "",
    profile: 0,
    intent: wipe ? "remove_with_volumes" : "remove",
    services: [],
    networks: [],
    volumes: [],
    refusal: undefined,
    held: false,
    offlineLimit: false,
  };
}
