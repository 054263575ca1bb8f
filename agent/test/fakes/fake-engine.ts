import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { type AddressRange, overlap, parseCidr } from "@daonetes/client/compose";
import {
  type ContainerConfig,
  type ContainerDetail,
  type ContainerState,
  type ContainerSummary,
  type Engine,
  EngineError,
  type EngineEvent,
  type EngineInfo,
  type HealthState,
  type ImageDetail,
  type LimitsView,
  type NetworkConfig,
  type NetworkSummary,
  type SecurityView,
  type VolumeSummary,
} from "../../src/docker/engine.ts";
import { mountText, requestText } from "../../src/plan/verify.ts";

/** How containers of an image behave once started. */
export interface Behaviour {
  /** Milliseconds until it ends; absent = it runs on. */
  endsAfter?: number;
  exitCode?: number;
  /** Exit code after a stop. */
  stopCode?: number;
  /** Milliseconds until it is healthy; absent = it has no healthcheck. */
  healthyAfter?: number;
  /** True: its healthcheck fails instead. */
  unhealthy?: boolean;
}

interface FakeContainer {
  id: string;
  config: ContainerConfig;
  name: string;
  state: ContainerState;
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  networks: Set<string>;
  starts: number;
  limits: LimitsView;
  restartPolicy: string;
  /** Seconds that the last stop gave it. */
  grace?: number;
}

/** An Engine in memory whose containers start, become healthy and end by the clock that it is given. */
export class FakeEngine implements Engine {
  readonly containers = new Map<string, FakeContainer>();
  readonly networks = new Map<string, NetworkConfig>();
  readonly volumes = new Map<string, Record<string, string>>();
  /** Images on this device. */
  readonly images = new Set<string>();
  /** Images that the registry has. */
  readonly registry = new Set<string>();
  readonly behaviours = new Map<string, Behaviour>();
  /** Platforms of images that are not for linux/amd64. */
  readonly platforms = new Map<string, string>();
  /** What inspect says otherwise than asked for, by name of the container. */
  readonly twisted = new Map<string, Partial<SecurityView>>();
  /** Limits that this Engine does not know. */
  readonly unknownLimits = new Set<keyof LimitsView>();
  /** Every call that changed something, as text. */
  readonly calls: string[] = [];
  /** True: nothing can be pulled, made or started for want of space. */
  diskFull = false;
  /** Which run of the Engine this is. */
  identity = "engine-1";
  /** Throws for a call to simulate a fault. */
  fault: ((call: string) => void) | undefined;
  #next = 1;
  readonly #now: () => number;

