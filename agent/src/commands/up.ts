import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import {
  chainRpcUrl,
  CometRpc,
  DaonetesClient,
  DaonetesError,
  decodeTicketText,
  DeviceInfo,
  DeviceStatus,
  fingerprintWords,
} from "@daonetes/client/device";
import { anchor, LightClient, RpcSource, TrustedStore } from "@daonetes/client/light";
import { Agent } from "../agent.ts";
import { ContentFolder } from "../content/content-folder.ts";
import { GatewayChain } from "../chain/gateway-chain.ts";
import { joinGroup, requireNetwork } from "../chain/join.ts";
import { systemClock } from "../clock.ts";
import { DockerodeEngine } from "../docker/dockerode-engine.ts";
import { EngineIdentity } from "../docker/engine-identity.ts";
import type { EngineInfo } from "../docker/engine.ts";
import type { Logger } from "../logger.ts";
import { factsInRegistry } from "../docker/image-facts.ts";
import { PullGuard } from "../execute/pull-guard.ts";
import { systemDisk } from "../observed/disk.ts";
import { GrantsFile } from "../grants/grants-file.ts";
import { Owner, thisDevice } from "../grants/owner.ts";
import { kernelRoutes } from "../observed/host-routes.ts";
import { bindProbe } from "../observed/port-probe.ts";
import { RegistryLogins } from "../secrets/registry-logins.ts";
import { SecretCache } from "../secrets/secret-cache.ts";
import { Secrets } from "../secrets/secrets.ts";
import { mountTmpfs } from "../secrets/tmpfs.ts";
import { loadOrCreateAgeKey } from "../state/age-key.ts";
import { joinedState, type Membership, StateFolder } from "../state/agent-state.ts";
import { loadDeviceKey, loadOrCreateDeviceKey } from "../state/device-key.ts";
import { followEngine } from "../wake/engine-events.ts";
import { followHints } from "../wake/hints.ts";

export interface UpOptions {
  /** Ticket text; absent: this device is a member already. */
  ticket: string | undefined;
  /** File with a ticket, used unless this device is a member of its group already. */
  ticketFile: string | undefined;
  /** Name the device would like. */
  name: string | undefined;
  state: string;
  /** Folder of what is gone after a boot. */
  run: string;
  dockerSocket: string;
  /** Path of the owner's file. */
  grants: string;
  /** Comma-separated pools of subnets. */
  subnets: string;
  version: string;
}

