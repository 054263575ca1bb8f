/** A command line that cannot be taken apart. */
export class ShellWordsError extends Error {}

/**
 * Splits a command line into words: blanks, single and double quotes, backslash. Nothing is expanded. Operators of a
 * shell outside quotes are refused: Compose drops what follows them, which nobody means. Throws ShellWordsError.
 */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  let escaped = false;
  for (const character of line) {
    if (escaped) {
      word = (word ?? "") + character;
      escaped = false;
    } else if (character === "\\" && quote !== "'") escaped = true;
    else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word = (word ?? "") + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= "";
    } else if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (/[;&|<>()`]/.test(character)) {
      throw new ShellWordsError(`"${character}" needs a shell`);
    } else word = (word ?? "") + character;
  }
  if (escaped) throw new ShellWordsError("a backslash at the end");
  if (quote !== undefined) throw new ShellWordsError(`a ${quote} that is not closed`);
  if (word !== undefined) words.push(word);
  return words;
}
