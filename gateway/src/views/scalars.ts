/** RFC 3339 in UTC, with milliseconds. */
export function timeText(time: { seconds: bigint; nanos: number } | undefined): string | null {
  if (time === undefined || (time.seconds === 0n && time.nanos === 0)) return null;
  return new Date(Number(time.seconds) * 1000 + Math.floor(time.nanos / 1e6)).toISOString();
}

/** Whole seconds as decimal text, as all 64-bit numbers. */
export function seconds(duration: { seconds: bigint } | undefined): string {
  return String(duration?.seconds ?? 0n);
}

/** Short form of an enum value: `DEVICE_STATUS_APPROVED` becomes `APPROVED`. */
export function enumText(values: Record<string, number>, prefix: string, value: number): string {
  const name = Object.keys(values).find((key) => values[key] === value && key.startsWith(prefix));
  return name === undefined ? "UNSPECIFIED" : name.slice(prefix.length);
}
