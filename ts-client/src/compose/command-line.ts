/** A command line that cannot be split into arguments. */
export class CommandLineError extends Error {}

/**
 * Splits a command line as Compose does: blanks separate, quotes group, a backslash takes the next character as it is
 * (not inside single quotes). Nothing is run by a shell, so shell operators outside quotes are refused instead of cut off.
 */
export function splitCommandLine(line: string): string[] {
  const parts: string[] = [];
  let part: string | undefined;
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (character === "\\" && quote !== "'") {
      if (++at >= line.length) throw new CommandLineError("it ends with a backslash");
      part = (part ?? "") + line[at]!;
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else part += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      part ??= "";
    } else if (/[ \t\r\n]/.test(character)) {
      if (part !== undefined) parts.push(part);
      part = undefined;
    } else if (/[;&|<>`()]/.test(character)) {
      throw new CommandLineError(`${character} outside quotes needs a shell`);
    } else part = (part ?? "") + character;
  }
  if (quote !== "") throw new CommandLineError("a quote does not end");
  if (part !== undefined) parts.push(part);
  return parts;
}
