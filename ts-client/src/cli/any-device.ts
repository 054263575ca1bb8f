import { type DaonetesClient, DaonetesError, isNotFound, workgroup } from "../index.ts";

/**
 * A device by name or address, also a revoked one, whose name the group may have given to another device since.
 * @throws DaonetesError DAO1061 when several revoked devices had the name
 */
export async function anyDevice(client: DaonetesClient, groupId: bigint, name: string): Promise<workgroup.Device> {
  try {
    return await client.workgroup.device(groupId, name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const revoked = (await client.workgroup.devices(groupId)).filter((device) => device.name === name && device.status === workgroup.DeviceStatus.DEVICE_STATUS_REVOKED);
    const [only, ...more] = revoked;
    if (only === undefined) throw error;
    if (more.length === 0) return only;
    throw new DaonetesError({
      code: "DAO1061",
      kind: "usage",
      message: `${revoked.length} revoked devices had the name ${name}: ${revoked.map(({ address }) => address).join(", ")}`,
      help: "name one of them by its address",
    });
  }
}
