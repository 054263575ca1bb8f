import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DaonetesClient, SigningClient, workloadMessages } from "@daonetes/client";
import { hashSpec } from "@daonetes/client/compose";
import { DirectSecp256k1HdWallet, type EncodeObject } from "@cosmjs/proto-signing";
import { folders } from "../../docker/net/layout.ts";
import { localDevice } from "../../docker/net/local-device.ts";
import { GATEWAY } from "./hello-app.ts";

/** The authority of the group "home", as somebody who writes transactions by hand. */
export class Author {
  readonly #signing: SigningClient;
  readonly groupId: bigint;
  /** Address of this computer's device. */
  readonly device: string;

  private constructor(signing: SigningClient, groupId: bigint, device: string) {
    this.#signing = signing;
    this.groupId = groupId;
    this.device = device;
  }

  static async connect(): Promise<Author> {
    const client = DaonetesClient.connect(GATEWAY);
    const key = JSON.parse(await readFile(join(folders.config, "keys", "alice.json"), "utf8")) as { secret: string };
    const signer = await DirectSecp256k1HdWallet.fromMnemonic(key.secret, { prefix: "daonet" });
    const { chainId } = await client.status();
    const group = await client.workgroup.group("home");
    return new Author(await SigningClient.create({ client, signer, chainId }), group.id, (await localDevice()) ?? "");
  }

  get client(): DaonetesClient {
    return this.#signing.client;
  }

  get address(): string {
    return this.#signing.address;
  }

  async send(...messages: EncodeObject[]): Promise<void> {
    await this.#signing.send(messages);
  }

  /**
   * Publishes bytes as they are, and places them on this computer or another device: no check but the chain's.
   * @param requires what is declared beside the bytes
   */
  async deploy(name: string, content: Uint8Array, requires: string[] = [], device = this.device): Promise<void> {
    await this.send(...this.deployment(name, content, requires, device));
  }

  /** The messages of `deploy`. */
  deployment(name: string, content: Uint8Array, requires: string[] = [], device = this.device): EncodeObject[] {
    const { address, groupId } = this;
    return [
      workloadMessages.publishSpec({ publisher: address, groupId, name, content, declaration: { requires } }),
      workloadMessages.createDeployment({ authority: address, groupId, name, specHash: hashSpec(content), placement: { devices: [device] }, rollout: {}, inheritOfflinePolicy: true }),
    ];
  }

  async remove(name: string): Promise<void> {
    const { id, revision } = await this.#signing.client.workload.deployment(this.groupId, name);
    await this.#signing.send([workloadMessages.removeDeployment({ authority: this.#signing.address, deploymentId: id, expectedRevision: revision, volumes: true })]);
  }
}
