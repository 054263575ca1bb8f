import * as tx from "../gen/daonetes/workload/v1/tx.ts";
import { messageBuilder } from "./builder.ts";

/** Builders of x/workload's messages: fields left out are zero. */
export const workloadMessages = {
  publishBlob: messageBuilder("/daonetes.workload.v1.MsgPublishBlob", tx.MsgPublishBlob),
  publishSpec: messageBuilder("/daonetes.workload.v1.MsgPublishSpec", tx.MsgPublishSpec),
  retireSpec: messageBuilder("/daonetes.workload.v1.MsgRetireSpec", tx.MsgRetireSpec),
  putSecret: messageBuilder("/daonetes.workload.v1.MsgPutSecret", tx.MsgPutSecret),
  grantSecret: messageBuilder("/daonetes.workload.v1.MsgGrantSecret", tx.MsgGrantSecret),
  removeSecret: messageBuilder("/daonetes.workload.v1.MsgRemoveSecret", tx.MsgRemoveSecret),
  createDeployment: messageBuilder("/daonetes.workload.v1.MsgCreateDeployment", tx.MsgCreateDeployment),
  updateDeployment: messageBuilder("/daonetes.workload.v1.MsgUpdateDeployment", tx.MsgUpdateDeployment),
  pauseDeployment: messageBuilder("/daonetes.workload.v1.MsgPauseDeployment", tx.MsgPauseDeployment),
  resumeDeployment: messageBuilder("/daonetes.workload.v1.MsgResumeDeployment", tx.MsgResumeDeployment),
  rollbackDeployment: messageBuilder("/daonetes.workload.v1.MsgRollbackDeployment", tx.MsgRollbackDeployment),
  removeDeployment: messageBuilder("/daonetes.workload.v1.MsgRemoveDeployment", tx.MsgRemoveDeployment),
} as const;
