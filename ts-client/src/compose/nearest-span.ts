import { pointerOf } from "./diagnostics.ts";
import type { Span } from "./source.ts";

/** The place in a file that comes closest to a path of the draft. */
export function nearestSpan(positions: ReadonlyMap<string, Span>, path: readonly string[]): Span | undefined {
  for (let length = path.length; length > 0; length--) {
    const span = positions.get(pointerOf(path.slice(0, length)));
    if (span) return span;
  }
  return undefined;
}
