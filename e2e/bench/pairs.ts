import { cpus, release } from "node:os";
import { execa } from "execa";

export interface Pair {
  ours: number;
  peer: number;
}

/** Prints one JSON line with the median of the paired ratios, their range, and how many pairs agree with the goal. */
export async function report(id: string, metric: string, peer: string, unit: string, pairs: readonly Pair[], goal: (ratio: number) => boolean, goalText: string): Promise<void> {
  const ratios = pairs.map(({ ours, peer: other }) => ours / other).sort((a, b) => a - b);
  const { stdout: commit } = await execa("git", ["rev-parse", "--short", "HEAD"]);
  const line = {
    id,
    metric,
    peer,
    ratio: { median: round(median(ratios)), min: round(ratios[0] ?? 0), max: round(ratios.at(-1) ?? 0) },
    ours: { median: round(median(pairs.map(({ ours }) => ours))), unit },
    theirs: { median: round(median(pairs.map((pair) => pair.peer))), unit },
    goal: goalText,
    met: `${ratios.filter(goal).length} of ${ratios.length} pairs`,
    commit,
    cores: cpus().length,
    kernel: release(),
    node: process.versions.node,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
