import { workload } from "@daonetes/client";
import type { DeploymentEntry, Model } from "../read-model/model.ts";
import { specKey } from "../read-model/model.ts";
import { enumText, seconds, timeText } from "./scalars.ts";

export function deploymentView({ deployment }: DeploymentEntry, model: Model): object {
  const spec = model.specs.get(specKey(deployment.groupId, deployment.specHash));
  const progress = deployment.progress;
  return {
    id: String(deployment.id),
    group_id: String(deployment.groupId),
    name: deployment.name,
    revision: String(deployment.revision),
    spec_hash: deployment.specHash,
    spec: spec === undefined ? null : `${spec.name}:${spec.version}`,
    placement: placementView(deployment.placement),
    rollout: rolloutView(deployment.rollout),
    offline_stop_after_seconds: seconds(deployment.offlinePolicy?.stopAfter),
    move_when_unreachable: deployment.moveWhenUnreachable,
    intent: enumText(workload.Intent, "INTENT_", deployment.intent),
    restart_generation: String(deployment.restartGeneration),
    phase: enumText(workload.DeploymentPhase, "DEPLOYMENT_PHASE_", deployment.phase),
    progress: {
      total: progress?.total ?? 0,
      assigned: progress?.assigned ?? 0,
      passed: progress?.passed ?? 0,
      failed: progress?.failed ?? 0,
      deadline: timeText(progress?.deadline),
      next_batch_at: timeText(progress?.nextBatchAt),
    },
    wanted: deployment.wanted,
    created_at: timeText(deployment.createdAt),
    updated_at: timeText(deployment.updatedAt),
  };
}

export function placementView(placement: workload.Placement | undefined): object {
  return {
    devices: placement?.devices ?? [],
    selector: placement?.selector ?? [],
    replicas: placement?.replicas ?? 0,
  };
}

function rolloutView(rollout: workload.Rollout | undefined): object {
  return {
    max_parallel: rollout?.maxParallel ?? 0,
    healthy_for_seconds: seconds(rollout?.healthyFor),
    progress_deadline_seconds: seconds(rollout?.progressDeadline),
    max_failures: rollout?.maxFailures ?? 0,
    on_failure: enumText(workload.FailureAction, "FAILURE_ACTION_", rollout?.onFailure ?? 0),
  };
}

export function revisionView(revision: workload.DeploymentRevision, model: Model, groupId: bigint): object {
  const spec = model.specs.get(specKey(groupId, revision.specHash));
  return {
    revision: String(revision.revision),
    spec_hash: revision.specHash,
    spec: spec === undefined ? null : `${spec.name}:${spec.version}`,
    placement: placementView(revision.placement),
    restart_generation: String(revision.restartGeneration),
    cause: revision.cause,
    author: revision.author === "" ? null : revision.author,
    created_at: timeText(revision.createdAt),
    at_height: String(revision.height),
    passed: revision.passed,
  };
}

/** Assignments of a deployment: where it was placed, and what each device last said. */
export function assignmentViews(entry: DeploymentEntry, model: Model): object[] {
  return [...entry.holders.values()].map((holder) => {
    const device = model.devices.get(holder.device);
    const report = model.reports.get(holder.device)?.get(entry.deployment.id);
    return {
      device: holder.device,
      device_name: device?.name ?? "",
      revision: String(holder.revision),
      removing: holder.removing,
      state: assignmentState(holder, report, model.leases.get(holder.device)),
      report: report === undefined ? null : reportView(report),
    };
  });
}

/** Derived: nothing said yet is ASSIGNED, a lease that ran out is UNREACHABLE; else the device's own word. */
export function assignmentState(
  holder: workload.Holder,
  report: workload.Report | undefined,
  lease: workload.Lease | undefined,
): string {
  if (lease?.unreachable === true) return "UNREACHABLE";
  if (report === undefined || report.revision < holder.revision) return "ASSIGNED";
  return enumText(workload.ReportState, "REPORT_STATE_", report.state);
}

export function reportView(report: workload.Report): object {
  return {
    revision: String(report.revision),
    running_revision: String(report.runningRevision),
    state: enumText(workload.ReportState, "REPORT_STATE_", report.state),
    reason: report.reason === "" ? null : report.reason,
    text: report.text,
    services: report.services.map((service) => ({
      index: service.index,
      state: enumText(workload.ServiceState, "SERVICE_STATE_", service.state),
      restarts: service.restarts,
      since: service.since === 0n ? null : new Date(Number(service.since) * 1000).toISOString(),
    })),
    epoch: String(report.epoch),
    sequence: String(report.sequence),
    reported_at: timeText(report.reportedAt),
  };
}
