import { execute } from "../../src/execute/executor.ts";
import type { DesiredDeployment } from "../../src/desired/desired-state.ts";
import { observe, observeSurroundings } from "../../src/observed/observe.ts";
import type { ObservedDeployment } from "../../src/observed/observed-state.ts";
import { type DeploymentMemory, emptyMemory, refresh } from "../../src/plan/memory.ts";
import { plan } from "../../src/plan/plan.ts";
import type { DeviceFacts } from "../../src/plan/plan-input.ts";
import { planText, type Step } from "../../src/plan/step.ts";
import { type Status, statusOf } from "../../src/report/status.ts";
import { isStopByHand } from "../../src/docker/engine.ts";
import { type AgentState, emptyState } from "../../src/state/agent-state.ts";
import { ExitLedger } from "../../src/state/exit-ledger.ts";
import { FakeEngine } from "./fake-engine.ts";

const FACTS = { device: "daonet1device", macKey: Buffer.alloc(32, 7), platform: "linux/amd64", subnetPools: ["10.213.0.0/16", "192.168.128.0/17"], defaultMemory: 6e9, contentRoot: "/state/files", secretRoot: "/run/secrets-of-agent", wantedSharedNetworks: new Set<string>() };

/** One device in memory: an Engine, a clock, and the agent's pass over one deployment. */
export class FakeDevice {
  /** Shared networks that other deployments of the device are about to join. */
  wantedSharedNetworks = new Set<string>();
  now = 1_800_000_000_000;
  readonly engine = new FakeEngine(() => this.now);
  memory: DeploymentMemory = emptyMemory();
  /** What stands in the state file, and what the agent has of it in memory. */
  saved = JSON.stringify(emptyState());
  state: AgentState = emptyState();
  exits = new ExitLedger(this.state);
  /** Ports that programs outside of the Engine hold. */
  readonly foreignPorts = new Set<number>();
  /** Routes of the device. */
  readonly routes = new Set<string>();
  /** Dies before the step with this number is done (simulated kill). */
  dieAfter = Number.POSITIVE_INFINITY;
  stepsDone = 0;

  async look(desired: DesiredDeployment): Promise<ObservedDeployment> {
    this.exits.begin(this.engine.identity, this.now);
    const snapshot = await observe(this.engine, FACTS.device, FACTS.macKey, this.exits);
    this.#save();
    const probe = { isFree: (_protocol: string, port: number) => Promise.resolve(!this.foreignPorts.has(port)) };
    return observeSurroundings(this.engine, probe, { read: () => Promise.resolve([...this.routes]) }, snapshot, desired);
  }

  async plan(desired: DesiredDeployment): Promise<Step[]> {
    const observed = await this.look(desired);
    refresh(this.memory, desired, observed);
    return plan({ desired, observed, memory: this.memory, facts: this.#facts(desired), now: this.now });
  }

  #facts(desired: DesiredDeployment): DeviceFacts {
    const own = desired.intent === "run" ? desired.networks.flatMap(({ shared }) => shared ?? []) : [];
    return { ...FACTS, wantedSharedNetworks: new Set([...this.wantedSharedNetworks, ...own]) };
  }

  async planText(desired: DesiredDeployment): Promise<string> {
    return planText(await this.plan(desired));
  }

  /** One pass: look, plan, do. @returns what was done */
  async pass(desired: DesiredDeployment): Promise<Step[]> {
    const steps = await this.plan(desired);
    const allowed = steps.slice(0, Math.max(0, this.dieAfter - this.stepsDone));
    this.stepsDone += allowed.length;
    await execute(allowed, {
      engine: this.engine,
      pulls: { pull: ({ image }) => this.engine.pullImage(image) },
      environment: () => Promise.resolve([]),
      clock: { now: () => this.now, monotonic: () => this.now, sleep: () => Promise.resolve() },
      memory: this.memory,
      random: () => 0,
      signal: new AbortController().signal,
      before: (noted) => {
        this.exits.stopping(noted.flatMap((step) => (step.kind === "stopContainer" ? [step.container] : [])), this.now);
        this.#save();
        return Promise.resolve();
      },
    });
    return steps;
  }

  /** The agent is killed and started again: what is not on disk is forgotten. */
  restartAgent(): void {
    this.state = JSON.parse(this.saved) as AgentState;
    this.memory = emptyMemory();
    const failed = this.state.failed["7"];
    if (failed !== undefined) this.memory.failed = { ...failed, revision: BigInt(failed.revision), restartGeneration: BigInt(failed.restartGeneration) };
    this.exits = new ExitLedger(this.state);
  }

  /** Somebody does something beside the agent, which hears of it. */
  byHand(id: string, what: Parameters<FakeEngine["byHand"]>[1]): void {
    for (const event of this.engine.byHand(id, what)) if (isStopByHand(event)) this.exits.stoppedByHand(id, this.now);
  }

  #save(): void {
    const { failed } = this.memory;
    this.state.failed = failed === undefined ? {} : { "7": { ...failed, revision: String(failed.revision), restartGeneration: String(failed.restartGeneration) } };
    this.saved = JSON.stringify(this.state);
  }

  /** Passes until nothing is to be done, a second apart. @param seconds at most */
  async settle(desired: DesiredDeployment, seconds = 120): Promise<Status> {
    let quiet = 0;
    for (let second = 0; second < seconds; second++) {
      const steps = await this.pass(desired);
      quiet = steps.length === 0 ? quiet + 1 : 0;
      this.now += 1_000;
      if (quiet > 15) break;
    }
    return this.status(desired);
  }

  async status(desired: DesiredDeployment): Promise<Status> {
    return statusOf({ desired, observed: await this.look(desired), memory: this.memory, facts: FACTS, now: this.now });
  }
}
