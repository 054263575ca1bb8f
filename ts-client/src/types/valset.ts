/** Types of x/valset: stored records and messages. */
export {
  Params,
  Validator,
  ValidatorStatus,
} from "../gen/daonetes/valset/v1/core.ts";
export {
  MsgUpdateParams,
  MsgUpdateParamsResponse,
} from "../gen/daonetes/valset/v1/tx.ts";
