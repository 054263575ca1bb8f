/** Types of x/council: stored records and messages. */
export {
  Choice,
  Council,
  Member,
  Params,
  Proposal,
  ProposalContent,
  ProposalStatus,
  Rule,
  Vote,
} from "../gen/daonetes/council/v1/core.ts";
export {
  MsgApprove,
  MsgApproveResponse,
  MsgCreateCouncil,
  MsgCreateCouncilResponse,
  MsgReject,
  MsgRejectResponse,
  MsgSubmit,
  MsgSubmitResponse,
  MsgUpdateMembers,
  MsgUpdateMembersResponse,
  MsgUpdateParams,
  MsgUpdateParamsResponse,
  MsgUpdateRules,
  MsgUpdateRulesResponse,
  MsgWithdraw,
  MsgWithdrawResponse,
  Outcome,
} from "../gen/daonetes/council/v1/tx.ts";
export type { Any } from "../gen/google/protobuf/any.ts";
