import type { GeneratedType } from "@cosmjs/proto-signing";
import { MsgCancelUpgrade, MsgSoftwareUpgrade } from "cosmjs-types/cosmos/upgrade/v1beta1/tx";

/** Messages of x/upgrade with their codecs. The chain refuses a plan with a time, which the codec would write as zero. */
export const upgradeTypes: readonly [string, GeneratedType][] = [
  [
    "/cosmos.upgrade.v1beta1.MsgSoftwareUpgrade",
    {
      ...MsgSoftwareUpgrade,
      fromPartial: (value: Parameters<typeof MsgSoftwareUpgrade.fromPartial>[0]): MsgSoftwareUpgrade => {
        const message = MsgSoftwareUpgrade.fromPartial(value);
        delete (message.plan as { time?: unknown }).time;
        return message;
      },
    },
  ],
  ["/cosmos.upgrade.v1beta1.MsgCancelUpgrade", MsgCancelUpgrade],
];
