import { isAddress } from "../address.ts";
import { ReportState } from "../gen/daonetes/workload/v1/core.ts";
import type { Fields } from "./codecs.ts";

/** Fields that hold the signer, in the order in which they are looked for: a message has exactly one of them that acts. */
const SIGNERS = ["authority", "creator", "publisher", "proposer", "member", "sender", "ticket", "council", "address", "device"];

/** Verbs whose past form is not `verb` + `d` or `ed`. */
const PAST: Record<string, string> = { Put: "put", Set: "set", Rollback: "rolled-back", Submit: "submitted", Withdraw: "withdrawn", Join: "joined" };

/** What kind of thing a message without a noun is about. */
const NOUNS: Record<string, string> = { Join: "device", Submit: "proposal", Approve: "proposal", Reject: "proposal", Withdraw: "proposal" };

/** Address that a message acts for. */
export function actorOf(fields: Fields): string {
  for (const name of SIGNERS) {
    const value = fields[name];
    if (typeof value === "string" && isAddress(value)) return value;
  }
  return "";
}

/** `MsgApproveDevice` is `device.approved`. */
export function actionOf(name: string): { action: string; noun: string } {
  const [verb = "", ...rest] = name.replace(/^Msg/, "").split(/(?=[A-Z])/);
  const noun = rest.length === 0 ? (NOUNS[verb] ?? verb.toLowerCase()) : rest.join("-").toLowerCase();
  const past = PAST[verb] ?? (verb.endsWith("e") ? `${verb}d` : verb.endsWith("y") ? `${verb.slice(0, -1)}ied` : `${verb}ed`).toLowerCase();
  return { action: `${noun}.${past}`, noun };
}

/** Names that say which thing it is, the most telling first. */
const IDENTITIES: Record<string, readonly string[]> = {
  deployment: ["name", "deploymentId"],
  device: ["device", "name"],
  ticket: ["ticketId"],
  spec: ["name", "specHash", "hash"],
  blob: ["hash"],
  group: ["name", "groupId"],
  proposal: ["proposalId"],
  council: ["name", "councilId", "address"],
  epoch: ["epoch"],
  authority: ["newAuthority", "groupId"],
  creator: ["address"],
  validator: ["moniker", "validatorId", "id"],
  secret: ["name", "scope"],
};
const OTHERS = ["deploymentId", "device", "name", "proposalId", "councilId", "validatorId", "ticketId", "hash", "groupId"];

/** Which thing a message is about: its kind and its id or name, from the message or else from its response. */
export function objectOf(noun: string, message: Fields, response: Fields): string {
  for (const name of [...(IDENTITIES[noun] ?? []), ...OTHERS]) {
    for (const fields of [message, response]) {
      const value = fields[name];
      if ((typeof value === "string" && value !== "") || (typeof value === "bigint" && value > 0n)) return `${noun} ${value}`;
    }
  }
  return noun;
}

/** `REPORT_STATE_HEALTHY` is `healthy`. */
export function stateName(state: unknown): string {
  const name = Object.entries(ReportState).find(([, value]) => value === state)?.[0] ?? "";
  return name.replace("REPORT_STATE_", "").toLowerCase().replace(/_/g, "-") || "unknown";
}
