/** Looks a variable up; undefined when it is not set at all. */
export type Lookup = (name: string) => string | undefined;

export interface Substitution {
  text: string;
  /** Variables used without value and without default. */
  missing: string[];
  /** Variables whose value became part of the text. */
  used: string[];
}

/** `${NAME:?reason}` without value. */
export class RequiredVariableError extends Error {
  readonly variable: string;
  constructor(variable: string, reason: string) {
    super(reason === "" ? `variable ${variable} is required` : `variable ${variable} is required: ${reason}`);
    this.variable = variable;
  }
}

export class TemplateError extends Error {}

const NAME = /[_A-Za-z][_A-Za-z0-9]*/y;
const OPERATOR = /:?[-+?]/y;
const MAX_NESTING = 16;
const MAX_TEXT = 1024 * 1024;

/**
 * Replaces `$NAME`, `${NAME}`, `:-` `-` `:?` `?` `:+` `+` (their texts may hold further variables) and `$$`. A `$` before
 * anything else stays. Throws TemplateError for a malformed `${`, RequiredVariableError for a missing required value.
 */
export function substitute(template: string, lookup: Lookup): Substitution {
  const result: Substitution = { text: "", missing: [], used: [] };
  result.text = expand(template, lookup, result, 0);
  return result;
}

function expand(template: string, lookup: Lookup, result: Substitution, depth: number): string {
  if (depth > MAX_NESTING) throw new TemplateError(`more than ${MAX_NESTING} interpolations inside each other`);
  let text = "";
  let at = 0;
  for (;;) {
    const dollar = template.indexOf("$", at);
    if (dollar === -1) return text + template.slice(at);
    text += template.slice(at, dollar);
    if (text.length > MAX_TEXT) throw new TemplateError("the text is too long after interpolation");
    const next = template[dollar + 1];
    if (next === "$") {
      text += "$";
      at = dollar + 2;
    } else if (next === "{") {
      const end = closingBrace(template, dollar + 1);
      text += braced(template.slice(dollar + 2, end), lookup, result, depth);
      at = end + 1;
    } else {
      const name = matchAt(NAME, template, dollar + 1);
      text += name === undefined ? "$" : plain(name, lookup, result);
      at = dollar + 1 + (name?.length ?? 0);
    }
  }
}

function braced(body: string, lookup: Lookup, result: Substitution, depth: number): string {
  const name = matchAt(NAME, body, 0);
  if (name === undefined) throw new TemplateError(`\${${shorten(body)}} does not start with a variable name`);
  if (name.length === body.length) return plain(name, lookup, result);
  const operator = matchAt(OPERATOR, body, name.length);
  if (operator === undefined) throw new TemplateError(`\${${shorten(body)}} has no known operator after ${name}`);
  if (body.includes("\n")) throw new TemplateError(`\${${name}..} goes over more than one line`);
  const word = body.slice(name.length + operator.length);
  const value = lookup(name);
  const present = value !== undefined && (operator.length === 1 || value !== "");
  switch (operator.at(-1)) {
    case "+":
      return present ? expand(word, lookup, result, depth + 1) : "";
    case "-":
      if (!present) return expand(word, lookup, result, depth + 1);
      break;
    default:
      if (!present) throw new RequiredVariableError(name, expand(word, lookup, result, depth + 1));
  }
  result.used.push(name);
  return value;
}

function plain(name: string, lookup: Lookup, result: Substitution): string {
  const value = lookup(name);
  if (value === undefined) result.missing.push(name);
  else result.used.push(name);
  return value ?? "";
}

/** Offset of the brace that closes the one at `open`. */
function closingBrace(template: string, open: number): number {
  let depth = 0;
  for (let at = open; at < template.length; at++) {
    if (template[at] === "{") depth++;
    else if (template[at] === "}" && --depth === 0) return at;
  }
  throw new TemplateError(`\${${shorten(template.slice(open + 1))} is not closed`);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function shorten(text: string): string {
  return text.length > 40 ? text.slice(0, 40) + ".." : text;
}
