/** Types of x/valset: stored records and messages. */
export {
  Params,
  Validator,
  ValidatorStatus,
} from "../gen/daonetes/valset/v1/core.ts";
export {
  MsgAcceptNetworkAuthority,
  MsgAcceptNetworkAuthorityResponse,
  MsgAddValidator,
  MsgAddValidatorResponse,
  MsgProposeNetworkAuthority,
  MsgProposeNetworkAuthorityResponse,
  MsgRemoveValidator,
  MsgRemoveValidatorResponse,
  MsgRotateKey,
  MsgRotateKeyResponse,
  MsgSetPower,
  MsgSetPowerResponse,
  MsgUpdateParams,
  MsgUpdateParamsResponse,
} from "../gen/daonetes/valset/v1/tx.ts";
