import { createHash } from "node:crypto";
import { addressToBytes, type ChainStatus, Ed25519Key } from "@daonetes/client";
import { buildUnorderedTx, encodeMessage, MsgRenewLease } from "@daonetes/client/device";
import { CHAIN_ID } from "../../parts/validator-net.ts";
import type { Genesis } from "./our-network.ts";

const GAS = 400_000n;
const LEASE_MS = 48 * 3_600_000;

/** Devices that are in the state from the genesis on, all in one group. */
export class Crowd {
  /** Who runs the network, and the group. */
  readonly authority = Ed25519Key.generate().address;
  readonly #keys: Ed25519Key[];
  #sequence = 0n;

  constructor(count: number) {
    this.#keys = Array.from({ length: count }, (_, index) => Ed25519Key.fromSeed(createHash("sha256").update(`device ${index}`).digest()));
  }

  inGenesis({ genesis_time: at, app_state: { auth, workgroup, workload } }: Genesis): void {
    const until = new Date(Date.parse(at) + LEASE_MS).toISOString();
    auth.accounts.push(...this.#keys.map(({ address }, index) => ({ "@type": "/cosmos.auth.v1beta1.BaseAccount", address, account_number: String(index + 1), sequence: "0" })));
    workgroup["groups"] = [{ id: "1", name: "lab", authority: this.authority, created_at: at, policy: { lease: "0s" } }];
    workgroup["next_group_id"] = "2";
    workgroup["devices"] = this.#keys.map(({ address, publicKey }, index) => ({
      address,
      group_id: "1",
      pub_key: Buffer.from(publicKey).toString("base64"),
      name: `d${index}`,
      tags: ["site=lab"],
      status: "DEVICE_STATUS_APPROVED",
      info: { platform: "linux/amd64" },
      joined_at: at,
    }));
    workload["manifests"] = this.#keys.map(({ address }) => ({ device: address, group_id: "1", group_name: "lab", status: "DEVICE_STATUS_APPROVED", sequence: "1", epoch: "1" }));
    workload["leases"] = this.#keys.map(({ address }) => ({ device: address, epoch: "1", until }));
    workload["due"] = this.#keys.map(({ address }) => ({ due_at: until, kind: "DUE_KIND_LEASE", id: Buffer.from(addressToBytes(address)).toString("base64") }));
  }

  /** Signs of life, each of the next device. @param network newest block of the network that gets them */
  renewals(count: number, { time }: Pick<ChainStatus, "time">): Uint8Array[] {
    return Array.from({ length: count }, () => {
      const index = Number(this.#sequence++ % BigInt(this.#keys.length));
      const key = this.#keys[index] as Ed25519Key;
      const message = MsgRenewLease.create({ device: key.address, epoch: 1n, sequence: this.#sequence });
      const encoded = encodeMessage("/daonetes.workload.v1.MsgRenewLease", MsgRenewLease, message);
      return buildUnorderedTx({ key, chainId: CHAIN_ID, accountNumber: BigInt(index + 1), messages: [encoded], lastBlockTime: time, gas: GAS }).txBytes;
    });
  }
}
