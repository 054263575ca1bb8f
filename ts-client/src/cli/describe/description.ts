import type { DaonetesClient } from "../../index.ts";
import { isNotFound } from "../../index.ts";

/** What a message does, for people who are to sign for it. */
export interface Description {
  /** In some words: `deploy web:2`. */
  title: string;
  /** Name of the group that it is about. */
  group?: string;
  /** Details, line by line. */
  lines: string[];
  /** What to type once it was carried out. */
  next?: string;
}

/** Describes the value of one type of message. @throws DaonetesError where what it names does not hold together */
export type Describer = (client: DaonetesClient, value: never) => Promise<Description>;

/** What is read, or undefined where it does not exist. */
export async function orUndefined<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Name of a group, or `group 7` where it does not exist. */
export async function groupName(client: DaonetesClient, id: bigint): Promise<string> {
  return (await orUndefined(client.workgroup.group(id)))?.name ?? `group ${id}`;
}

/** Seconds of a duration as `90s`, `72h`. */
export function secondsText(duration: { seconds: bigint } | undefined): string {
  const seconds = Number(duration?.seconds ?? 0n);
  if (seconds === 0) return "0";
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
