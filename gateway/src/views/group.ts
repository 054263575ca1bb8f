import { workgroup } from "@daonetes/client";
import { enumText, seconds, timeText } from "./scalars.ts";

export function groupView(group: workgroup.Group): object {
  const policy = group.policy;
  return {
    id: String(group.id),
    name: group.name,
    authority: group.authority,
    pending_authority: group.pendingAuthority === "" ? null : group.pendingAuthority,
    publishers: group.publishers,
    operators: group.operators,
    policy: {
      lease_seconds: seconds(policy?.lease),
      offline_stop_after_seconds: seconds(policy?.offlineDefault?.stopAfter),
      minimum_profile: enumText(workgroup.DeviceProfile, "DEVICE_PROFILE_", policy?.minimumProfile ?? 0),
      caps: {
        max_devices: policy?.caps?.maxDevices ?? 0,
        max_pending: policy?.caps?.maxPending ?? 0,
        max_tickets: policy?.caps?.maxTickets ?? 0,
        max_deployments: policy?.caps?.maxDeployments ?? 0,
        max_specs: policy?.caps?.maxSpecs ?? 0,
        max_content_bytes: String(policy?.caps?.maxContentBytes ?? 0n),
      },
    },
    metadata: group.metadata,
    mesh_revision: String(group.meshRevision),
    closed: group.closed,
    created_at: timeText(group.createdAt),
  };
}
