import type { Field } from "./field.ts";
import { shorten } from "./field.ts";

/** What `deploy.update_config` says about a rollout, where the command line says nothing. */
export interface RolloutDefaults {
  maxParallel?: number;
  onFailure?: "pause" | "rollback";
  /** Nanoseconds. */
  healthyFor?: number;
}

/** Copies of a service: one on each device. */
export function checkScale(field: Field | undefined): void {
  if (field?.text === undefined || field.text === "1") return;
  if (field.integer(0, 1_000_000) !== undefined) {
    field.error(
      "DAO2320",
      `${field.name} is ${field.text}`,
      "one copy runs on each device; more copies by placement: --every, --on, --replicas",
    );
  }
}

/**
 * `deploy` but for resources and restart_policy, which belong to the service.
 * @returns where it says that the new container starts first
 */
export function readDeploy(deploy: Field, rollout: RolloutDefaults): Field | undefined {
  let startFirst: Field | undefined;
  for (const field of deploy.children()) {
    const key = field.path.at(-1)!;
    if (field.isNull) continue;
    switch (key) {
      case "resources":
      case "restart_policy":
        break;
      case "replicas":
        checkScale(field);
        break;
      case "mode":
        if (field.text === "global") field.notice("DAO2391", `${field.name}: placement says where copies run (--every, --on)`);
        else if (field.text !== "replicated")
          field.error("DAO2320", `${field.name} is "${shorten(field.text ?? "")}"`, "placement says where copies run: --every, --on");
        break;
      case "labels":
        if (field.pairs().length > 0) field.notice("DAO2391", `${field.name} has no effect on a device and was dropped`);
        break;
      case "update_config":
        startFirst = readUpdate(field, rollout);
        break;
      case "rollback_config":
        field.notice("DAO2391", `${field.name} has no effect: a rollback goes by the limits of the rollout`);
        break;
      case "endpoint_mode":
        field.notice("DAO2391", `${field.name} has no effect with one copy on each device and was dropped`);
        break;
      default:
        if (field.node.kind === "map" && field.children().length === 0) break;
        field.error(
          "DAO2304",
          `${field.name} is not supported`,
          "placement is given when deploying: --every, --on, --device",
        );
    }
  }
  return startFirst;
}

function readUpdate(update: Field, rollout: RolloutDefaults): Field | undefined {
  let startFirst: Field | undefined;
  for (const field of update.children()) {
    const key = field.path.at(-1)!;
    switch (key) {
      case "parallelism": {
        const most = field.integer(0, 1_000_000);
        // 0 is all at once; the chain changes at most 50.
        if (most !== undefined) rollout.maxParallel = Math.min(rollout.maxParallel ?? 50, most === 0 ? 50 : Math.min(most, 50));
        break;
      }
      case "failure_action":
        if (field.text === "rollback" || field.text === "pause") rollout.onFailure ??= field.text;
        else field.error("DAO2320", `${field.name} is "${shorten(field.text ?? "")}"`, "allowed: rollback, pause: a rollout does not go on over failures");
        break;
      case "monitor": {
        const time = field.duration();
        if (time) rollout.healthyFor = Math.max(rollout.healthyFor ?? 0, time);
        break;
      }
      case "order":
        if (field.text === "start-first") startFirst = field;
        break;
      default:
        field.notice("DAO2391", `${field.name} has no effect and was dropped`);
    }
  }
  return startFirst;
}
