import * as tx from "../gen/daonetes/council/v1/tx.ts";
import { messageBuilder } from "./builder.ts";

/** Builders of x/council's messages: fields left out are zero. Submit takes encoded messages: see `proposedMessages`. */
export const councilMessages = {
  createCouncil: messageBuilder("/daonetes.council.v1.MsgCreateCouncil", tx.MsgCreateCouncil),
  updateMembers: messageBuilder("/daonetes.council.v1.MsgUpdateMembers", tx.MsgUpdateMembers),
  updateRules: messageBuilder("/daonetes.council.v1.MsgUpdateRules", tx.MsgUpdateRules),
  submit: messageBuilder("/daonetes.council.v1.MsgSubmit", tx.MsgSubmit),
  approve: messageBuilder("/daonetes.council.v1.MsgApprove", tx.MsgApprove),
  reject: messageBuilder("/daonetes.council.v1.MsgReject", tx.MsgReject),
  withdraw: messageBuilder("/daonetes.council.v1.MsgWithdraw", tx.MsgWithdraw),
} as const;
