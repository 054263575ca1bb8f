import type { Diagnostic } from "./diagnostics.ts";

/** Column at which the code stands, where the message leaves room for it. */
const CODE_COLUMN = 76;
/** Characters of a source line that are shown, and how many of them before the finding in a longer one. */
const MAX_LINE = 160;
const BEFORE = 60;
const CUT = "…";
/** What takes two columns: the scripts of East Asia, and emoji. */
const WIDE = /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60]/u;

/**
 * A finding as text for people: message and code, place, source line with carets, help. Control characters of the file
 * are shown as escapes, so that a file cannot draw on the terminal.
 * @param sources texts by file name, for findings that came over a wire and carry no place in a file any more
 */
export function renderDiagnostic(d: Diagnostic, sources?: ReadonlyMap<string, string>): string {
  const head = visible(`${d.severity}: ${d.message}`);
  const lines = [`${head.padEnd(CODE_COLUMN - 1)} ${d.code}`];
  if (d.line > 0) {
    lines.push(`  --> ${visible(d.file)}:${d.line}:${d.column}`);
    const text = sources?.get(d.file);
    if (d.span) lines.push(...sourceLines(d, d.span.file.line(d.line), d.span.end - d.span.start));
    else if (text !== undefined) lines.push(...sourceLines(d, text.split(/\r?\n/)[d.line - 1] ?? "", 1));
  }
  if (d.help !== "") lines.push(`help: ${visible(d.help)}`);
  return lines.join("\n");
}

export function renderDiagnostics(list: readonly Diagnostic[]): string {
  return list.map((d) => renderDiagnostic(d)).join("\n");
}

/** The line with carets below the finding; of a long line what stands around it. */
function sourceLines(d: Diagnostic, source: string, length: number): string[] {
  const number = String(d.line);
  const gutter = " ".repeat(number.length + 2);
  const at = d.column - 1;
  const from = source.length > MAX_LINE ? Math.max(0, at - BEFORE) : 0;
  const before = `${from > 0 ? CUT : ""}${visible(source.slice(from, at))}`;
  const rest = source.slice(at, from + MAX_LINE);
  const marked = visible(rest.slice(0, length));
  const text = `${before}${visible(rest)}${from + MAX_LINE < source.length ? CUT : ""}`;
  return [` ${number} | ${text}`, `${gutter}| ${blank(before)}${"^".repeat(Math.max(1, blank(marked).length))}${d.note === undefined ? "" : ` ${visible(d.note)}`}`];
}

/** As many columns of nothing; tabs stay. */
function blank(text: string): string {
  return Array.from(new Intl.Segmenter("en").segment(text), ({ segment }) => (segment === "\t" ? segment : WIDE.test(segment) ? "  " : " ")).join("");
}

function visible(text: string): string {
  return text.replaceAll(
    /[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
