import type { EncodeObject } from "@cosmjs/proto-signing";

/** Plans an upgrade: every node stops before this height, and goes on with the binary of this name. */
export function softwareUpgrade(authority: string, plan: { name: string; height: bigint; info: string }): EncodeObject {
  return { typeUrl: "/cosmos.upgrade.v1beta1.MsgSoftwareUpgrade", value: { authority, plan } };
}

/** Takes the planned upgrade back. */
export function cancelUpgrade(authority: string): EncodeObject {
  return { typeUrl: "/cosmos.upgrade.v1beta1.MsgCancelUpgrade", value: { authority } };
}
