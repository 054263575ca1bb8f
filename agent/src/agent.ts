import { DeviceStatus, Intent, type Manifest, type SecretVersion } from "@daonetes/client/device";
import type { AgentParts } from "./agent-parts.ts";
import { Announcement } from "./chain/announcement.ts";
import { Epoch } from "./chain/epoch.ts";
import { Lease } from "./chain/lease.ts";
import { ManifestReader } from "./chain/manifest-reader.ts";
import { DeploymentWorkers } from "./deployment-workers.ts";
import { Assignments } from "./desired/assignments.ts";
import type { DesiredDeployment } from "./desired/desired-state.ts";
import { type EngineEvent, type EngineInfo, isStopByHand } from "./docker/engine.ts";
import { mountedBelow, usedContents, usedSecretFiles } from "./content/used-contents.ts";
import { observe, observeSurroundings, type Snapshot } from "./observed/observe.ts";
import type { Step } from "./plan/step.ts";
import { ExitLedger } from "./state/exit-ledger.ts";
import type { DeviceFacts } from "./plan/plan-input.ts";
import { EngineOutage, isEngineAway } from "./report/engine-outage.ts";
import { localStatus } from "./report/local-status.ts";
import { Reporter } from "./report/reporter.ts";
import { isSettled, type Status, statusOf } from "./report/status.ts";
import { Talker } from "./report/talker.ts";

