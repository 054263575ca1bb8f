import type { Command } from "commander";
import type { Session } from "./session.ts";

/** Gives the session of a command from its global flags. */
export type SessionOf = (command: Command) => Session;
