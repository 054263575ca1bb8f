import * as tx from "../gen/daonetes/admission/v1/tx.ts";
import { messageBuilder } from "./builder.ts";

/** Builders of x/admission's messages: fields left out are zero. */
export const admissionMessages = {
  updateParams: messageBuilder("/daonetes.admission.v1.MsgUpdateParams", tx.MsgUpdateParams),
  pause: messageBuilder("/daonetes.admission.v1.MsgPause", tx.MsgPause),
  resume: messageBuilder("/daonetes.admission.v1.MsgResume", tx.MsgResume),
} as const;
