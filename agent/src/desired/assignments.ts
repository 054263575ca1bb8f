import { type Assignment, DeviceStatus, Intent, type Manifest, RevokeMode } from "@daonetes/client/device";
import type { AgentParts } from "../agent-parts.ts";
import { desiredDeployment, type DesiredDeployment } from "./desired-state.ts";
import { SpecSource } from "./spec-source.ts";

export interface AssignmentsInput {
  manifest: Manifest;
  /** Names of the deployments that the owner holds; `*` = all. */
  holds: readonly string[];
  /** Deployments of which something is on the Engine. */
  present: readonly bigint[];
  /** Milliseconds without the chain. */
  silentMs: number;
}

/** Works out what the device shall run, from its manifest and the specs that it names. */
export class Assignments {
  readonly #specs: SpecSource;
  readonly #onUnreadable: (deployment: string, error: unknown) => void;

  /** @param onUnreadable called for a deployment whose spec cannot be had now; it goes on as it is */
  constructor({ clock, chain, folder, content }: Pick<AgentParts, "clock" | "chain" | "folder" | "content">, onUnreadable: (deployment: string, error: unknown) => void) {
    this.#specs = new SpecSource(clock, chain, folder, content);
    this.#onUnreadable = onUnreadable;
  }

  async desired(input: AssignmentsInput, signal: AbortSignal): Promise<DesiredDeployment[]> {
    const { manifest, present } = input;
    const desired: DesiredDeployment[] = [];
    for (const assignment of manifest.assignments) {
      try {
        desired.push(await this.#one(input, assignment, signal));
      } catch (error) {
        this.#onUnreadable(assignment.deploymentName, error);
        desired.push(this.#unreadable(input, assignment, error));
      }
    }
    this.#specs.keepOnly(new Set(manifest.assignments.map(({ specHash }) => specHash)));
    const revoked = manifest.status === DeviceStatus.DEVICE_STATUS_REVOKED;
    if (revoked && manifest.revokeMode === RevokeMode.REVOKE_MODE_ORPHAN) return [];
    const named = new Set(manifest.assignments.map(({ deploymentId }) => deploymentId));
    const wipe = revoked && manifest.revokeMode === RevokeMode.REVOKE_MODE_WIPE;
    for (const deploymentId of present) {
      if (!named.has(deploymentId)) desired.push(leftover(deploymentId, manifest, wipe));
    }
    return desired;
  }

  /** Its spec or its files cannot be had now: what runs goes on, and the device says what it waits for. */
  #unreadable({ manifest, holds, silentMs }: AssignmentsInput, assignment: Assignment, error: unknown): DesiredDeployment {
    const full = (error as NodeJS.ErrnoException).code === "ENOSPC";
    const text = error instanceof Error ? error.message : String(error);
    return desiredDeployment({
      assignment,
      groupId: manifest.groupId,
      groupName: manifest.groupName,
      held: isHeld(holds, assignment.deploymentName),
      silentMs,
      spec: undefined,
      refusal: { reason: full ? "DiskPressure" : "", text: full ? "the disk is full: the files of the spec cannot be kept" : text, passing: true },
    });
  }

  async #one({ manifest, holds, silentMs }: AssignmentsInput, assignment: Assignment, signal: AbortSignal): Promise<DesiredDeployment> {
    const held = isHeld(holds, assignment.deploymentName);
    const input = { assignment, groupId: manifest.groupId, groupName: manifest.groupName, held, silentMs };
    if (assignment.intent === Intent.INTENT_REMOVE || assignment.intent === Intent.INTENT_REMOVE_WITH_VOLUMES) {
      return desiredDeployment({ ...input, held: false, spec: undefined, refusal: undefined });
    }
    const verdict = await this.#specs.get(manifest.groupId, assignment, signal);
    return desiredDeployment({
      ...input,
      spec: "spec" in verdict ? verdict.spec : undefined,
      refusal: "refusal" in verdict ? verdict.refusal : undefined,
    });
  }
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
    refusal: undefined,
    held: false,
    offlineLimit: false,
  };
}
