import * as tx from "../gen/daonetes/workgroup/v1/tx.ts";
import { messageBuilder } from "./builder.ts";

/** Builders of x/workgroup's messages: fields left out are zero. */
export const workgroupMessages = {
  addCreator: messageBuilder("/daonetes.workgroup.v1.MsgAddCreator", tx.MsgAddCreator),
  removeCreator: messageBuilder("/daonetes.workgroup.v1.MsgRemoveCreator", tx.MsgRemoveCreator),
  createGroup: messageBuilder("/daonetes.workgroup.v1.MsgCreateGroup", tx.MsgCreateGroup),
  updateGroup: messageBuilder("/daonetes.workgroup.v1.MsgUpdateGroup", tx.MsgUpdateGroup),
  proposeAuthority: messageBuilder("/daonetes.workgroup.v1.MsgProposeAuthority", tx.MsgProposeAuthority),
  acceptAuthority: messageBuilder("/daonetes.workgroup.v1.MsgAcceptAuthority", tx.MsgAcceptAuthority),
  closeGroup: messageBuilder("/daonetes.workgroup.v1.MsgCloseGroup", tx.MsgCloseGroup),
  createTicket: messageBuilder("/daonetes.workgroup.v1.MsgCreateTicket", tx.MsgCreateTicket),
  revokeTicket: messageBuilder("/daonetes.workgroup.v1.MsgRevokeTicket", tx.MsgRevokeTicket),
  admitDevice: messageBuilder("/daonetes.workgroup.v1.MsgAdmitDevice", tx.MsgAdmitDevice),
  approveDevice: messageBuilder("/daonetes.workgroup.v1.MsgApproveDevice", tx.MsgApproveDevice),
  rejectDevice: messageBuilder("/daonetes.workgroup.v1.MsgRejectDevice", tx.MsgRejectDevice),
  updateDevice: messageBuilder("/daonetes.workgroup.v1.MsgUpdateDevice", tx.MsgUpdateDevice),
  cordonDevice: messageBuilder("/daonetes.workgroup.v1.MsgCordonDevice", tx.MsgCordonDevice),
  uncordonDevice: messageBuilder("/daonetes.workgroup.v1.MsgUncordonDevice", tx.MsgUncordonDevice),
  revokeDevice: messageBuilder("/daonetes.workgroup.v1.MsgRevokeDevice", tx.MsgRevokeDevice),
  setRecipient: messageBuilder("/daonetes.workgroup.v1.MsgSetRecipient", tx.MsgSetRecipient),
} as const;
