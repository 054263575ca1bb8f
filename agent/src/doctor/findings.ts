/** One check of this device. */
export interface Finding {
  check: string;
  result: "ok" | "warn" | "fail";
  detail: string;
  /** What to do; null where nothing is wrong. */
  fix: string | null;
}

/** What a check saw: fine, or worth a warning. It throws where it failed. */
export type Seen = string | { warn: string };

/** Collects what the checks of a run found, in their order. */
export class Findings {
  readonly list: Finding[] = [];

  /** Does one check. @param fix what to do unless it is fine @returns whether it did not fail */
  async check(check: string, fix: string, look: () => Seen | Promise<Seen>): Promise<boolean> {
    try {
      const seen = await look();
      if (typeof seen === "string") this.list.push({ check, result: "ok", detail: seen, fix: null });
      else this.list.push({ check, result: "warn", detail: seen.warn, fix });
      return true;
    } catch (error) {
      this.list.push({ check, result: "fail", detail: error instanceof Error ? error.message : String(error), fix });
      return false;
    }
  }
}

/** The findings as lines for a terminal. */
export function findingsText(findings: readonly Finding[]): string {
  const marks = { ok: "✔", warn: "!", fail: "✘" };
  return findings.map(({ check, result, detail, fix }) => `${marks[result]} ${check.padEnd(14)} ${detail}${fix === null ? "" : `\n  fix: ${fix}`}`).join("\n");
}
