import { DaonetesError, isNotFound, workgroup } from "../../index.ts";
import type { SecretDesk } from "./secret-desk.ts";

/**
 * Refuses a reader whom the chain would give no secrets, whatever they are, with the chain's own code: before anything is
 * sealed to them.
 * @param name of the reader, as it was typed
 * @throws DaonetesError DAO3243, DAO3244, DAO3245, DAO3247, DAO3248
 */
export async function requireEntitled(desk: SecretDesk, address: string, name: string): Promise<void> {
  const device = await desk.client.workgroup.deviceByAddress(address).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  const { DeviceStatus } = workgroup;
  const refuse = (code: string, message: string, help: string): never => {
    throw new DaonetesError({ code, kind: "denied", message: `${name}: ${message}`, help: `${help}; nothing was sent` });
  };
  if (device === undefined) {
    if (!(await desk.entitled()).has(address)) refuse("DAO3248", "neither a device of the group nor somebody who operates it", "make it an operator first: daonetes group update --operator NAME");
    if (!(await desk.people()).some((person) => person.address === address)) refuse("DAO3247", "no age recipient is registered for it", "its owner registers one: daonetes secret reseal");
  } else if (device.groupId !== desk.group.id) refuse("DAO3245", "a device of another group is given no secrets of this one", "see the devices of the group: daonetes device list");
  else if (device.status === DeviceStatus.DEVICE_STATUS_PENDING) refuse("DAO3243", "a waiting device is given no secrets", `approve it first: daonetes device approve ${device.name}`);
  else if (device.status === DeviceStatus.DEVICE_STATUS_REVOKED) refuse("DAO3244", "a revoked device is given no secrets", "another device may join: daonetes device add");
  else if (device.info?.ageRecipient === "") refuse("DAO3247", "no age recipient is registered for it", "a newer agent registers one by itself");
}
