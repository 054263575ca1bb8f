import { readDockerLogins } from "@daonetes/client/compose";
import Docker from "dockerode";
import {
  type ContainerConfig,
  type ContainerDetail,
  type ContainerState,
  type ContainerSummary,
  type EndpointConfig,
  type Engine,
  EngineError,
  type EngineErrorKind,
  type EngineEvent,
  type EngineInfo,
  type HealthState,
  type ImageDetail,
  type LimitsView,
  type NetworkConfig,
  type NetworkSummary,
  type PullOptions,
  type PullProgress,
  type VolumeSummary,
} from "./engine.ts";
import { createOptions, updateOptions } from "./create-options.ts";
import { graceSeconds, limitsView, securityView } from "./inspect-view.ts";

const CALL_MS = 30_000;
/** What happens to containers, and their networks, that the agent wants to look at. Executions of healthchecks are not in it. */
const EVENTS = ["start", "die", "oom", "health_status", "destroy", "stop", "kill", "pause", "unpause", "update", "rename", "disconnect"];
/** A pull without a byte for this long is given up. */
const PULL_SILENCE_MS = 300_000;

/** Calls whose options the published types lack. */
interface UntypedDocker {
  info(options: { abortSignal: AbortSignal }): Promise<{ ID: string; MemTotal: number; NCPU: number; DockerRootDir: string; CgroupVersion?: string; Warnings?: string[] | null }>;
  version(options: { abortSignal: AbortSignal }): Promise<{ Version: string; ApiVersion: string; Os: string; Arch: string }>;
  getEvents(options: { filters: string; abortSignal: AbortSignal }): Promise<AsyncIterable<Uint8Array>>;
}
interface UntypedNetwork {
  connect(options: object): Promise<unknown>;
}

/** The Engine behind its socket, through dockerode. The only file that knows dockerode. */
export class DockerodeEngine implements Engine {
  readonly #docker: Docker;
  readonly #untyped: UntypedDocker;
  readonly #pullSilenceMs: number;

  /**
   * @param socketPath such as `/var/run/docker.sock`
   * @param pullSilenceMs a pull without a byte for this long is given up
   */
  constructor(socketPath: string, pullSilenceMs = PULL_SILENCE_MS) {
    this.#pullSilenceMs = pullSilenceMs;
    this.#docker = new Docker({ socketPath });
    this.#untyped = this.#docker as unknown as UntypedDocker;
  }

