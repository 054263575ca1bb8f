import { Duration } from "../gen/google/protobuf/duration.ts";
import { Timestamp } from "../gen/google/protobuf/timestamp.ts";
import { notAmino } from "./schema.ts";

const NANOS = 1_000_000_000n;

/** Nanoseconds, as a decimal number. */
export function durationText(bytes: Uint8Array): string {
  const { seconds, nanos } = Duration.decode(bytes);
  return (seconds * NANOS + BigInt(nanos)).toString();
}

/** RFC 3339 in UTC, with the digits of the second that are not zero. */
export function timestampText(bytes: Uint8Array): string {
  const { seconds, nanos } = Timestamp.decode(bytes);
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}${nanos === 0 ? "" : `.${String(nanos).padStart(9, "0").replace(/0+$/, "")}`}Z`;
}

/** @throws DaonetesError DAO3046 for what is no number of nanoseconds */
export function durationBytes(text: string): Uint8Array {
  if (!/^-?\d{1,19}$/.test(text)) throw notAmino(`"${text.slice(0, 40)}" is no number of nanoseconds`);
  const nanos = BigInt(text);
  return Duration.encode({ seconds: nanos / NANOS, nanos: Number(nanos % NANOS) }).finish();
}

/** @throws DaonetesError DAO3046 for what is no time in UTC */
export function timestampBytes(text: string): Uint8Array {
  const match = /^(?<whole>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(?<part>\d{1,9}))?Z$/.exec(text);
  const milliseconds = match === null ? Number.NaN : Date.parse(`${match.groups!["whole"]!}Z`);
  if (Number.isNaN(milliseconds)) throw notAmino(`"${text.slice(0, 40)}" is no time in UTC`);
  return Timestamp.encode({ seconds: BigInt(milliseconds / 1000), nanos: Number((match?.groups?.["part"] ?? "").padEnd(9, "0")) }).finish();
}
