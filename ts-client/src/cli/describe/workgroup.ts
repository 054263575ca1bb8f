import { type DaonetesClient, fingerprintWords, workgroup as types } from "../../index.ts";
import { short } from "../output.ts";
import { type Describer, type Description, groupName, orUndefined, secondsText } from "./description.ts";

const TYPE = "/daonetes.workgroup.v1.Msg";

/** Describers of x/workgroup's messages by type URL. */
export const workgroupDescribers: Record<string, Describer> = {
  [`${TYPE}AddCreator`]: async (_client, { creator }: types.MsgAddCreator) => ({ title: `let ${short(creator)} create groups`, lines: [creator] }),
  [`${TYPE}RemoveCreator`]: async (_client, { creator }: types.MsgRemoveCreator) => ({ title: `no longer let ${short(creator)} create groups`, lines: [creator] }),
  [`${TYPE}CreateGroup`]: async (_client, { name }: types.MsgCreateGroup) => ({ title: `create the group ${name}`, group: name, lines: [] }),
  [`${TYPE}UpdateGroup`]: updateGroup,
  [`${TYPE}ProposeAuthority`]: async (client, { groupId, newAuthority }: types.MsgProposeAuthority) => {
    const group = await groupName(client, groupId);
    const council = newAuthority === "" ? undefined : await orUndefined(client.council.council(newAuthority));
    const whom = council === undefined ? short(newAuthority) : council.name;
    return {
      title: newAuthority === "" ? `take back the offer of the authority over ${group}` : `offer the authority over ${group} to ${whom}`,
      group,
      lines: newAuthority === "" ? [] : [`new authority, once accepted: ${newAuthority}`],
      ...(newAuthority === "" ? {} : { next: `daonetes group accept ${group}      (by ${whom})` }),
    };
  },
  [`${TYPE}AcceptAuthority`]: async (client, { groupId }: types.MsgAcceptAuthority) => {
    const group = await groupName(client, groupId);
    return { title: `accept authority over ${group}`, group, lines: [] };
  },
  [`${TYPE}CloseGroup`]: async (client, { groupId }: types.MsgCloseGroup) => {
    const group = await groupName(client, groupId);
    return { title: `close ${group} for ever`, group, lines: [] };
  },
  [`${TYPE}CreateTicket`]: async (client, { groupId, maxUses, tags, ttl, autoApprove }: types.MsgCreateTicket) => ({
    title: `ticket for ${maxUses} ${maxUses === 1 ? "device" : "devices"}`,
    group: await groupName(client, groupId),
    lines: [`tags ${tags.join(", ") || "none"}   good for ${secondsText(ttl)}   devices are admitted ${autoApprove ? "as they join" : "one by one"}`],
  }),
  [`${TYPE}RevokeTicket`]: async (_client, { ticketId }: types.MsgRevokeTicket) => ({ title: `revoke ticket ${ticketId}`, lines: [] }),
  [`${TYPE}AdmitDevice`]: async (client, { groupId, pubKey, name, tags }: types.MsgAdmitDevice) => ({
    title: `admit the device ${name || "with this key"}`,
    group: await groupName(client, groupId),
    lines: [`words ${fingerprintWords(pubKey).join(" ")}`, `tags ${tags.join(", ") || "none"}`],
  }),
  [`${TYPE}ApproveDevice`]: (client, { device, name, tags }: types.MsgApproveDevice) =>
    onDevice(client, device, (known) => `approve ${name || known}`, (found) => [
      `words ${fingerprintWords(found.pubKey).join(" ")}`,
      `tags ${[...found.tags, ...tags].join(", ") || "none"}`,
    ]),
  [`${TYPE}RejectDevice`]: (client, { device }: types.MsgRejectDevice) => onDevice(client, device, (known) => `turn ${known} down`),
  [`${TYPE}UpdateDevice`]: (client, { device, name, tags }: types.MsgUpdateDevice) =>
    onDevice(client, device, (known) => `change ${known}`, (found) => [
      ...(name === "" || name === found.name ? [] : [`~ name   ${found.name} -> ${name}`]),
      `~ tags   ${found.tags.join(", ") || "none"} -> ${tags.join(", ") || "none"}`,
    ]),
  [`${TYPE}CordonDevice`]: (client, { device }: types.MsgCordonDevice) => onDevice(client, device, (known) => `give ${known} nothing new`),
  [`${TYPE}UncordonDevice`]: (client, { device }: types.MsgUncordonDevice) => onDevice(client, device, (known) => `give ${known} work again`),
  [`${TYPE}RevokeDevice`]: (client, { device, mode }: types.MsgRevokeDevice) =>
    onDevice(client, device, (known) => `revoke ${known} for ever`, () => [
      { [types.RevokeMode.REVOKE_MODE_ORPHAN]: "its containers run on", [types.RevokeMode.REVOKE_MODE_WIPE]: "its containers and their data go" }[mode as number] ??
        "its containers stop, their data stays",
    ]),
};

async function onDevice(
  client: DaonetesClient,
  address: string,
  title: (name: string) => string,
  lines: (device: types.Device) => string[] = () => [],
): Promise<Description> {
  const device = await orUndefined(client.workgroup.deviceByAddress(address));
  if (device === undefined) return { title: title(short(address)), lines: [`${address} does not exist any more`] };
  return { title: title(device.name), group: await groupName(client, device.groupId), lines: lines(device) };
}

async function updateGroup(client: DaonetesClient, message: types.MsgUpdateGroup): Promise<Description> {
  const group = await orUndefined(client.workgroup.group(message.groupId));
  const name = group?.name ?? `group ${message.groupId}`;
  const lines: string[] = [];
  for (const field of ["publishers", "operators", "metadata", "policy"] as const) {
    const [before, after] = [group?.[field], message[field]].map(fieldText);
    if (before !== after) lines.push(`~ ${field}   ${before} -> ${after}`);
  }
  return { title: `change the policy of ${name}`, group: name, lines };
}

function fieldText(value: unknown): string {
  if (value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) return "none";
  if (typeof value === "string") return value;
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? String(item) : item));
}
