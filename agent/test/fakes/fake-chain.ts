import { DeviceInfo, DeviceStatus, type EncodedMessage, Manifest, MsgAnnounceDevice, MsgClaimEpoch, MsgRenewLease, MsgReport, type SecretContent, type SecretGrant, type SecretKey } from "@daonetes/client/device";
import type { ChainPort, LeaseAt, ManifestAt } from "../../src/chain/chain-port.ts";
import { WrongNetworkError } from "../../src/chain/wrong-network-error.ts";

/** A chain in memory, as one device sees it through a gateway. */
export class FakeChain implements ChainPort {
  height = 10n;
  genesis = "genesis-1";
  chainId = "lab-1";
  /** What the device joined. */
  readonly pinned = { genesis: "genesis-1", chainId: "lab-1" };
  manifest: Manifest | undefined = Manifest.create({ groupId: 1n, groupName: "lab", status: DeviceStatus.DEVICE_STATUS_APPROVED });
  readonly specs = new Map<string, Uint8Array>();
  readonly blobs = new Map<string, Uint8Array>();
  /** By `name version`, `scope generation`, and grants of this device by the same. */
  readonly secrets = new Map<string, SecretContent>();
  readonly secretKeys = new Map<string, SecretKey>();
  readonly grants = new Map<string, SecretGrant>();
  secretReads = 0;
  /** What the chain has of what this device says of itself. */
  info: DeviceInfo | undefined;
  specReads = 0;
  readonly reports: MsgReport[] = [];
  readonly claims: MsgClaimEpoch[] = [];
  /** Of the newest message that was taken. */
  sequence = 0n;
  /** True: says that messages were taken, and loses them. */
  swallows = false;
  /** Throws for every call while set. */
  away: Error | undefined;

  async readManifest(): Promise<ManifestAt> {
    await this.#reach();
    return { manifest: this.manifest === undefined ? undefined : Manifest.decode(Manifest.encode(this.manifest).finish()), height: this.height };
  }

  async requireNetwork(): Promise<void> {
    await this.#reach();
    if (this.genesis !== this.pinned.genesis) throw new WrongNetworkError("DAO5031", "another genesis");
  }

  async readSpec(_group: bigint, hash: string): Promise<Uint8Array> {
    await this.#reach();
    this.specReads++;
    const bytes = this.specs.get(hash);
    if (bytes === undefined) throw new Error(`no spec ${hash}`);
    return bytes;
  }

  async readBlob(_group: bigint, hash: string): Promise<Uint8Array> {
    await this.#reach();
    const bytes = this.blobs.get(hash);
    if (bytes === undefined) throw new Error(`no blob ${hash}`);
    return bytes;
  }

  async readSecretContent(_group: bigint, name: string, version: bigint): Promise<SecretContent | undefined> {
    await this.#reach();
    this.secretReads++;
    return this.secrets.get(`${name} ${version}`);
  }

  async readNewestVersion(_group: bigint, name: string): Promise<bigint> {
    await this.#reach();
    const versions = [...this.secrets.keys()].filter((key) => key.startsWith(`${name} `)).map((key) => BigInt(key.slice(name.length + 1)));
    return versions.reduce((newest, version) => (version > newest ? version : newest), 0n);
  }

  async readSecretKey(_group: bigint, scope: string, generation: bigint): Promise<{ key: SecretKey | undefined; grant: SecretGrant | undefined }> {
    await this.#reach();
    return { key: this.secretKeys.get(`${scope} ${generation}`), grant: this.grants.get(`${scope} ${generation}`) };
  }

  async readDeviceInfo(): Promise<DeviceInfo | undefined> {
    await this.#reach();
    return this.info;
  }

  async readLease(): Promise<LeaseAt | undefined> {
    await this.#reach();
    return { epoch: this.manifest?.epoch ?? 0n, sequence: this.sequence, until: 0, unreachable: false };
  }

  async send(messages: readonly EncodedMessage[]): Promise<void> {
    await this.#reach();
    for (const { typeUrl, value } of messages) {
      if (this.swallows) continue;
      if (typeUrl === "/daonetes.workload.v1.MsgReport") this.#take(MsgReport.decode(value));
      if (typeUrl === "/daonetes.workload.v1.MsgRenewLease") this.sequence = MsgRenewLease.decode(value).sequence;
      if (typeUrl === "/daonetes.workgroup.v1.MsgAnnounceDevice") this.info = MsgAnnounceDevice.decode(value).info;
      if (typeUrl === "/daonetes.workload.v1.MsgClaimEpoch") this.#claim(MsgClaimEpoch.decode(value));
    }
    this.height++;
  }

  /** Claims as an agent on another computer would. */
  claimElsewhere(instance: string): void {
    this.#claim(MsgClaimEpoch.create({ epoch: (this.manifest?.epoch ?? 0n) + 1n, instance }));
    this.height++;
  }

  #take(report: MsgReport): void {
    this.reports.push(report);
    this.sequence = report.sequence;
  }

  #claim(claim: MsgClaimEpoch): void {
    if (this.manifest === undefined || claim.epoch !== this.manifest.epoch + 1n) throw new Error("epoch out of order");
    this.manifest = { ...this.manifest, epoch: claim.epoch, instance: claim.instance };
    this.claims.push(claim);
  }

  async #reach(): Promise<void> {
    await Promise.resolve();
    if (this.away !== undefined) throw this.away;
    if (this.chainId !== this.pinned.chainId) throw new WrongNetworkError("DAO5030", `the gateway serves the chain ${this.chainId}`);
  }
}
