import type { Council } from "./gen/daonetes/council/v1/core.ts";

/** Types of messages that give a council's power away: they never need less than its strictest rule. */
export const STRICT_TYPES: readonly string[] = [
  "/daonetes.council.v1.MsgUpdateMembers",
  "/daonetes.council.v1.MsgUpdateRules",
  "/cosmos.authz.v1beta1.MsgGrant",
  "/daonetes.workgroup.v1.MsgProposeAuthority",
  "/daonetes.valset.v1.MsgProposeNetworkAuthority",
];

/** Weight of approvals that messages of these types need together: the highest that any of them needs. */
export function neededWeight(council: Pick<Council, "defaultThreshold" | "rules">, typeUrls: readonly string[]): bigint {
  const strictest = council.rules.reduce((most, { threshold }) => (threshold > most ? threshold : most), council.defaultThreshold);
  return typeUrls.reduce((needed, typeUrl) => {
    const own = council.rules.find((rule) => rule.typeUrl === typeUrl)?.threshold ?? council.defaultThreshold;
    const one = STRICT_TYPES.includes(typeUrl) ? strictest : own;
    return one > needed ? one : needed;
  }, 0n);
}

/** Weight of an address in a council; 0 if it is no member. */
export function weightOf(council: Pick<Council, "members">, address: string): bigint {
  return council.members.find((member) => member.address === address)?.weight ?? 0n;
}
