/** One file as it was read. */
export class SourceFile {
  /** As the author named it; shown in messages. */
  readonly path: string;
  readonly text: string;
  /** Folder against which relative paths inside this file are resolved. */
  readonly baseDirectory: string;
  #lineStarts: number[] | undefined;

  constructor(path: string, text: string, baseDirectory: string) {
    this.path = path;
    this.text = text;
    this.baseDirectory = baseDirectory;
  }

  /** Line and column of an offset, both from 1; the column counts UTF-16 units. */
  position(offset: number): Position {
    const starts = (this.#lineStarts ??= lineStarts(this.text));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  }

  /** Text of a line (from 1), without its line end. */
  line(number: number): string {
    const starts = (this.#lineStarts ??= lineStarts(this.text));
    const start = starts[number - 1];
    if (start === undefined) return "";
    const end = starts[number] ?? this.text.length;
    return this.text.slice(start, end).replace(/\r?\n$/, "");
  }
}

export interface Position {
  line: number;
  column: number;
}

/** A piece of a file: offsets from `start` (included) to `end` (excluded). */
export interface Span {
  file: SourceFile;
  start: number;
  end: number;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
