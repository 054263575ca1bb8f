import { DaonetesError } from "../errors.ts";

/**
 * Why something is not proven.
 * `forged`: the source sent what cannot be true, it is bad. `trust`: validators changed too much for one step.
 * `expired`: the trusted header is too old to accept new ones. `future`: a header is ahead of this clock.
 * `fork`: two headers of one height are both signed. `missing`: the source does not have it (yet).
 */
export type LightFault = "forged" | "trust" | "expired" | "future" | "fork" | "missing";

const CODES: Record<LightFault, string> = {
  forged: "DAO5040",
  trust: "DAO5041",
  expired: "DAO5042",
  future: "DAO5043",
  fork: "DAO5044",
  missing: "DAO5045",
};

const HELP: Partial<Record<LightFault, string>> = {
  forged: "whoever answers there lies or is broken: use another gateway and tell the network's operator",
  expired: "anchor anew with a ticket of the network's operator: daonetes-agent up --ticket dnj1..",
  future: "is the clock of this machine right?",
  fork: "the validators signed two histories: nothing is believed until the network's operator has looked at it",
};

/** Something that was not proven. Nothing that the source said may be used. */
export class LightError extends DaonetesError {
  readonly fault: LightFault;

  constructor(fault: LightFault, message: string, cause?: unknown) {
    const help = HELP[fault];
    super({
      code: CODES[fault],
      kind: fault === "missing" ? "not_found" : "failed",
      message,
      ...(help === undefined ? {} : { help }),
      cause,
    });
    this.name = "LightError";
    this.fault = fault;
  }
}

/** A refusal of what a source sent. */
export function forged(message: string, cause?: unknown): LightError {
  return new LightError("forged", message, cause);
}
