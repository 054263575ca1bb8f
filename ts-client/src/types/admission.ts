/** Types of x/admission: stored records and messages. */
export { GasPrice, Params, Rate } from "../gen/daonetes/admission/v1/core.ts";
export {
  MsgPause,
  MsgPauseResponse,
  MsgResume,
  MsgResumeResponse,
  MsgUpdateParams,
  MsgUpdateParamsResponse,
} from "../gen/daonetes/admission/v1/tx.ts";
