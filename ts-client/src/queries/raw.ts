import { DaonetesError } from "../errors.ts";
import * as admission from "../gen/daonetes/admission/v1/query.ts";
import * as council from "../gen/daonetes/council/v1/query.ts";
import * as valset from "../gen/daonetes/valset/v1/query.ts";
import * as workgroup from "../gen/daonetes/workgroup/v1/query.ts";
import * as workload from "../gen/daonetes/workload/v1/query.ts";
import type { Rpc } from "../transport/rpc.ts";

/** What the generator makes of a message. */
interface Codec {
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
  fromJSON(object: unknown): unknown;
  toJSON(message: unknown): unknown;
  fromPartial(object: object): object;
}

const MODULES: Readonly<Record<string, object>> = { admission, council, valset, workgroup, workload };

/** A query of the chain. */
export interface RawQuery {
  /** Module and method, such as `council/Proposal`. */
  name: string;
  /** Names of what it is asked with. */
  fields: string[];
}

/** Every query of our modules, by name. */
export function rawQueries(): RawQuery[] {
  return Object.entries(MODULES).flatMap(([module, types]) =>
    Object.keys(types).flatMap((type) => {
      const method = /^Query(?<method>.+)Request$/.exec(type)?.groups?.["method"];
      return method === undefined ? [] : [{ name: `${module}/${method}`, fields: fieldsOf(codecOf(module, `Query${method}Request`)) }];
    }),
  );
}

/**
 * Puts any query of our modules to the chain. Fields are in snake case both ways, 64-bit numbers are text.
 * @param name such as `council/Proposal`
 * @throws DaonetesError DAO1064 for a query or a field that there is not
 */
export async function rawQuery(transport: Rpc, name: string, request: Readonly<Record<string, unknown>>): Promise<unknown> {
  const [module = "", method = ""] = name.split("/", 2);
  if (!rawQueries().some((query) => query.name === name)) {
    throw new DaonetesError({ code: "DAO1064", kind: "usage", message: `there is no query "${name}"`, help: "daonetes query lists all" });
  }
  const [asked, answered] = [codecOf(module, `Query${method}Request`), codecOf(module, `Query${method}Response`)];
  const known = fieldsOf(asked);
  const unknown = Object.keys(request).find((field) => !known.includes(field));
  if (unknown !== undefined) {
    throw new DaonetesError({ code: "DAO1064", kind: "usage", message: `${name} is not asked with "${unknown}"`, help: known.length === 0 ? "it takes nothing" : `it takes ${known.join(", ")}` });
  }
  const bytes = encodeRequest(name, asked, request);
  return renamed(answered.toJSON(answered.decode(await transport.request(`daonetes.${module}.v1.Query`, method, bytes))), snakeCase);
}

function encodeRequest(name: string, codec: Codec, request: Readonly<Record<string, unknown>>): Uint8Array {
  try {
    return codec.encode(codec.fromJSON(renamed(request, camelCase))).finish();
  } catch (error) {
    throw new DaonetesError({ code: "DAO1064", kind: "usage", message: `${name} cannot be asked with that: ${error instanceof Error ? error.message : String(error)}`, help: "numbers are decimal, bytes are base64", cause: error });
  }
}

function codecOf(module: string, type: string): Codec {
  return (MODULES[module] as Record<string, Codec>)[type] as Codec;
}

function fieldsOf(codec: Codec): string[] {
  return Object.keys(codec.fromPartial({})).map(snakeCase);
}

function renamed(value: unknown, name: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => renamed(item, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [name(key), renamed(item, name)]));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}
