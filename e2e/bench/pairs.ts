import { cpus, loadavg, release } from "node:os";
import { readFile } from "node:fs/promises";
import { execa } from "execa";

/** One measurement of both sides, taken one after the other. */
export interface Pair {
  ours: number;
  peer: number;
}

/** What is measured, against what, and what is wanted. */
export interface Figure {
  id: string;
  metric: string;
  /** Name of the peer and how it was set up. */
  peer: string;
  peerVersion: string;
  unit: string;
  goal: { text: string; holds: (ratio: number) => boolean };
  /** What a reader has to know beside it. */
  note?: string;
}

const WANTED = process.env["BENCH"] ?? "";
export const WARM_UP = 2;
export const ROUNDS = 10;
/** Share of time that the machine's owner took away; such a round says nothing. */
const MAX_STEAL = 0.05;

export const atMost = (limit: number): Figure["goal"] => ({ text: `<= ${limit}`, holds: (ratio) => ratio <= limit });
export const atLeast = (limit: number): Figure["goal"] => ({ text: `>= ${limit}`, holds: (ratio) => ratio >= limit });

/** True if a figure is wanted: BENCH="L3 Q1" names some, without it all are. */
export function isWanted(id: string): boolean {
  return WANTED === "" || WANTED.split(/[\s,]+/).includes(id);
}

/** Takes pairs in turn, the first ones as a warm-up. A round in which time was stolen is taken again. */
export async function takePairs(run: (round: number) => Promise<Pair>, rounds = ROUNDS, warmUp = WARM_UP): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; pairs.length < rounds && round < warmUp + rounds * 2; round++) {
    const before = await cpuTimes();
    const pair = await run(round);
    const after = await cpuTimes();
    const stolen = (after.steal - before.steal) / Math.max(1, after.total - before.total);
    if (round >= warmUp && stolen <= MAX_STEAL) pairs.push(pair);
  }
  return pairs;
}

/** Prints one JSON line: the median of the paired ratios, their range, and how many pairs agree with the goal. */
export async function report(figure: Figure, pairs: readonly Pair[]): Promise<void> {
  const { id, metric, peer, peerVersion, unit, goal, note } = figure;
  const ratios = pairs.map(({ ours, peer: other }) => ours / other).sort((a, b) => a - b);
  const { stdout: commit } = await execa("git", ["rev-parse", "--short", "HEAD"]);
  print({
    id,
    metric,
    peer,
    peer_version: peerVersion,
    ratio: { median: round(median(ratios)), min: round(ratios[0] ?? 0), max: round(ratios.at(-1) ?? 0) },
    ours: { median: round(median(pairs.map(({ ours }) => ours))), unit },
    theirs: { median: round(median(pairs.map((pair) => pair.peer))), unit },
    goal: goal.text,
    met: `${ratios.filter(goal.holds).length} of ${ratios.length} pairs`,
    ...(note === undefined ? {} : { note }),
    commit,
    node: process.versions.node,
    cores: cpus().length,
    kernel: release(),
    load: round(loadavg()[0] ?? 0),
    command: WANTED === "" ? "make bench" : `make bench BENCH="${WANTED}"`,
  });
}

/** Says that a figure was not taken, and why. */
export function skip(id: string, reason: string): void {
  print({ id, skipped: reason });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Milliseconds since 1970, with parts of them: comparable with the Engine's times. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}

async function cpuTimes(): Promise<{ steal: number; total: number }> {
  const line = (await readFile("/proc/stat", "utf8")).split("\n", 1)[0] ?? "";
  const fields = line.split(/\s+/).slice(1).map(Number);
  return { steal: fields[7] ?? 0, total: fields.slice(0, 8).reduce((sum, value) => sum + value, 0) };
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
