import type { admission as types } from "../../index.ts";
import { ruleName } from "../rule-names.ts";
import type { Describer } from "./description.ts";

const TYPE = "/daonetes.admission.v1.Msg";

/** Describers of x/admission's messages by type URL. */
export const admissionDescribers: Record<string, Describer> = {
  [`${TYPE}Pause`]: (_client, { typeUrls }: types.MsgPause) =>
    Promise.resolve({ title: `stop ${typeUrls.map(ruleName).join(", ")} on the whole network`, lines: [...typeUrls] }),
  [`${TYPE}Resume`]: (_client, { typeUrls }: types.MsgResume) =>
    Promise.resolve({ title: `take ${typeUrls.map(ruleName).join(", ")} again on the whole network`, lines: [...typeUrls] }),
};