  async info(signal?: AbortSignal): Promise<EngineInfo> {
    const [info, version] = await call(signal, (abortSignal) =>
      Promise.all([this.#untyped.info({ abortSignal }), this.#untyped.version({ abortSignal })]),
    );
    return {
      id: info.ID,
      version: version.Version,
      apiVersion: version.ApiVersion,
      platform: `${version.Os}/${version.Arch}`,
      memoryBytes: info.MemTotal,
      cpus: info.NCPU,
      dataRoot: info.DockerRootDir,
      cgroupVersion: info.CgroupVersion ?? "1",
      missingLimits: (info.Warnings ?? []).flatMap((warning) => /^WARNING: (?<missing>No (?:memory|swap|cpu|cpuset|pids?) .*)/i.exec(warning)?.groups?.["missing"] ?? []),
    };
  }

  async listContainers(): Promise<ContainerSummary[]> {
    const list = await call(undefined, (abortSignal) => this.#docker.listContainers({ all: true, abortSignal }));
    return list.map((container) => ({
      id: container.Id,
      name: (container.Names[0] ?? "").replace(/^\//, ""),
      labels: container.Labels,
      publishedPorts: [
        ...new Set(container.Ports.filter(({ PublicPort }) => PublicPort > 0).map(({ Type, PublicPort }) => `${Type}/${PublicPort}`)),
      ],
    }));
  }

  async inspectContainer(id: string): Promise<ContainerDetail | undefined> {
    const detail = await absent(call(undefined, (abortSignal) => this.#docker.getContainer(id).inspect({ abortSignal })));
    if (detail === undefined) return undefined;
    const { State: state } = detail;
    return {
      id: detail.Id,
      name: detail.Name.replace(/^\//, ""),
      labels: detail.Config.Labels,
      publishedPorts: [],
      state: state.Status as ContainerState,
      health: (state.Health?.Status ?? "none") as HealthState,
      exitCode: state.ExitCode,
      oomKilled: state.OOMKilled,
      graceSeconds: graceSeconds(detail),
      startedAt: millis(state.StartedAt),
      finishedAt: millis(state.FinishedAt),
      imageId: detail.Image,
      networks: Object.keys(detail.NetworkSettings.Networks),
      security: securityView(detail),
      limits: limitsView(detail),
    };
  }

  async createContainer(config: ContainerConfig): Promise<string> {
    const options = createOptions(config);
    const container = await call(undefined, (abortSignal) => this.#docker.createContainer({ ...options, abortSignal }));
    return container.id;
  }

  async startContainer(id: string): Promise<void> {
    await call(undefined, (abortSignal) => this.#docker.getContainer(id).start({ abortSignal }));
  }

  async stopContainer(id: string, graceSeconds: number): Promise<void> {
    await absent(
      call(undefined, (abortSignal) => this.#docker.getContainer(id).stop({ t: graceSeconds, abortSignal }), CALL_MS + graceSeconds * 1000),
    );
  }

  async updateContainer(id: string, limits: LimitsView): Promise<void> {
    await call(undefined, (abortSignal) => this.#docker.getContainer(id).update({ ...updateOptions(limits), abortSignal }));
  }

  async unpauseContainer(id: string): Promise<void> {
    await call(undefined, (abortSignal) => this.#docker.getContainer(id).unpause({ abortSignal }));
  }

  async renameContainer(id: string, name: string): Promise<void> {
    await call(undefined, (abortSignal) => this.#docker.getContainer(id).rename({ name, abortSignal }));
  }

  async removeContainer(id: string): Promise<void> {
    await absent(call(undefined, (abortSignal) => this.#docker.getContainer(id).remove({ force: true, v: true, abortSignal })));
  }

  async listNetworks(): Promise<NetworkSummary[]> {
    const list = await call(undefined, (abortSignal) => this.#docker.listNetworks({ abortSignal }));
    return list.map(({ Id, Name, Labels, IPAM }) => ({
      id: Id,
      name: Name,
      labels: Labels ?? {},
      subnets: (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined || Subnet === "" ? [] : [Subnet])),
    }));
  }

  async createNetwork(config: NetworkConfig): Promise<string> {
    const network = await call(undefined, (abortSignal) =>
      this.#docker.createNetwork({
        Name: config.name,
        CheckDuplicate: true,
        Driver: "bridge",
        Internal: config.internal,
        EnableIPv6: config.enableIpv6,
        IPAM: {
          Driver: "default",
          Config: config.subnets.map(({ subnet, gateway, ip_range }) => ({
            Subnet: subnet,
            ...(gateway === undefined ? {} : { Gateway: gateway }),
            ...(ip_range === undefined ? {} : { IPRange: ip_range }),
          })),
        },
        Labels: config.labels,
        abortSignal,
      }),
    );
    return network.id;
  }

  async connectNetwork(network: string, container: string, endpoint: EndpointConfig): Promise<void> {
    await call(undefined, (abortSignal) =>
      (this.#docker.getNetwork(network) as unknown as UntypedNetwork).connect({
        Container: container,
        EndpointConfig: {
          Aliases: endpoint.aliases,
          IPAMConfig: {
            ...(endpoint.ipv4Address === undefined ? {} : { IPv4Address: endpoint.ipv4Address }),
            ...(endpoint.ipv6Address === undefined ? {} : { IPv6Address: endpoint.ipv6Address }),
          },
        },
        abortSignal,
      }),
    );
  }

  async removeNetwork(name: string): Promise<void> {
    await absent(call(undefined, (abortSignal) => this.#docker.getNetwork(name).remove({ abortSignal })));
  }

  async listVolumes(): Promise<VolumeSummary[]> {
    const { Volumes } = await call(undefined, (abortSignal) => this.#docker.listVolumes({ abortSignal }));
    return (Volumes as { Name: string; Labels: Record<string, string> | null }[] | null ?? []).map(({ Name, Labels }) => ({
      name: Name,
      labels: Labels ?? {},
    }));
  }

  async createVolume(name: string, labels: Record<string, string>): Promise<void> {
    await call(undefined, (abortSignal) => this.#docker.createVolume({ Name: name, Driver: "local", Labels: labels, abortSignal }));
  }

  async removeVolume(name: string): Promise<void> {
    await absent(call(undefined, () => this.#docker.getVolume(name).remove()));
  }

  async inspectImage(reference: string): Promise<ImageDetail | undefined> {
    const image = await absent(call(undefined, () => this.#docker.getImage(reference).inspect()));
    if (image === undefined) return undefined;
    const config = image.Config as { Volumes?: Record<string, object> | null; Healthcheck?: { Test?: string[] }; User?: string };
    return {
      id: image.Id,
      volumes: Object.keys(config.Volumes ?? {}).sort(),
      hasHealthcheck: (config.Healthcheck?.Test?.length ?? 0) > 0 && config.Healthcheck?.Test?.[0] !== "NONE",
      platform: `${image.Os}/${image.Architecture}`,
      user: config.User ?? "",
    };
  }

  async pullImage(reference: string, { platform, signal, onProgress, login: given }: PullOptions): Promise<void> {
    const silence = new AbortController();
    const wait = (): NodeJS.Timeout => setTimeout(() => { silence.abort(); }, this.#pullSilenceMs);
    let timer = wait();
    try {
      const abortSignal = AbortSignal.any([signal, silence.signal]);
      const login = given ?? (await readDockerLogins()).get(reference.slice(0, reference.indexOf("/")));
      const stream: AsyncIterable<unknown> = await this.#docker.pull(reference, {
        abortSignal,
        ...(platform === undefined ? {} : { platform }),
        ...(login === undefined ? {} : { authconfig: { ...login, serveraddress: reference.slice(0, reference.indexOf("/")) } }),
      });
      const layers = new Map<string, PullProgress>();
      let failure: string | undefined;
      for await (const message of jsonLines(stream as AsyncIterable<Uint8Array>)) {
        clearTimeout(timer);
        timer = wait();
        if (typeof message["error"] === "string") failure = message["error"];
        if (noteLayer(layers, message)) onProgress(sumOf(layers));
      }
      // A stream that is cut by an abort may end as if it were complete.
      if (abortSignal.aborted) throw new Error("the pull was ended");
      if (failure !== undefined) throw new EngineError(pullErrorKind(failure), failure);
    } catch (error) {
      if (error instanceof EngineError) throw error;
      if (silence.signal.aborted) throw new EngineError("registry_unreachable", `no byte came for ${this.#pullSilenceMs / 1000} s`, error);
      const text = messageOf(error);
      const kind = kindOf(error);
      throw new EngineError(kind === "other" || kind === "image_not_found" ? pullErrorKind(text) : kind, text, error);
    } finally {
      clearTimeout(timer);
    }
  }

  async *events(signal: AbortSignal): AsyncIterable<EngineEvent> {
    const filters = { type: ["container", "network"], event: EVENTS };
    let stream: AsyncIterable<Uint8Array>;
    try {
      stream = await this.#untyped.getEvents({ filters: JSON.stringify(filters), abortSignal: signal });
    } catch (error) {
      throw toEngineError(error);
    }
    for await (const message of jsonLines(stream)) {
      const { ID, Attributes } = (message["Actor"] ?? {}) as { ID?: string; Attributes?: { container?: string; signal?: string } };
      const id = message["Type"] === "network" ? Attributes?.container : ID;
      yield { action: (message["Action"] as string | undefined) ?? "", containerId: id ?? "", signal: Attributes?.signal ?? "" };
    }
  }

  async logTail(id: string, lines: number): Promise<string> {
    const buffer = await call(undefined, (abortSignal) =>
      this.#docker.getContainer(id).logs({ stdout: true, stderr: true, tail: lines, follow: false, abortSignal }),
    );
    return buffer.toString("utf8");
  }
}

/** Runs a call with a deadline; what goes wrong becomes an EngineError. */
async function call<T>(signal: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>, timeoutMs = CALL_MS): Promise<T> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const ended = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  try {
    return await Promise.race([run(ended), aborted(ended)]);
  } catch (error) {
    if (deadline.aborted) throw new EngineError("timeout", `the Engine did not answer within ${timeoutMs / 1000} s`, error);
    throw toEngineError(error);
  }
}

/** Not every call of dockerode takes a signal: the deadline holds all the same. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
  });
}

/** "There is none" is no failure: of an inspection it is undefined, of a removal it is done. "Not modified" likewise. */
async function absent<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    const status = error instanceof EngineError ? (error.cause as { statusCode?: number } | undefined)?.statusCode : undefined;
    if (status === 404 || status === 304) return undefined;
    throw error;
  }
}

function toEngineError(error: unknown): EngineError {
  return error instanceof EngineError ? error : new EngineError(kindOf(error), messageOf(error), error);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const json = (error as { json?: { message?: string } }).json;
  return json?.message ?? error.message;
}

function kindOf(error: unknown): EngineErrorKind {
  const code = (error as { code?: string } | undefined)?.code ?? "";
  if (["ECONNREFUSED", "ENOENT", "ECONNRESET", "EPIPE", "EACCES"].includes(code)) return "unavailable";
  const text = messageOf(error);
  // What an Engine answers on its way down, or while its containerd is away: it says nothing of the request.
  if (/object type \*libnetwork|shutting down|containerd\.sock|transport is closing|error reading from server: EOF/.test(text)) return "unavailable";
  // Of the allocator of addresses; of a port it is written in lower case.
  if (/Address already in use|Pool overlaps with other one|networks have overlapping|conflicts with existing route|non-overlapping .*address pool/.test(text)) return "subnet_clash";
  if (/port is already allocated|address already in use/.test(text)) return "port_in_use";
  if (/no space left on device/.test(text)) return "disk_full";
  if (/is already in use by container|already exists/.test(text)) return "name_in_use";
  if (/volume is in use|has active endpoints/.test(text)) return "in_use";
  if ((error as { statusCode?: number }).statusCode === 404) return "image_not_found";
  return "other";
}

/** Takes what one line says of a layer that is being downloaded. @returns true if it was about bytes */
function noteLayer(layers: Map<string, PullProgress>, message: Record<string, unknown>): boolean {
  const { id, status } = message;
  const detail = message["progressDetail"] as { current?: unknown; total?: unknown } | null | undefined;
  if (typeof id !== "string" || layers.size > 1_000) return false;
  const known = layers.get(id);
  if (status === "Downloading" && typeof detail?.current === "number") {
    // A registry that does not say how much comes has no total.
    const total = typeof detail.total === "number" ? detail.total : 0;
    layers.set(id, { done: detail.current, total: Math.max(detail.current, total) });
    return true;
  }
  if (status === "Download complete" && known !== undefined) {
    layers.set(id, { done: known.total, total: known.total });
    return true;
  }
  return false;
}

function sumOf(layers: ReadonlyMap<string, PullProgress>): PullProgress {
  const sum = { done: 0, total: 0 };
  for (const { done, total } of layers.values()) {
    sum.done += done;
    sum.total += total;
  }
  return sum;
}

function pullErrorKind(text: string): EngineErrorKind {
  if (/no space left on device/.test(text)) return "disk_full";
  if (/no matching manifest for/.test(text)) return "platform_mismatch";
  // What the tar of a layer holds may make it say anything behind this.
  if (/failed to (?:register|extract) layer/.test(text)) return "image_invalid";
  if (/unauthorized|denied|authentication required|no basic auth/i.test(text)) return "registry_auth";
  if (/manifest unknown|not found|manifest for/i.test(text)) return "image_not_found";
  if (/digest|verification failed/i.test(text) && /mismatch|failed/i.test(text)) return "digest_mismatch";
  return "registry_unreachable";
}

async function* jsonLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Record<string, unknown>> {
  const decoder = new TextDecoder();
  let buffer = "";
  for await (const chunk of stream) {
    buffer += decoder.decode(chunk, { stream: true });
    const lines = buffer.split("\n");
    buffer = lines.pop() ?? "";
    for (const line of lines) {
      if (line.trim() !== "") yield JSON.parse(line) as Record<string, unknown>;
    }
  }
  if (buffer.trim() !== "") yield JSON.parse(buffer) as Record<string, unknown>;
}

/** The Engine writes the year 1 for "never". */
function millis(time: string): number {
  const value = Date.parse(time);
  return Number.isNaN(value) || value < 0 ? 0 : value;
}
