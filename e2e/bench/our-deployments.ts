import { broadcast, DaonetesClient, SigningClient, workloadMessages } from "@daonetes/client";
import { type CanonicalSpec, declarationOf, encodeCanonical, hashSpec } from "@daonetes/client/compose";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { readFile } from "node:fs/promises";
import { timeToStart, untilGone } from "./start-time.ts";

/** Deployments of ours, each signed before its time is taken. */
export class OurDeployments {
  readonly client: DaonetesClient;
  readonly signing: SigningClient;
  readonly groupId: bigint;
  /** Address of the device that all is placed on. */
  readonly device: string;
  readonly #image: string;

  private constructor(signing: SigningClient, groupId: bigint, device: string, image: string) {
    this.client = signing.client;
    this.signing = signing;
    this.groupId = groupId;
    this.device = device;
    this.#image = image;
  }

  /** @param image `name@sha256:..`, present on the Engine */
  static async connect(gateway: string, configFolder: string, image: string): Promise<OurDeployments> {
    const client = DaonetesClient.connect(gateway);
    const key = JSON.parse(await readFile(`${configFolder}/keys/alice.json`, "utf8")) as { secret: string };
    const signer = await DirectSecp256k1HdWallet.fromMnemonic(key.secret, { prefix: "daonet" });
    const { chainId } = await client.status();
    const group = await client.workgroup.group("home");
    const [device] = await client.workgroup.devices(group.id);
    return new OurDeployments(await SigningClient.create({ client, signer, chainId }), group.id, device?.address ?? "", image);
  }

  /** Publishes a spec of `count` services that depend on nothing. @returns its hash */
  async publish(count: number): Promise<string> {
    const [name = "", digest = ""] = this.#image.split("@");
    const service = { image: { name, digest: digest as `sha256:${string}` }, networks: { default: {} }, restart: { policy: "always" as const } };
    const spec: CanonicalSpec = {
      format: "daonetes.spec.v1",
      services: Object.fromEntries(Array.from({ length: count }, (_, index) => [`web${index}`, service])),
      networks: { default: {} },
    };
    const content = encodeCanonical(spec);
    const { has_volumes: hasVolumes, ...declaration } = declarationOf(spec);
    await this.signing.send([
      workloadMessages.publishSpec({ publisher: this.signing.address, groupId: this.groupId, name: `bench-${count}`, content, declaration: { ...declaration, hasVolumes } }),
    ]);
    return hashSpec(content);
  }

  /** Milliseconds from the broadcast of a signed deployment to the start of its last container. It is removed again. */
  async time(name: string, specHash: string, count: number): Promise<number> {
    const label = `com.docker.compose.project=daonet-home-${name}`;
    const tx = await this.signing.sign([
      workloadMessages.createDeployment({
        authority: this.signing.address,
        groupId: this.groupId,
        name,
        specHash,
        placement: { devices: [this.device] },
        rollout: {},
        inheritOfflinePolicy: true,
      }),
    ]);
    const took = await timeToStart(label, count, () => broadcast(this.client.rpc, tx));
    await this.remove(name);
    return took;
  }

  /** Removes a deployment, and waits until its containers are gone. */
  async remove(name: string): Promise<void> {
    const deployment = await this.client.workload.deployment(this.groupId, name);
    await this.signing.send([
      workloadMessages.removeDeployment({ authority: this.signing.address, deploymentId: deployment.id, expectedRevision: deployment.revision, volumes: true }),
    ]);
    await untilGone(`com.docker.compose.project=daonet-home-${name}`);
    // The report of it is on its way.
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
