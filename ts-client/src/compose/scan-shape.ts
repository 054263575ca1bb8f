import { MAX_DEPTH, MAX_NODES } from "./limits.ts";

export interface ShapeProblem {
  code: "DAO2004" | "DAO2005";
  message: string;
  offset: number;
}

/** Levels of indentation before the tree builder counts exactly; more than MAX_DEPTH, for texts that are indented themselves. */
const MAX_INDENTS = 200;

/**
 * Looks at the tokens of a YAML text before a tree is built from it, in time linear in its length: how deep flow
 * collections and compact block indicators go, how wide the text is indented, how many tokens there are. The builder
 * that follows is recursive; this bounds how deep it can go.
 */
export function scanShape(text: string, tokens: Iterable<string>, seen: string[]): ShapeProblem | undefined {
  const indent = deepestIndent(text);
  if (indent !== undefined)
    return { code: "DAO2004", message: `nested more than ${MAX_DEPTH} levels deep`, offset: indent };
  let flow = 0;
  let inLine = 0;
  let offset = 0;
  for (const token of tokens) {
    const isControl = token === "\u0002" || token === "\u0018" || token === "\u001f" || token === "\ufeff";
    if (token === "[" || token === "{") flow++;
    else if (token === "]" || token === "}") flow--;
    else if (token === "-" || token === "?" || token === ":") inLine++;
    else if (token.includes("\n")) inLine = 0;
    if (flow > MAX_DEPTH || (flow === 0 && inLine > MAX_DEPTH)) {
      return { code: "DAO2004", message: `nested more than ${MAX_DEPTH} levels deep`, offset };
    }
    if (flow > 0) inLine = 0;
    if (seen.push(token) > MAX_NODES * 6) return { code: "DAO2005", message: "the file holds too many values", offset };
    if (!isControl) offset += token.length;
  }
  return undefined;
}

/** Offset of the first line that stands deeper than the limit, by how often the lines before it were indented further. */
function deepestIndent(text: string): number | undefined {
  const open: number[] = [];
  let lineStart = 0;
  while (lineStart < text.length) {
    let at = lineStart;
    while (text.charCodeAt(at) === 32) at++;
    const code = text.charCodeAt(at);
    if (code !== 10 && code !== 13 && code !== 35) {
      const indent = at - lineStart;
      while (open.length > 0 && open.at(-1)! >= indent) open.pop();
      open.push(indent);
      if (open.length > MAX_INDENTS) return at;
    }
    const end = text.indexOf("\n", at);
    if (end === -1) return undefined;
    lineStart = end + 1;
  }
  return undefined;
}
