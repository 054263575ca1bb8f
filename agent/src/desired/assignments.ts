import { type Assignment, DeviceProfile, DeviceStatus, Intent, type Manifest, RevokeMode } from "@daonetes/client/device";
import type { AgentParts } from "../agent-parts.ts";
import { isRestricted, type OwnerFinding } from "../grants/check.ts";
import type { Grants } from "../grants/grants.ts";
import { type Asker, findingsReport, type Owner } from "../grants/owner.ts";
import { desiredDeployment, type DesiredDeployment, pinsOf, type Refusal } from "./desired-state.ts";
import type { SecretsPort } from "../secrets/secrets.ts";
import { SpecSource, type SpecVerdict } from "./spec-source.ts";

export interface AssignmentsInput {
  manifest: Manifest;
  /** Names of the deployments that the owner holds; `*` = all. */
  holds: readonly string[];
  /** Deployments of which something is on the Engine, with the hashes of the specs that their containers were made by. */
  present: ReadonlyMap<bigint, ReadonlySet<string>>;
  /** What the owner of the device allows now. */
  grants: Grants;
  /** Milliseconds without the chain. */
  silentMs: number;
}

/** Works out what the device shall run, from its manifest and the specs that it names. */
export class Assignments {
  readonly #specs: SpecSource;
  readonly #owner: Pick<Owner, "check">;
  readonly #secrets: Pick<SecretsPort, "ensure">;
  readonly #onUnreadable: (deployment: string, error: unknown) => void;

  /** @param onUnreadable called for a deployment whose spec cannot be had now; it goes on as it is */
  constructor({ clock, chain, folder, content, owner, secrets }: Pick<AgentParts, "clock" | "chain" | "folder" | "content" | "owner" | "secrets">, onUnreadable: (deployment: string, error: unknown) => void) {
    this.#specs = new SpecSource(clock, chain, folder, content);
    this.#owner = owner;
    this.#secrets = secrets;
    this.#onUnreadable = onUnreadable;
  }

  async desired(input: AssignmentsInput, signal: AbortSignal): Promise<DesiredDeployment[]> {
    const { manifest, present } = input;
    const desired: DesiredDeployment[] = [];
    for (const assignment of manifest.assignments) {
      desired.push(await this.#one(input, assignment, signal));
    }
    this.#specs.keepOnly(new Set([...manifest.assignments.map(({ specHash }) => specHash), ...[...present.values()].flatMap((hashes) => [...hashes])]));
    const revoked = manifest.status === DeviceStatus.DEVICE_STATUS_REVOKED;
    if (revoked && manifest.revokeMode === RevokeMode.REVOKE_MODE_ORPHAN) return [];
    const named = new Set(manifest.assignments.map(({ deploymentId }) => deploymentId));
    const wipe = revoked && manifest.revokeMode === RevokeMode.REVOKE_MODE_WIPE;
    for (const deploymentId of present.keys()) {
      if (!named.has(deploymentId)) desired.push(leftover(deploymentId, manifest, wipe));
    }
    return desired;
  }

  async #one({ manifest, holds, silentMs, grants, present }: AssignmentsInput, given: Assignment, signal: AbortSignal): Promise<DesiredDeployment> {
    const asker = { group: manifest.groupName, deployment: given.deploymentName, asksRestricted: given.profile === DeviceProfile.DEVICE_PROFILE_RESTRICTED };
    // The stricter of the two profiles holds; it is part of every service's configuration.
    const assignment = isRestricted({ grants, ...asker }) ? { ...given, profile: DeviceProfile.DEVICE_PROFILE_RESTRICTED } : given;
    const held = isHeld(holds, assignment.deploymentName);
    const input = { assignment, groupId: manifest.groupId, groupName: manifest.groupName, held, silentMs };
    if (assignment.intent === Intent.INTENT_REMOVE || assignment.intent === Intent.INTENT_REMOVE_WITH_VOLUMES) {
      return desiredDeployment({ ...input, held: false, spec: undefined, refusal: undefined });
    }
    // Before the spec is read: what the owner forbids stops also while the next revision cannot be had.
    const withdrawnSpecs = await this.#withdrawn(asker, grants, present.get(assignment.deploymentId) ?? []);
    let verdict: SpecVerdict;
    try {
      verdict = await this.#specs.get(manifest.groupId, assignment, signal);
    } catch (error) {
      this.#onUnreadable(assignment.deploymentName, error);
      return desiredDeployment({ ...input, spec: undefined, refusal: unreadable(error), withdrawnSpecs });
    }
    if (!("spec" in verdict)) return desiredDeployment({ ...input, spec: undefined, refusal: verdict.refusal, withdrawnSpecs });
    let refusal = refusalOf(await this.#owner.check(verdict.spec, asker, grants), assignment.deploymentName);
    try {
      refusal ??= await this.#secrets.ensure(manifest.groupId, verdict.spec, pinsOf(assignment), signal);
    } catch (error) {
      this.#onUnreadable(assignment.deploymentName, error);
      refusal = unreadable(error);
    }
    return desiredDeployment({ ...input, spec: verdict.spec, refusal, withdrawnSpecs });
  }

  /**
   * Specs, of containers that are there, that the owner does not allow now. What the group asks for is left out: its
   * stricter profile decides on what is started, and takes nothing away from what runs. A spec that is not at hand is left alone.
   */
  async #withdrawn(asker: Asker, grants: Grants, hashes: Iterable<string>): Promise<Set<string>> {
    const withdrawn = new Set<string>();
    for (const hash of hashes) {
      const spec = await this.#specs.known(hash);
      if (spec !== undefined && (await this.#owner.check(spec, { ...asker, asksRestricted: false }, grants)).length > 0) withdrawn.add(hash);
    }
    return withdrawn;
  }
}

/** A spec or its files cannot be had now: what runs goes on, and the device says what it waits for. */
function unreadable(error: unknown): Refusal {
  if ((error as NodeJS.ErrnoException).code === "ENOSPC") return { reason: "DiskPressure", text: "the disk is full: the files of the spec cannot be kept", passing: true };
  return { reason: "", text: error instanceof Error ? error.message : String(error), passing: true };
}

function refusalOf(findings: readonly OwnerFinding[], deployment: string): Refusal | undefined {
  const [first, ...more] = findings;
  return first === undefined ? undefined : findingsReport([first, ...more], deployment);
}

function isHeld(holds: readonly string[], deployment: string): boolean {
  return holds.includes("*") || holds.includes(deployment);
}

/** Containers of ours that no assignment names. */
function leftover(deploymentId: bigint, manifest: Manifest, wipe: boolean): DesiredDeployment {
  return {
    deploymentId,
    groupId: manifest.groupId,
    groupName: manifest.groupName,
    name: String(deploymentId),
    project: "",
    revision: 0n,
    restartGeneration: 0n,
    specHash: "",
    profile: 0,
    intent: wipe ? "remove_with_volumes" : "remove",
    services: [],
    networks: [],
    volumes: [],
    contents: [],
    secretFiles: [],
    refusal: undefined,
    withdrawnSpecs: new Set(),
    held: false,
    offlineLimit: false,
  };
}