  /** @param now wall clock in Unix milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  info(): Promise<EngineInfo> {
    return this.#do(() => ({
      id: "ENGINE",
      version: "20.10.24",
      apiVersion: "1.41",
      platform: "linux/amd64",
      memoryBytes: 8e9,
      cpus: 2,
      dataRoot: "/var/lib/docker",
      cgroupVersion: "2",
      missingLimits: [],
    }));
  }

  listContainers(): Promise<ContainerSummary[]> {
    return this.#do(() =>
      [...this.containers.values()].map(({ id, name, config }) => ({
        id,
        name,
        labels: config.labels,
        publishedPorts: this.#running(id) ? portsOf(config) : [],
      })),
    );
  }

  inspectContainer(id: string): Promise<ContainerDetail | undefined> {
    return this.#do(() => {
      const container = this.containers.get(id);
      if (container === undefined) return undefined;
      this.#advance(container);
      const { config } = container;
      return {
        id,
        name: container.name,
        labels: config.labels,
        publishedPorts: [],
        state: container.state,
        health: this.#health(container),
        exitCode: container.exitCode,
        oomKilled: false,
        graceSeconds: config.graceSeconds ?? 10,
        startedAt: container.startedAt,
        finishedAt: container.finishedAt,
        imageId: config.image,
        networks: [...container.networks],
        limits: container.limits,
        security: {
          imageId: config.image,
          privileged: config.host.privileged,
          capAdd: config.host.capAdd,
          capDrop: config.host.capDrop,
          securityOpt: config.host.securityOpt,
          mounts: config.host.mounts.map(mountText).sort(),
          devices: [
            ...config.host.devices.map(({ source, target, permissions }) => `${source}:${target}:${permissions}`),
            ...config.host.deviceRequests.map(requestText),
          ].sort(),
          deviceCgroupRules: config.host.deviceCgroupRules,
          runtime: config.host.runtime,
          user: config.user ?? "",
          groups: config.host.groupAdd,
          sysctls: Object.entries(config.host.sysctls).map(([name, value]) => `${name}=${value}`),
          readonlyRootfs: config.host.readonlyRootfs,
          networkMode: config.host.networkMode,
          pidMode: config.host.pidMode,
          ipcMode: config.host.ipcMode,
          utsMode: config.host.utsMode,
          usernsMode: config.host.usernsMode,
          cgroupMode: config.host.cgroupMode,
          restartPolicy: container.restartPolicy,
          portBindings: Object.entries(config.host.portBindings)
            .flatMap(([port, list]) => list.map(({ hostIp, hostPort }) => `${port}=${hostIp}:${hostPort}`))
            .sort(),
          ...this.twisted.get(container.name),
        },
      };
    });
  }

  createContainer(config: ContainerConfig): Promise<string> {
    return this.#change(`create ${config.name}`, () => {
      if (!this.images.has(config.image)) throw new EngineError("image_not_found", `no such image ${config.image}`);
      if ([...this.containers.values()].some(({ name }) => name === config.name)) throw new EngineError("name_in_use", `the name ${config.name} is taken`);
      const id = `c${this.#next++}`;
      const networks = new Set(config.firstNetwork === undefined ? [] : [config.firstNetwork.name]);
      this.containers.set(id, { id, config, name: config.name, state: "created", startedAt: 0, finishedAt: 0, exitCode: 0, networks, starts: 0, limits: this.#limits(config), restartPolicy: "no" });
      return id;
    });
  }

  startContainer(id: string): Promise<void> {
    return this.#change(`start ${this.containers.get(id)?.name ?? id}`, () => {
      const container = this.#get(id);
      for (const port of portsOf(container.config)) {
        const holder = [...this.containers.values()].find((other) => other.id !== id && this.#running(other.id) && portsOf(other.config).includes(port));
        if (holder !== undefined) throw new EngineError("port_in_use", `${port} is already allocated`);
      }
      const lacking = container.config.host.mounts.find(({ type, source }) => type === "bind" && source.startsWith(tmpdir()) && !existsSync(source));
      if (lacking !== undefined) throw new EngineError("other", `bind source path does not exist: ${lacking.source}`);
      container.state = "running";
      container.startedAt = this.#now();
      container.starts++;
    });
  }

  stopContainer(id: string, graceSeconds: number): Promise<void> {
    return this.#change(`stop ${this.containers.get(id)?.name ?? id}`, () => {
      const container = this.#get(id);
      this.#advance(container);
      if (container.state !== "running" && container.state !== "paused") return;
      container.grace = graceSeconds;
      this.#end(container, this.behaviours.get(container.config.image)?.stopCode ?? 0, this.#now());
    });
  }

  updateContainer(id: string, limits: LimitsView): Promise<void> {
    return this.#change(`update ${this.containers.get(id)?.name ?? id}`, () => {
      const container = this.#get(id);
      // 0 and "" mean: leave it.
      for (const [limit, value] of Object.entries(limits)) if (value !== 0 && value !== "" && !this.unknownLimits.has(limit as keyof LimitsView)) Object.assign(container.limits, { [limit]: value });
      container.restartPolicy = "no";
    });
  }

  unpauseContainer(id: string): Promise<void> {
    return this.#change(`unpause ${this.containers.get(id)?.name ?? id}`, () => {
      this.#get(id).state = "running";
    });
  }

  /** What people do beside the agent; the events that the Engine would send. */
  byHand(id: string, what: "stop" | "kill" | "pause" | "remove" | "detach" | "limit" | "addLimit" | "restartPolicy"): EngineEvent[] {
    const container = this.#get(id);
    this.#advance(container);
    const event = (action: string, signal = ""): EngineEvent => ({ action, containerId: id, signal });
    switch (what) {
      case "stop":
      case "kill":
        if (container.state !== "running") return [];
        this.#end(container, what === "stop" ? 143 : 137, this.#now());
        return what === "stop" ? [event("kill", "15"), event("die"), event("stop")] : [event("kill", "9"), event("die")];
      case "pause":
        if (container.state === "running") container.state = "paused";
        return [event("pause")];
      case "remove":
        this.containers.delete(id);
        return [event("destroy")];
      case "detach":
        container.networks.clear();
        return [event("disconnect")];
      case "limit":
        container.limits = { ...container.limits, memory: container.limits.memory * 2 };
        return [event("update")];
      case "addLimit":
        container.limits = { ...container.limits, cpuShares: 2 };
        return [event("update")];
      case "restartPolicy":
        container.restartPolicy = "always";
        return [event("update")];
    }
  }

  /** The Engine goes and comes back. Its containers end with it: as told, or dead when it comes back after a power loss. */
  restart(kind: "shutdown" | "power loss", backAt: number): void {
    for (const container of this.containers.values()) {
      this.#advance(container);
      if (container.state === "running" || container.state === "paused") this.#end(container, kind === "shutdown" ? 143 : 255, kind === "shutdown" ? this.#now() : backAt);
    }
    this.identity = `engine-${Number(this.identity.split("-")[1]) + 1}`;
  }

