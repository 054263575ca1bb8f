import type { Diagnostic } from "./diagnostics.ts";

/** Column at which the code stands, where the message leaves room for it. */
const CODE_COLUMN = 76;
const MAX_LINE = 160;

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

function sourceLines(d: Diagnostic, source: string, length: number): string[] {
  const number = String(d.line);
  if (source.length > MAX_LINE || /[^\t\x20-\x7e]/.test(source.slice(0, d.column))) {
    return d.note === undefined ? [] : [`${" ".repeat(number.length + 2)}| ${d.note}`];
  }
  const gutter = " ".repeat(number.length + 2);
  const onLine = Math.min(length, source.length - (d.column - 1));
  const carets = "^".repeat(Math.max(1, onLine));
  const indent = source.slice(0, d.column - 1).replaceAll(/[^\t]/g, " ");
  return [
    ` ${number} | ${visible(source)}`,
    `${gutter}| ${indent}${carets}${d.note === undefined ? "" : ` ${visible(d.note)}`}`,
  ];
}

function visible(text: string): string {
  return text.replaceAll(
    /[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
