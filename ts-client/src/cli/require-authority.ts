import { DaonetesError, type SigningClient, type workgroup } from "../index.ts";

/** @throws DaonetesError DAO3010 when this key is not the group's authority */
export function requireAuthority(group: workgroup.Group, signing: SigningClient): void {
  if (group.authority === signing.address) return;
  throw new DaonetesError({
    code: "DAO3010",
    kind: "denied",
    message: `the authority over ${group.name} is ${group.authority}, this key is ${signing.address}`,
    help: "sign with another key (--key), or work on another group (--group); nothing was sent",
  });
}