  renameContainer(id: string, name: string): Promise<void> {
    return this.#change(`rename ${name}`, () => {
      this.#get(id).name = name;
    });
  }

  removeContainer(id: string): Promise<void> {
    return this.#change(`remove ${this.containers.get(id)?.name ?? id}`, () => {
      this.containers.delete(id);
    });
  }

  listNetworks(): Promise<NetworkSummary[]> {
    return this.#do(() => [...this.networks.values()].map(({ name, labels, subnets }) => ({ id: name, name, labels, subnets: subnets.map(({ subnet }) => subnet) })));
  }

  createNetwork(config: NetworkConfig): Promise<string> {
    return this.#change(`network ${config.name}`, () => {
      if (this.networks.has(config.name)) throw new EngineError("name_in_use", `the network ${config.name} exists`);
      const ranges = (list: NetworkConfig["subnets"]): AddressRange[] => list.map(({ subnet }) => parseCidr(subnet)!);
      for (const other of this.networks.values()) {
        if (ranges(other.subnets).some((range) => ranges(config.subnets).some((wanted) => overlap(range, wanted)))) throw new EngineError("subnet_clash", "Pool overlaps with other one on this address space");
      }
      this.networks.set(config.name, config);
      return config.name;
    });
  }

  connectNetwork(network: string, container: string): Promise<void> {
    return this.#change(`connect ${network}`, () => {
      this.#get(container).networks.add(network);
    });
  }

  removeNetwork(name: string): Promise<void> {
    return this.#change(`remove network ${name}`, () => {
      this.networks.delete(name);
    });
  }

  listVolumes(): Promise<VolumeSummary[]> {
    return this.#do(() => [...this.volumes].map(([name, labels]) => ({ name, labels })));
  }

  createVolume(name: string, labels: Record<string, string>): Promise<void> {
    return this.#change(`volume ${name}`, () => {
      this.volumes.set(name, labels);
    });
  }

  removeVolume(name: string): Promise<void> {
    return this.#change(`remove volume ${name}`, () => {
      this.volumes.delete(name);
    });
  }

  inspectImage(reference: string): Promise<ImageDetail | undefined> {
    return this.#do(() =>
      this.images.has(reference) ? { id: reference, volumes: [], hasHealthcheck: false, platform: this.platforms.get(reference) ?? "linux/amd64", user: "" } : undefined,
    );
  }

  pullImage(reference: string): Promise<void> {
    return this.#change(`pull ${reference}`, () => {
      if (!this.registry.has(reference)) throw new EngineError("image_not_found", `manifest unknown: ${reference}`);
      this.images.add(reference);
    });
  }

   
  async *events(): AsyncIterable<EngineEvent> {}

  logTail(): Promise<string> {
    return Promise.resolve("");
  }

  #limits({ host }: ContainerConfig): LimitsView {
    const { memory, memoryReservation, memorySwap, nanoCpus, cpuShares, cpusetCpus, pidsLimit } = host;
    const limits = { memory, memoryReservation, memorySwap, nanoCpus, cpuShares, cpusetCpus, pidsLimit };
    for (const limit of this.unknownLimits) Object.assign(limits, { [limit]: limit === "cpusetCpus" ? "" : 0 });
    return limits;
  }

  #get(id: string): FakeContainer {
    const container = this.containers.get(id);
    if (container === undefined) throw new EngineError("other", `no such container ${id}`);
    return container;
  }

  #running(id: string): boolean {
    const container = this.containers.get(id);
    if (container === undefined) return false;
    this.#advance(container);
    return container.state === "running";
  }

  /** Lets a container end when its time has come. */
  #advance(container: FakeContainer): void {
    const behaviour = this.behaviours.get(container.config.image);
    if (container.state !== "running" || behaviour?.endsAfter === undefined) return;
    const end = container.startedAt + behaviour.endsAfter;
    if (this.#now() < end) return;
    this.#end(container, behaviour.exitCode ?? 0, end);
  }

  #end(container: FakeContainer, exitCode: number, finishedAt: number): void {
    container.state = "exited";
    container.exitCode = exitCode;
    container.finishedAt = finishedAt;
  }

  #health(container: FakeContainer): HealthState {
    if (container.state !== "running" || container.config.healthcheck === undefined) return "none";
    const behaviour = this.behaviours.get(container.config.image);
    const after = behaviour?.healthyAfter ?? 0;
    if (this.#now() - container.startedAt < after) return "starting";
    return behaviour?.unhealthy === true ? "unhealthy" : "healthy";
  }

  async #do<T>(run: () => T): Promise<T> {
    await Promise.resolve();
    this.fault?.("read");
    return run();
  }

  async #change<T>(call: string, run: () => T): Promise<T> {
    await Promise.resolve();
    this.fault?.(call);
    if (this.diskFull && /^(?:pull|create|start|network|volume) /.test(call)) throw new EngineError("disk_full", "no space left on device");
    const result = run();
    this.calls.push(call);
    return result;
  }
}

function portsOf(config: ContainerConfig): string[] {
  return Object.entries(config.host.portBindings).flatMap(([port, list]) => list.map(({ hostPort }) => `${port.split("/")[1]}/${hostPort}`));
}
