import type { Rpc } from "../transport/rpc.ts";

/** An upgrade that is planned. */
export interface UpgradePlan {
  name: string;
  height: bigint;
  info: string;
}

/** The upgrade that is planned, or undefined. */
export async function readUpgradePlan(transport: Rpc): Promise<UpgradePlan | undefined> {
  const { QueryCurrentPlanRequest, QueryCurrentPlanResponse } = await import("cosmjs-types/cosmos/upgrade/v1beta1/query");
  const bytes = await transport.request("cosmos.upgrade.v1beta1.Query", "CurrentPlan", QueryCurrentPlanRequest.encode({}).finish());
  const { plan } = QueryCurrentPlanResponse.decode(bytes);
  return plan === undefined ? undefined : { name: plan.name, height: plan.height, info: plan.info };
}
