import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EncodeObject } from "@cosmjs/proto-signing";
import { broadcast, type DaonetesClient, DaonetesError, Ed25519Key, readStatus, waitForTx, workload, workloadMessages } from "@daonetes/client";
import { buildUnorderedTx } from "@daonetes/client/device";
import { folders } from "../../docker/net/layout.ts";
import { Author } from "./raw-spec.ts";

const GRANT = "/daonetes.workload.v1.MsgGrantSecret";

/** Secrets as somebody sends them who writes transactions by hand: no check but the chain's. */
export class RawSecrets {
  readonly #author: Author;
  readonly chainId: string;

  private constructor(author: Author, chainId: string) {
    this.#author = author;
    this.chainId = chainId;
  }

  static async connect(): Promise<RawSecrets> {
    const author = await Author.connect();
    return new RawSecrets(author, (await author.client.status()).chainId);
  }

  get client(): DaonetesClient {
    return this.#author.client;
  }

  get groupId(): bigint {
    return this.#author.groupId;
  }

  /** Who signs: the authority of the group. */
  get author(): string {
    return this.#author.address;
  }

  /** The device of this computer. */
  get device(): string {
    return this.#author.device;
  }

  /** The newest key of a scope. */
  async key(scope: string): Promise<{ generation: bigint; recipient: string }> {
    const { keys } = await this.client.workload.secretKeys(this.groupId, scope);
    const newest = keys.at(-1);
    if (newest === undefined) throw new Error(`${scope} has no key`);
    return newest;
  }

  /** Puts bytes as the next version, sealed to the newest key or said to be. @returns the version */
  async put(name: string, scope: string, ciphertext: Uint8Array): Promise<bigint> {
    const { newestVersion } = await this.client.workload.secret(this.groupId, name);
    const { generation } = await this.key(scope);
    const version = newestVersion + 1n;
    await this.send(workloadMessages.putSecret({ publisher: this.#author.address, groupId: this.groupId, name, version, generation, ciphertext }));
    return version;
  }

  /** Lets a deployment take one version of its only secret, and changes nothing else. */
  async pin(deployment: string, version: bigint): Promise<void> {
    const { id, revision, specHash, placement, rollout, offlinePolicy, secrets } = await this.client.workload.deployment(this.groupId, deployment);
    const pins = secrets.map(({ name }) => ({ name, version }));
    await this.send(
      workloadMessages.updateDeployment({
        authority: this.#author.address,
        deploymentId: id,
        expectedRevision: revision,
        specHash,
        placement: placement ?? {},
        rollout: rollout ?? {},
        offlinePolicy: offlinePolicy ?? {},
        secrets: pins,
      }),
    );
  }

  grant(scope: string, generation: bigint, recipient: string): EncodeObject {
    return workloadMessages.grantSecret({ sender: this.#author.address, groupId: this.groupId, scope, generation, grants: [{ recipient, sealed: Uint8Array.of(1) }] });
  }

  remove(name: string): EncodeObject {
    return workloadMessages.removeSecret({ authority: this.#author.address, groupId: this.groupId, name });
  }

  async send(message: EncodeObject): Promise<void> {
    await this.#author.send(message);
  }

  /** Code of the error with which the chain refuses a message; "" = it took it. */
  refusal(message: EncodeObject): Promise<string> {
    return codeOf(this.send(message));
  }

  /** The same for a grant that this computer's device signs, to itself. */
  async deviceAsks(scope: string, generation: bigint): Promise<string> {
    const key = Ed25519Key.fromSeed(Buffer.from((await readFile(join(folders.agent, "device.key"), "utf8")).trim(), "base64"));
    const value = workload.MsgGrantSecret.encode(
      workload.MsgGrantSecret.fromPartial({ sender: key.address, groupId: this.groupId, scope, generation, grants: [{ recipient: key.address, sealed: Uint8Array.of(1) }] }),
    ).finish();
    const { accountNumber } = await this.client.account(key.address);
    const { time } = await readStatus(this.client.rpc);
    const { txBytes } = buildUnorderedTx({ key, chainId: this.chainId, accountNumber, messages: [{ typeUrl: GRANT, value }], lastBlockTime: time, gas: 400_000n });
    return codeOf(broadcast(this.client.rpc, txBytes).then((hash) => waitForTx(this.client.rpc, hash, { timeoutMs: 20_000 })));
  }
}

async function codeOf(sent: Promise<unknown>): Promise<string> {
  try {
    await sent;
    return "";
  } catch (error) {
    if (error instanceof DaonetesError) return error.code;
    throw error;
  }
}
