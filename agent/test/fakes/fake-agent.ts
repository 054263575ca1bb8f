import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { CanonicalSpec } from "@daonetes/client/compose";
import { encodeCanonical, hashSpec } from "@daonetes/client/compose";
import { DeviceProfile, Intent } from "@daonetes/client/device";
import { Agent } from "../../src/agent.ts";
import type { AgentParts } from "../../src/agent-parts.ts";
import { NO_GRANTS } from "../../src/grants/grants.ts";
import type { GrantsLook } from "../../src/grants/grants-file.ts";
import { Owner } from "../../src/grants/owner.ts";
import { readGrants } from "../../src/grants/read-grants.ts";
import type { LocalStatus } from "../../src/report/local-status.ts";
import { SecretCache } from "../../src/secrets/secret-cache.ts";
import { Secrets } from "../../src/secrets/secrets.ts";
import { type AgentState, emptyState } from "../../src/state/agent-state.ts";
import { FakeChain } from "./fake-chain.ts";
import { FakeEngine } from "./fake-engine.ts";

export const DEVICE = "daonet1device";

interface AssignmentWish {
  revision?: bigint;
  intent?: Intent;
  profile?: DeviceProfile;
  /** Versions of secrets, by name. */
  pins?: Record<string, bigint>;
}

/** The whole agent on a fake chain, a fake Engine and a simulated clock. */
export class FakeAgent {
  now = 1_800_000_000_000;
  readonly chain = new FakeChain();
  readonly engine = new FakeEngine(() => this.now);
  bootId = "boot-1";
  /** What stands in the state file. */
  saved = JSON.stringify(emptyState());
  status: LocalStatus | undefined;
  holds: string[] = [];
  takeover = false;
  /** Ports that programs outside of the Engine hold. */
  readonly heldPorts = new Set<number>();
  ownersFile: GrantsLook = { grants: NO_GRANTS, there: true, problems: [], alarm: "" };
  /** Log lines of level warn and above. */
  readonly alarms: string[] = [];
  /** Throws when a file is written, to simulate a full disk. */
  diskFault: (() => void) | undefined;
  /** Where secrets are kept: real files, made when there are any. */
  readonly folder = join(tmpdir(), `daonetes-agent-${randomUUID()}`);
  ageKey = { identity: "", recipient: "age1pq1fake" };
  readonly #specs = new Map<string, Uint8Array>();
  #agent: Agent;

  constructor() {
    this.#agent = this.#make();
  }

  /** Ends the process as kill -9 does, and starts the next one. */
  restart(): void {
    this.#agent = this.#make();
  }

  /** The machine boots: programs end, and so does what lay on a tmpfs. */
  async reboot(): Promise<void> {
    await rm(join(this.folder, "run"), { recursive: true, force: true });
    this.bootId = `${this.bootId}+`;
    this.engine.restart("power loss", this.now);
    this.restart();
  }

  /** Places a spec on the device under the deployment "shop". */
  assign(spec: CanonicalSpec, more: AssignmentWish = {}): void {
    this.assignBytes(encodeCanonical(spec), more);
  }

  /** The same for bytes that anybody may have published. */
  assignBytes(bytes: Uint8Array, more: AssignmentWish = {}): void {
    const specHash = hashSpec(bytes);
    this.chain.specs.set(specHash, bytes);
    const manifest = this.chain.manifest!;
    const revision = more.revision ?? (manifest.assignments[0]?.revision ?? 0n) + 1n;
    const assignment = { deploymentId: 7n, deploymentName: "shop", revision, intent: more.intent ?? Intent.INTENT_RUN, restartGeneration: 0n, specHash, secrets: Object.entries(more.pins ?? {}).map(([name, version]) => ({ name, version })), profile: more.profile ?? DeviceProfile.DEVICE_PROFILE_BASELINE, offlinePolicy: undefined, healthyFor: undefined };
    this.chain.manifest = { ...manifest, assignments: [assignment as never] };
    this.chain.height++;
  }

  /** What the owner allows from now on, as `grants.json` has it. */
  ownerWrites(file: object): void {
    const reading = readGrants(JSON.stringify(file));
    if ("problems" in reading) throw new Error(JSON.stringify(reading.problems));
    this.ownersFile = { grants: reading.grants, there: true, problems: [], alarm: "" };
  }

  /** One pass, the work that it started, and a second. */
  async pass(hint = true): Promise<void> {
    if (hint) this.#agent.hint();
    await this.#agent.pass();
    await setImmediate();
    await setImmediate();
    this.now += 1_000;
  }

  async passes(count: number): Promise<void> {
    for (let pass = 0; pass < count; pass++) await this.pass();
  }

  /** `name state` of every container, sorted. */
  get containers(): string[] {
    return [...this.engine.containers.values()].map(({ name, state }) => `${name} ${state}`).sort();
  }

  get state(): AgentState {
    return JSON.parse(this.saved) as AgentState;
  }

  #make(): Agent {
    const write = async (text: string): Promise<void> => {
      await Promise.resolve();
      this.diskFault?.();
      this.saved = text;
    };
    const alarm = (data: object, message: string): void => void this.alarms.push(`${message} ${JSON.stringify(data)}`);
    const state = JSON.parse(this.saved) as AgentState;
    const parts: AgentParts = {
      device: DEVICE,
      macKey: Buffer.alloc(32, 7),
      chain: this.chain,
      owner: new Owner({ look: () => Promise.resolve(this.ownersFile) }, { agentFolders: ["/var/lib/daonetes"], realPath: (path) => Promise.resolve(path), engineGroup: () => Promise.resolve(998) }),
      engine: this.engine,
      pulls: { pull: ({ image }) => this.engine.pullImage(image) },
      clock: { now: () => this.now, monotonic: () => this.now, sleep: () => Promise.resolve() },
      routes: { read: () => Promise.resolve([]) },
      subnetPools: ["10.213.0.0/16"],
      probe: { isFree: (_protocol, port) => Promise.resolve(!this.heldPorts.has(port)) },
      folder: {
        write: (state) => write(JSON.stringify(state)),
        readHolds: () => Promise.resolve(this.holds),
        takeTakeover: () => {
          const wished = this.takeover;
          this.takeover = false;
          return Promise.resolve(wished);
        },
        writeStatus: async (status) => {
          await Promise.resolve();
          this.diskFault?.();
          this.status = status as LocalStatus;
        },
        readSpec: (hash) => Promise.resolve(this.#specs.get(hash)),
        writeSpec: async (hash, bytes) => {
          await Promise.resolve();
          this.diskFault?.();
          this.#specs.set(hash, bytes);
        },
      },
      secrets: new Secrets({
        root: join(this.folder, "run"),
        chainId: this.chain.chainId,
        identity: this.ageKey.identity,
        recipient: this.ageKey.recipient,
        cache: new SecretCache(this.folder),
        chain: this.chain,
        clock: { monotonic: () => this.now },
        state,
        logger: { warn: alarm },
        mount: async (root) => {
          await mkdir(root, { recursive: true, mode: 0o700 });
        },
      }),
      content: { root: "/state/files", ensure: () => Promise.resolve(), keepOnly: () => Promise.resolve() },
      state,
      engineIdentity: { read: () => Promise.resolve(`${this.bootId}/${this.engine.identity}`), broken: () => undefined },
      bootId: this.bootId,
      logger: { debug: () => undefined, info: () => undefined, warn: alarm, error: alarm },
    };
    return new Agent(parts);
  }
}
