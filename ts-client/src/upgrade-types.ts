import type { GeneratedType } from "@cosmjs/proto-signing";
import { MsgCancelUpgrade, MsgSoftwareUpgrade } from "cosmjs-types/cosmos/upgrade/v1beta1/tx";

/** What Go writes for no time: the first moment of the year 1. */
const NO_TIME = { seconds: -62_135_596_800n, nanos: 0 };

/**
 * Messages of x/upgrade with their codecs. The chain refuses a plan with a time, and 1970, which the codec would write,
 * is one; a field that is missing cannot be signed as amino JSON. So it is written as Go writes it.
 */
export const upgradeTypes: readonly [string, GeneratedType][] = [
  [
    "/cosmos.upgrade.v1beta1.MsgSoftwareUpgrade",
    {
      ...MsgSoftwareUpgrade,
      fromPartial: (value: Parameters<typeof MsgSoftwareUpgrade.fromPartial>[0]): MsgSoftwareUpgrade => {
        const message = MsgSoftwareUpgrade.fromPartial(value);
        return { ...message, plan: Object.assign(message.plan, { time: NO_TIME }) };
      },
    },
  ],
  ["/cosmos.upgrade.v1beta1.MsgCancelUpgrade", MsgCancelUpgrade],
];
