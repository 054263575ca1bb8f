import { DaonetesError, messageTypeUrls } from "../index.ts";

const WORKGROUP = "/daonetes.workgroup.v1.Msg";
const WORKLOAD = "/daonetes.workload.v1.Msg";
const COUNCIL = "/daonetes.council.v1.Msg";

/** Names that say what people do; each stands for one or more types of messages. */
const VERBS: Record<string, readonly string[]> = {
  deploy: [`${WORKLOAD}CreateDeployment`, `${WORKLOAD}UpdateDeployment`],
  pause: [`${WORKLOAD}PauseDeployment`],
  resume: [`${WORKLOAD}ResumeDeployment`],
  rollback: [`${WORKLOAD}RollbackDeployment`],
  down: [`${WORKLOAD}RemoveDeployment`],
  admit: [`${WORKGROUP}ApproveDevice`, `${WORKGROUP}AdmitDevice`],
  revoke: [`${WORKGROUP}RevokeDevice`],
  ticket: [`${WORKGROUP}CreateTicket`],
  "change-authority": [`${WORKGROUP}ProposeAuthority`],
  "change-members": [`${COUNCIL}UpdateMembers`],
  "change-rules": [`${COUNCIL}UpdateRules`],
};

/** `MsgCordonDevice` as `cordon-device`. */
function kebab(typeUrl: string): string {
  return typeUrl.replace(/^.*\.Msg/, "").replace(/(?<!^)(?=[A-Z])/g, "-").toLowerCase();
}

/**
 * Types of messages that a name stands for: a verb, a message's own name such as `cordon-device`, or a type URL.
 * @throws DaonetesError DAO1031 for a name that is none
 */
export async function ruleTypes(name: string): Promise<readonly string[]> {
  if (name.startsWith("/")) return [name];
  const verb = VERBS[name];
  if (verb !== undefined) return verb;
  const known = await messageTypeUrls();
  const found = known.filter((typeUrl) => kebab(typeUrl) === name);
  if (found.length === 1) return found;
  throw new DaonetesError({
    code: "DAO1031",
    kind: "usage",
    message: found.length === 0 ? `"${name}" names no kind of message` : `"${name}" names several kinds of messages: ${found.join(", ")}`,
    help: `one of ${Object.keys(VERBS).join(", ")}; a message's own name such as cordon-device; or a type such as ${WORKLOAD}PauseDeployment`,
  });
}

/** The name of a type of message: the verb that stands for it alone, or its own name. */
export function ruleName(typeUrl: string): string {
  for (const [verb, types] of Object.entries(VERBS)) {
    if (types.length === 1 && types[0] === typeUrl) return verb;
  }
  return typeUrl.startsWith("/daonetes.") ? kebab(typeUrl) : typeUrl;
}
