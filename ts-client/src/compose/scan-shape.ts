import { MAX_DEPTH, MAX_NODES } from "./limits.ts";

export interface ShapeProblem {
  code: "DAO2004" | "DAO2005";
  message: string;
  offset: number;
}

/** Block levels that indentation alone can open before the tree builder counts exactly. */
const MAX_INDENT_COLUMNS = 512;

/**
 * Looks at the tokens of a YAML text before a tree is built from it, in time linear in its length: how deep flow
 * collections and compact block indicators go, how wide the text is indented, how many tokens there are. The builder
 * that follows is recursive; this bounds how deep it can go.
 */
export function scanShape(text: string, lex: () => Iterable<string>): ShapeProblem | undefined {
  const indent = widestIndent(text);
  if (indent !== undefined) return { code: "DAO2004", message: "a line is indented too far", offset: indent };
  let flow = 0;
  let inLine = 0;
  let tokens = 0;
  let offset = 0;
  for (const token of lex()) {
    const isControl = token === "\u0002" || token === "\u0018" || token === "\u001f" || token === "\ufeff";
    if (token === "[" || token === "{") flow++;
    else if (token === "]" || token === "}") flow--;
    else if (token === "-" || token === "?" || token === ":") inLine++;
    else if (token.includes("\n")) inLine = 0;
    if (flow > MAX_DEPTH || (flow === 0 && inLine > MAX_DEPTH)) {
      return { code: "DAO2004", message: `nested more than ${MAX_DEPTH} levels deep`, offset };
    }
    if (flow > 0) inLine = 0;
    if (++tokens > MAX_NODES * 6) return { code: "DAO2005", message: "the file holds too many values", offset };
    if (!isControl) offset += token.length;
  }
  return undefined;
}

function widestIndent(text: string): number | undefined {
  let lineStart = 0;
  while (lineStart < text.length) {
    let at = lineStart;
    while (text.charCodeAt(at) === 32) at++;
    const code = text.charCodeAt(at);
    const startsStructure = code === 45 || code === 63 || code === 58;
    if (at - lineStart > MAX_INDENT_COLUMNS && (startsStructure || at - lineStart > MAX_INDENT_COLUMNS * 8)) return at;
    const end = text.indexOf("\n", at);
    if (end === -1) return undefined;
    lineStart = end + 1;
  }
  return undefined;
}
