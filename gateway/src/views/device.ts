import { workgroup, type workload } from "@daonetes/client";
import { enumText, timeText } from "./scalars.ts";

export function deviceView(device: workgroup.Device, lease: workload.Lease | undefined): object {
  const info = device.info;
  return {
    address: device.address,
    group_id: String(device.groupId),
    name: device.name,
    tags: device.tags,
    status: enumText(workgroup.DeviceStatus, "DEVICE_STATUS_", device.status),
    revoke_mode: device.revokeMode === 0 ? null : enumText(workgroup.RevokeMode, "REVOKE_MODE_", device.revokeMode),
    profile: enumText(workgroup.DeviceProfile, "DEVICE_PROFILE_", device.profile),
    pub_key: Buffer.from(device.pubKey).toString("base64"),
    platform: info?.platform ?? "",
    engine_version: info?.engineVersion ?? "",
    engine_api_version: info?.engineApiVersion ?? "",
    agent_version: info?.agentVersion ?? "",
    joined_at: timeText(device.joinedAt),
    waiting_until: timeText(device.waitingUntil),
    ticket_id: device.ticketId === 0n ? null : String(device.ticketId),
    epoch: String(lease?.epoch ?? 0n),
    lease_until: timeText(lease?.until),
    unreachable: lease?.unreachable ?? false,
  };
}