/** Between two looks at the Engine while something is under way, and when nothing is. */
const BUSY_LOOK_MS = 1_000;
const QUIET_LOOK_MS = 10_000;
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
  readonly #reader: ManifestReader;
  readonly #epoch: Epoch;
  readonly #announcement: Announcement;
  readonly #assignments: Assignments;
  readonly #workers: DeploymentWorkers;
  readonly #exits: ExitLedger;
  readonly #reporter: Reporter;
  readonly #talker: Talker;
  readonly #ended = new AbortController();
  #wake = new AbortController();
  #engineInfo: EngineInfo | undefined;
  readonly #outage = new EngineOutage();
  /** Of the last pass in which the Engine answered. */
  #statuses: readonly Status[] = [];
  /** Why the agent's own files could not be written last time; "" = they were. */
  #diskError = "";
  /** Why the owner's file counts as empty; "" = it does not. */
  #grantsAlarm = "";

  constructor(parts: AgentParts) {
    this.#parts = parts;
    const save = (): Promise<void> => this.#saveState();
    const lease = new Lease(parts);
    this.#reader = new ManifestReader(parts);
    this.#reporter = new Reporter(parts.state.reports);
    this.#epoch = new Epoch(parts, lease, async () => {
      this.#reporter.forget();
      await save();
    });
    this.#announcement = new Announcement(parts);
    this.#talker = new Talker(parts, this.#reporter, lease, save);
    this.#exits = new ExitLedger(parts.state);
    this.#workers = new DeploymentWorkers(parts, (steps) => this.#note(steps), () => this.look());
    this.#assignments = new Assignments(parts, (deployment, error) =>
      this.#reader.failed(error, `the spec of ${deployment} could not be read; the next look follows`),
    );
  }

  /** Look at the Engine again. */
  look(): void {
    this.#wake.abort();
  }

  /** Takes an event of the Engine; undefined = the stream of them broke. */
  engineEvent(event: EngineEvent | undefined): void {
    if (event === undefined) this.#parts.engineIdentity.broken();
    else if (isStopByHand(event)) this.#exits.stoppedByHand(event.containerId, this.#parts.clock.now());
    this.look();
  }

  /** Read the manifest again. @param height of the block that the hint came from; 0 = unknown */
  hint(height = 0n): void {
    this.#reader.hint(height);
    this.#parts.secrets.hint(height);
    this.#wake.abort();
  }

  /** Whether the stream of hints is open: without it the manifest is read more often. */
  set hintsOpen(open: boolean) {
    this.#reader.hintsOpen = open;
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
    await this.#workers.end();
  }

  /** One pass. @returns true while something is under way */
  async pass(): Promise<boolean> {
    const { clock, logger } = this.#parts;
    try {
      const busy = await this.#reconcile();
      if (this.#outage.end()) logger.info({}, "the Docker Engine answers again");
      return busy;
    } catch (error) {
      if (!isEngineAway(error)) throw error;
      if (this.#outage.begin(error, clock.monotonic())) logger.error({ error: error.message }, "the Docker Engine does not answer; it is asked again until it does");
      await this.#sayAway();
      return true;
    }
  }

  /** Nothing can be seen or changed; the chain is told, so that nobody takes the last report for the present state. */
  async #sayAway(): Promise<void> {
    const { manifest } = this.#reader;
    const statuses = this.#outage.statuses(this.#statuses, this.#parts.clock.monotonic());
    if (manifest !== undefined && !this.#epoch.isFenced) this.#tell(manifest, statuses);
    await this.#publishStatus(statuses);
  }

  async #reconcile(): Promise<boolean> {
    const { engine, engineIdentity, clock, device, macKey, folder, content, owner, secrets } = this.#parts;
    const { signal } = this.#ended;
    const info = (this.#engineInfo ??= await engine.info(signal));
    if (this.#epoch.isFenced && (await folder.takeTakeover())) {
      this.#epoch.takeOver();
      this.#reader.hint(0n);
    }
    await this.#reader.read(signal, (manifest) => this.#epoch.settle(manifest, info.id, signal));
    const { manifest } = this.#reader;
    if (this.#epoch.isFenced || manifest === undefined) {
      await this.#publishStatus([]);
      return false;
    }
    await this.#announcement.settle(manifest, signal);
    const holds = await folder.readHolds();
    this.#exits.begin(await engineIdentity.read(), clock.now());
    const ended = this.#workers.ended();
    const snapshot = await observe(engine, device, macKey, this.#exits);
    await secrets.restore(manifest.groupId, mountedBelow(snapshot, secrets.root), signal);
    const present = new Map([...snapshot.deployments].map(([id, { containers }]) => [id, new Set(containers.map(({ specHash }) => specHash))]));
    const { grants, alarm } = await owner.look();
    this.#alarmGrants(alarm);
    const desired = await this.#assignments.desired({ manifest, holds, present, grants, silentMs: this.#reader.silentMs() }, signal);
    const { statuses, busy } = await this.#advance(desired, snapshot, ended, {
      device,
      macKey,
      platform: info.platform,
      subnetPools: this.#parts.subnetPools,
      defaultMemory: Math.min(grants.limits.memory ?? Number.POSITIVE_INFINITY, Math.floor(info.memoryBytes * MEMORY_SHARE)),
      // The Engine refuses more than there are.
      defaultCpus: Math.min(grants.limits.cpus ?? 0, info.cpus * 1e9),
      maxPids: grants.limits.pids ?? Number.POSITIVE_INFINITY,
      contentRoot: content.root,
      secretRoot: secrets.root,
      wantedSharedNetworks: wantedSharedNetworks(desired),
    });
    await content.keepOnly(usedContents(desired, snapshot, content.root));
    await secrets.keepOnly(manifest.groupId, usedSecretFiles(desired, snapshot, secrets.root), wantedSecrets(manifest));
    this.#statuses = statuses;
    this.#tell(manifest, statuses);
    await this.#publishStatus(statuses);
    return busy || this.#reader.error !== "";
  }

  /** Hands each deployment to its worker. */
  async #advance(desired: readonly DesiredDeployment[], snapshot: Snapshot, ended: ReadonlyMap<bigint, number>, facts: DeviceFacts): Promise<{ statuses: Status[]; busy: boolean }> {
    const { engine, probe, routes, clock } = this.#parts;
    const statuses: Status[] = [];
    let busy = false;
    for (const deployment of desired) {
      const observed = await observeSurroundings(engine, probe, routes, snapshot, deployment);
      const worker = this.#workers.of(deployment.deploymentId);
      const working = worker.advance(deployment, observed, facts, ended.get(deployment.deploymentId) ?? 0);
      const status = statusOf({ desired: deployment, observed, memory: worker.memory, facts, now: clock.now() });
      statuses.push(status);
      busy ||= working || worker.hasRetries || !isSettled(status.state);
    }
    this.#workers.keepOnly(new Set(desired.map(({ deploymentId }) => deploymentId)));
    return { statuses, busy };
  }

  #tell(manifest: Manifest, statuses: readonly Status[]): void {
    const assigned = new Set(manifest.assignments.map(({ deploymentId }) => deploymentId));
    this.#reporter.offer(statuses.filter(({ deploymentId }) => assigned.has(deploymentId)));
    if (manifest.status !== DeviceStatus.DEVICE_STATUS_REVOKED && this.#reader.frozen === "") this.#talker.talk(this.#ended.signal);
  }

  #alarmGrants(alarm: string): void {
    if (alarm !== "" && alarm !== this.#grantsAlarm) this.#parts.logger.error({}, `GRANTS: ${alarm}`);
    this.#grantsAlarm = alarm;
  }

  /** What is stopped is noted on disk before, so that a kill in between leaves no doubt about the exit. */
  async #note(steps: readonly Step[]): Promise<void> {
    const stopped = steps.flatMap((step) => (step.kind === "stopContainer" ? [step.container] : []));
    if (stopped.length === 0) return;
    this.#exits.stopping(stopped, this.#parts.clock.now());
    await this.#saveState();
  }

  async #saveState(): Promise<void> {
    const { state, folder } = this.#parts;
    state.reports = this.#reporter.last();
    state.failed = this.#workers.failed();
    await this.#keep(() => folder.write(state));
  }

  /** A disk that refuses ends nothing: the file that was there stays, and the next pass writes again. */
  async #keep(write: () => Promise<void>): Promise<void> {
    try {
      await write();
      this.#diskError = "";
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (this.#diskError !== text) this.#parts.logger.error({ error: text }, "the agent's own files cannot be written; it goes on without");
      this.#diskError = text;
    }
  }

  async #publishStatus(statuses: readonly Status[]): Promise<void> {
    const { state, device, folder } = this.#parts;
    await this.#saveState();
    const { manifest, error: chainError, frozen } = this.#reader;
    const diskError = this.#diskError;
    const grantsAlarm = this.#grantsAlarm;
    const engineError = this.#outage.error;
    await this.#keep(() => folder.writeStatus(localStatus({ device, state, manifest, chainError, frozen, diskError, engineError, grantsAlarm, statuses })));
  }
}

/** Versions of secrets that the group still wants here. */
function wantedSecrets({ assignments }: Manifest): SecretVersion[] {
  const stays = assignments.filter(({ intent }) => intent !== Intent.INTENT_REMOVE && intent !== Intent.INTENT_REMOVE_WITH_VOLUMES);
  return stays.flatMap(({ secrets }) => secrets);
}

function wantedSharedNetworks(desired: readonly DesiredDeployment[]): Set<string> {
  const running = desired.filter(({ intent, refusal }) => intent === "run" && refusal === undefined);
  return new Set(running.flatMap(({ networks }) => networks.flatMap(({ shared }) => shared ?? [])));
}
