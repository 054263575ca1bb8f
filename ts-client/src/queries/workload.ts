import type {
  Blob,
  Deployment,
  DeploymentRevision,
  Holder,
  Lease,
  Manifest,
  Params,
  Placement,
  Report,
  Secret,
  SecretContent,
  SecretGrant,
  SecretKey,
  Spec,
} from "../gen/daonetes/workload/v1/core.ts";
import { QueryClientImpl } from "../gen/daonetes/workload/v1/query.ts";
import type { Rpc } from "../transport/rpc.ts";
import { collect } from "./page.ts";
import { named } from "./workgroup.ts";

/** Reads of x/workload. Every method throws DaonetesError DAO5004 when the thing does not exist. */
export class WorkloadQueries {
  readonly #query: QueryClientImpl;

  constructor(rpc: Rpc) {
    this.#query = new QueryClientImpl(rpc);
  }

  async params(): Promise<Params> {
    return (await this.#query.Params({})).params as Params;
  }

  spec(groupId: bigint, hash: string): Promise<Spec> {
    return named("spec", hash, async () => (await this.#query.Spec({ groupId, hash })).spec as Spec);
  }

  /** Canonical bytes of a spec, as the node gives them: check their hash. */
  specContent(groupId: bigint, hash: string): Promise<Uint8Array> {
    return named("spec", hash, async () => (await this.#query.SpecContent({ groupId, hash })).content);
  }

  /** @param name only versions of this name; absent = all */
  specs(groupId: bigint, name = ""): Promise<Spec[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Specs({ groupId, name, pagination });
      return { items: answer.specs, pagination: answer.pagination };
    });
  }

  blob(groupId: bigint, hash: string): Promise<Blob> {
    return named("blob", hash, async () => (await this.#query.Blob({ groupId, hash })).blob as Blob);
  }

  /** Bytes of a blob, as the node gives them: check their hash. */
  blobContent(groupId: bigint, hash: string): Promise<Uint8Array> {
    return named("blob", hash, async () => (await this.#query.BlobContent({ groupId, hash })).content);
  }

  /** All versions of all secrets of a group, by name and version, without ciphertexts. */
  secrets(groupId: bigint): Promise<Secret[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Secrets({ groupId, pagination });
      return { items: answer.secrets, pagination: answer.pagination };
    });
  }

  /** The versions of one secret, and its newest version ever, removed or not: the next one is 1 more. */
  secret(groupId: bigint, name: string): Promise<{ versions: Secret[]; newestVersion: bigint }> {
    return named("secret", name, async () => {
      let newestVersion = 0n;
      const versions = await collect(async (pagination) => {
        const answer = await this.#query.Secret({ groupId, name, pagination });
        newestVersion = answer.newestVersion;
        return { items: answer.versions, pagination: answer.pagination };
      });
      return { versions, newestVersion };
    });
  }

  /** The ciphertext of one version, as the node gives it: check its hash, or prove it. */
  secretContent(groupId: bigint, name: string, version: bigint): Promise<SecretContent> {
    return named("secret", `${name}, version ${version}`, async () => {
      return (await this.#query.SecretContent({ groupId, name, version })).content as SecretContent;
    });
  }

  /**
   * The keys of a scope, oldest first, and its newest generation ever, removed or not: the next one is 1 more.
   * @param scope "" = the keys of all scopes, with newestGeneration 0
   */
  async secretKeys(groupId: bigint, scope: string): Promise<{ keys: SecretKey[]; newestGeneration: bigint }> {
    let newestGeneration = 0n;
    const keys = await collect(async (pagination) => {
      const answer = await this.#query.SecretKeys({ groupId, scope, pagination });
      newestGeneration = answer.newestGeneration;
      return { items: answer.keys, pagination: answer.pagination };
    });
    return { keys, newestGeneration };
  }

  /** Who was given a key, by address. */
  secretGrants(groupId: bigint, scope: string, generation: bigint): Promise<SecretGrant[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.SecretGrants({ groupId, scope, generation, pagination });
      return { items: answer.grants, pagination: answer.pagination };
    });
  }

  /** The keys that a device or person was given, in all groups; those of a revoked device too. */
  recipientGrants(recipient: string): Promise<SecretGrant[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.RecipientGrants({ recipient, pagination });
      return { items: answer.grants, pagination: answer.pagination };
    });
  }

  deploymentById(deploymentId: bigint): Promise<Deployment> {
    return named("deployment", String(deploymentId), async () => {
      return (await this.#query.Deployment({ deploymentId })).deployment as Deployment;
    });
  }

  deployment(groupId: bigint, name: string): Promise<Deployment> {
    return named("deployment", name, async () => {
      return (await this.#query.DeploymentByName({ groupId, name })).deployment as Deployment;
    });
  }

  deployments(groupId: bigint): Promise<Deployment[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Deployments({ groupId, pagination });
      return { items: answer.deployments, pagination: answer.pagination };
    });
  }

  /** The kept revisions, oldest first; at most 10. */
  async revisions(deploymentId: bigint): Promise<DeploymentRevision[]> {
    return (await this.#query.Revisions({ deploymentId })).revisions;
  }

  holders(deploymentId: bigint): Promise<Holder[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Holders({ deploymentId, pagination });
      return { items: answer.holders, pagination: answer.pagination };
    });
  }

  reports(deploymentId: bigint): Promise<Report[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Reports({ deploymentId, pagination });
      return { items: answer.reports, pagination: answer.pagination };
    });
  }

  /** What one device reported; at most 64. */
  async deviceReports(device: string): Promise<Report[]> {
    return (await this.#query.DeviceReports({ device })).reports;
  }

  manifest(device: string): Promise<Manifest> {
    return named("device", device, async () => (await this.#query.Manifest({ device })).manifest as Manifest);
  }

  lease(device: string): Promise<Lease> {
    return named("device", device, async () => (await this.#query.Lease({ device })).lease as Lease);
  }

  leases(groupId: bigint): Promise<Lease[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Leases({ groupId, pagination });
      return { items: answer.leases, pagination: answer.pagination };
    });
  }

  /** Where a placement would go now. `deploymentId` 0 = a new deployment, `specHash` "" = any platform. */
  placementPreview(request: {
    groupId: bigint;
    deploymentId: bigint;
    specHash: string;
    placement: Placement;
  }): Promise<{ devices: string[]; wanted: number }> {
    return this.#query.PlacementPreview(request);
  }
}
