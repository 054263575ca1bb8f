import type { LimitsView } from "./engine.ts";

const ORDER = ["memory", "memoryReservation", "memorySwap", "nanoCpus", "cpuShares", "cpusetCpus", "pidsLimit"] as const satisfies (keyof LimitsView)[];

/** Limits as one label carries them. */
export function limitsText(limits: LimitsView): string {
  return ORDER.map((limit) => String(limits[limit])).join(" ");
}

/** @returns undefined if the text is no such label */
export function readLimits(text: string): LimitsView | undefined {
  const parts = text.split(" ");
  if (parts.length !== ORDER.length) return undefined;
  const limits: Record<string, number | string> = {};
  for (const [index, limit] of ORDER.entries()) {
    const part = parts[index] as string;
    if (limit === "cpusetCpus") limits[limit] = part;
    else if (/^-?\d{1,16}$/.test(part)) limits[limit] = Number(part);
    else return undefined;
  }
  return limits as unknown as LimitsView;
}
