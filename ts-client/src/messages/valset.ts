import * as tx from "../gen/daonetes/valset/v1/tx.ts";
import { messageBuilder } from "./builder.ts";

/** Builders of x/valset's messages: fields left out are zero. */
export const valsetMessages = {
  updateParams: messageBuilder("/daonetes.valset.v1.MsgUpdateParams", tx.MsgUpdateParams),
  addValidator: messageBuilder("/daonetes.valset.v1.MsgAddValidator", tx.MsgAddValidator),
  removeValidator: messageBuilder("/daonetes.valset.v1.MsgRemoveValidator", tx.MsgRemoveValidator),
  setPower: messageBuilder("/daonetes.valset.v1.MsgSetPower", tx.MsgSetPower),
  rotateKey: messageBuilder("/daonetes.valset.v1.MsgRotateKey", tx.MsgRotateKey),
  proposeNetworkAuthority: messageBuilder("/daonetes.valset.v1.MsgProposeNetworkAuthority", tx.MsgProposeNetworkAuthority),
  acceptNetworkAuthority: messageBuilder("/daonetes.valset.v1.MsgAcceptNetworkAuthority", tx.MsgAcceptNetworkAuthority),
} as const;