/** Joins with the ticket if there is one, then runs until the signal. */
export async function up(options: UpOptions, logger: Logger, print: (line: string) => void, signal: AbortSignal): Promise<void> {
  const folder = new StateFolder(options.state);
  const engine = new DockerodeEngine(options.dockerSocket);
  const info = await engine.info(signal).catch((error: unknown) => {
    throw noEngine(options.dockerSocket, error);
  });
  print(`✔ Docker Engine ${info.version} (API ${info.apiVersion})`);
  let state = await folder.read();
  let joinedAt = 0n;
  const ticketText = options.ticket ?? (await ticketOf(options.ticketFile, state.membership));
  const key = ticketText === undefined ? await loadDeviceKey(folder.keyFile) : await loadOrCreateDeviceKey(folder.keyFile);
  const ageKey = await loadOrCreateAgeKey(folder.ageKeyFile);

  if (ticketText !== undefined) {
    const ticket = decodeTicketText(ticketText);
    const rpc = new CometRpc(chainRpcUrl(ticket.gateway));
    await requireNetwork(DaonetesClient.fromRpc(rpc), ticket.chainId, Buffer.from(ticket.genesisHash).toString("hex"));
    const source = new RpcSource(rpc);
    const trusted = await anchor(source, ticket.chainId, ticket.trustedHeight, ticket.trustedHash, signal);
    const joined = await joinGroup(ticket, key, deviceInfo(info, options, ageKey.recipient));
    print(`✔ network ${ticket.chainId}   genesis matches the ticket`);
    const membership = {
      gateway: ticket.gateway,
      chainId: ticket.chainId,
      genesisHash: Buffer.from(ticket.genesisHash).toString("hex"),
      groupId: String(ticket.groupId),
    };
    joinedAt = joined.height;
    state = joinedState(state, membership, new TrustedStore(trusted).toJSON());
    await folder.write(state);
    const waits = joined.status === DeviceStatus.DEVICE_STATUS_PENDING;
    print(`● ${joined.name} ${waits ? "waits for approval" : "is a member"}   ${fingerprintWords(key.publicKey).join(" ")}`);
  }
  const { membership, trusted } = state;
  if (membership === undefined || trusted === undefined) {
    throw new DaonetesError({
      code: "DAO4004",
      kind: "usage",
      message: membership === undefined ? "this device has joined no group" : "this device has no trusted header of its network",
      help: "daonetes-agent up --ticket dnj1..   (the operator gets one with: daonetes device add)",
    });
  }

  const rpc = new CometRpc(chainRpcUrl(membership.gateway));
  const source = new RpcSource(rpc);
  const now = (): { seconds: bigint; nanos: number } => {
    const millis = systemClock.now();
    return { seconds: BigInt(Math.floor(millis / 1000)), nanos: (millis % 1000) * 1_000_000 };
  };
  const light = new LightClient({ source, store: TrustedStore.fromJSON(trusted), now });
  const chain = new GatewayChain({ membership, rpc, source, light, key, clock: systemClock, state });
  const bootId = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  const owner = new Owner(new GrantsFile(options.grants), thisDevice(options.state, options.dockerSocket));
  const logins = new RegistryLogins({ chainId: membership.chainId, groupId: BigInt(membership.groupId), identity: ageKey.identity, chain, logger });
  const agent = new Agent({
    device: key.address,
    macKey: createHmac("sha256", key.seed()).update("daonetes/labels/v1").digest(),
    chain,
    engine,
    pulls: new PullGuard({
      engine,
      platform: info.platform,
      clock: systemClock,
      disk: systemDisk,
      dataRoot: () => Promise.resolve(info.dataRoot),
      factsOf: factsInRegistry,
      loginOf: (host, ended) => logins.loginOf(host, ended),
      reserve: async () => (await owner.look()).grants.limits.diskReserve,
    }),
    clock: systemClock,
    probe: bindProbe,
    routes: kernelRoutes,
    subnetPools: options.subnets.split(","),
    folder,
    owner,
    // The Engine mounts from there: it has to know the folder under the same full path.
    content: new ContentFolder(resolve(options.state), chain),
    secrets: new Secrets({
      root: join(resolve(options.run), key.address),
      chainId: membership.chainId,
      identity: ageKey.identity,
      recipient: ageKey.recipient,
      cache: new SecretCache(options.state),
      chain,
      clock: systemClock,
      state,
      logger,
      mount: mountTmpfs,
    }),
    state,
    engineIdentity: new EngineIdentity(options.dockerSocket, bootId),
    bootId,
    logger,
  });
  // What this device is told of itself stands in the block in which it joined, and is proven by the next one.
  agent.hint(joinedAt);
  signal.addEventListener("abort", () => agent.stop(), { once: true });
  logger.info({ device: key.address, gateway: membership.gateway }, "agent runs");
  await Promise.all([
    agent.run(),
    followEngine(engine, agent, systemClock, signal),
    followHints(membership.gateway, key.address, agent, logger, signal),
  ]);
}

/** The ticket in a file; undefined where this device is a member of its group already. @throws DaonetesError DAO4019 */
export async function ticketOf(path: string | undefined, membership: Membership | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = (await readFile(path, "utf8")).trim();
  } catch (cause) {
    if (membership !== undefined) return undefined;
    throw new DaonetesError({ code: "DAO4019", kind: "usage", message: `the ticket file ${path} cannot be read: ${(cause as Error).message}`, help: "write a ticket into it: daonetes ticket create -q", cause });
  }
  const { chainId, genesisHash, groupId } = decodeTicketText(text);
  const isMember = membership?.chainId === chainId && membership.genesisHash === Buffer.from(genesisHash).toString("hex") && membership.groupId === String(groupId);
  return isMember ? undefined : text;
}

function deviceInfo(info: EngineInfo, { name, version }: UpOptions, ageRecipient: string): DeviceInfo {
  const wish = (name ?? hostname()).toLowerCase().replace(/[^a-z0-9-]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40).replace(/-+$/, "");
  return DeviceInfo.create({
    nameHint: wish,
    platform: info.platform,
    engineVersion: info.version,
    engineApiVersion: info.apiVersion,
    agentVersion: version,
    ageRecipient,
  });
}

function noEngine(socket: string, cause: unknown): DaonetesError {
  const denied = (cause as { cause?: { code?: string } }).cause?.code === "EACCES";
  return new DaonetesError({
    code: "DAO4006",
    kind: "unreachable",
    message: `no Docker Engine answers at ${socket}: ${cause instanceof Error ? cause.message : String(cause)}`,
    help: denied ? "run the agent as root, or as a member of the group docker" : "start it (sudo systemctl start docker), or name its socket: --docker SOCKET",
    cause,
  });
}
