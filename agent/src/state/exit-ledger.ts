import type { ContainerState } from "../docker/engine.ts";
import type { AgentState } from "./agent-state.ts";

/**
 * How a container came to its end: by itself; stopped by the agent; stopped by somebody else; or unseen, perhaps with
 * the Engine or the machine.
 */
export type Ending = "own" | "stopped" | "by_hand" | "unseen";

export interface ExitRecord {
  /** Start of the run that ended, Unix milliseconds: a run ends once. */
  startedAt: number;
  ending: Ending;
}

/** One run of a container, Unix milliseconds. */
export interface Run {
  startedAt: number;
  finishedAt: number;
}

/** What decides about an exit that is not on record. */
export interface ExitEvidence {
  known: ExitRecord | undefined;
  /** When the agent was about to stop the container; absent = it was not. */
  stoppedAt: number | undefined;
  /** When the Engine told that somebody stopped it; absent = it did not. */
  byHandAt: number | undefined;
  /** True: the Engine has run without a break since it was last heard of. */
  sameEngine: boolean;
  /** When the Engine was last heard of before this look. */
  contactAt: number;
}

/** Whose doing an exit was. Pure. */
export function endingOf({ startedAt, finishedAt }: Run, { known, stoppedAt, byHandAt, sameEngine, contactAt }: ExitEvidence): Ending {
  const byHand = byHandAt !== undefined && startedAt <= byHandAt;
  if (known?.startedAt === startedAt) return known.ending === "own" && byHand ? "by_hand" : known.ending;
  if (stoppedAt !== undefined && startedAt <= stoppedAt && stoppedAt <= finishedAt) return "stopped";
  if (byHand) return "by_hand";
  // The Engine was alive after it: it ended before anything could have pulled it down.
  return sameEngine || finishedAt <= contactAt ? "own" : "unseen";
}

/** Between two notes on disk that the Engine is there: an older note only means more doubt. */
const CONTACT_NOTE_MS = 60_000;

/**
 * Tells exits of programs from shutdowns, over restarts of agent, Engine and machine. An exit that was seen is on record;
 * of one that was not, the Engine's identity and the last contact with it decide.
 */
export class ExitLedger {
  readonly #state: Pick<AgentState, "exits" | "stops" | "engine">;
  readonly #byHand = new Map<string, number>();
  #contactAt: number;
  #before = { sameEngine: false, contactAt: 0 };
  #now = 0;

  constructor(state: Pick<AgentState, "exits" | "stops" | "engine">) {
    this.#state = state;
    this.#contactAt = state.engine.contactAt;
  }

  /** A look at the Engine begins. @param identity of this run of the Engine. @param now Unix milliseconds */
  begin(identity: string, now: number): void {
    const { engine } = this.#state;
    this.#before = { sameEngine: engine.identity === identity, contactAt: this.#contactAt };
    this.#now = now;
    if (engine.identity !== identity) this.#state.engine = { identity, contactAt: engine.contactAt };
  }

  /** How this container ended. Called once for each container of a look. */
  ending({ id, state, ...run }: { id: string; state: ContainerState } & Run): Ending {
    const { exits, stops } = this.#state;
    if (state !== "exited" && state !== "dead") {
      const stoppedAt = stops[id];
      if (stoppedAt !== undefined && run.startedAt > stoppedAt) this.#forget(id);
      return "own";
    }
    const ending = endingOf(run, { known: exits[id], stoppedAt: stops[id], byHandAt: this.#byHand.get(id), ...this.#before });
    exits[id] = { startedAt: run.startedAt, ending };
    return ending;
  }

  /** The look is over. @param present ids of all containers of ours */
  end(present: ReadonlySet<string>): void {
    const { exits, stops } = this.#state;
    for (const id of [...Object.keys(exits), ...Object.keys(stops), ...this.#byHand.keys()]) if (!present.has(id)) this.#forget(id);
    this.#contactAt = this.#now;
    if (this.#now - this.#state.engine.contactAt >= CONTACT_NOTE_MS || !this.#before.sameEngine) this.#state.engine.contactAt = this.#now;
  }

  /** The agent is about to stop these. To be on disk before it is done. @param now Unix milliseconds */
  stopping(ids: readonly string[], now: number): void {
    for (const id of ids) this.#state.stops[id] = now;
  }

  /** The Engine says that somebody stopped or killed it. What the agent itself stops does not count. */
  stoppedByHand(id: string, now: number): void {
    if (this.#state.stops[id] === undefined) this.#byHand.set(id, now);
  }

  #forget(id: string): void {
     
    delete this.#state.exits[id];
     
    delete this.#state.stops[id];
    this.#byHand.delete(id);
  }
}
