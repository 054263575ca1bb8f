import { DaonetesError } from "../errors.ts";

/** Shape of JSON: a type of JSON, a list of one shape, or an object with these fields. `any` is looked at elsewhere. */
export type Shape = "string" | "number" | "any" | readonly [Shape] | { readonly [field: string]: Shape };

const MEMBER: Shape = { name: "string", address: "string", pubkey: "string" };

export const TX_SHAPE: Shape = {
  kind: "string",
  multisig: { address: "string", threshold: "number", members: [MEMBER] },
  sign_doc: {
    chain_id: "string",
    account_number: "string",
    sequence: "string",
    fee: { amount: [{ denom: "string", amount: "string" }], gas: "string" },
    msgs: [{ type: "string", value: "any" }],
    memo: "string",
  },
  hash: "string",
};

export const SIGNATURE_SHAPE: Shape = {
  kind: "string",
  multisig: "string",
  signer: MEMBER,
  chain_id: "string",
  account_number: "string",
  sequence: "string",
  hash: "string",
  signature: "string",
};

/** Largest file that is read: a transaction has at most 64 KiB. */
const MAX_CHARACTERS = 512 * 1024;

/** @throws DaonetesError DAO3042 for what is no JSON */
export function readObject(text: string, source: string): unknown {
  try {
    if (text.length > MAX_CHARACTERS) throw new RangeError("too large");
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new DaonetesError({ code: "DAO3042", kind: "usage", message: `${source} is no file of a multisig: it is not JSON`, help: "was it copied whole?", cause: error });
  }
}

/** Whether JSON has exactly this shape: a field more would be shown to nobody. */
export function matches(shape: Shape, json: unknown): boolean {
  if (shape === "any") return typeof json === "object" && json !== null;
  if (typeof shape === "string") return typeof json === shape;
  if (Array.isArray(shape)) return Array.isArray(json) && json.every((one) => matches((shape as readonly [Shape])[0], one));
  if (typeof json !== "object" || json === null || Array.isArray(json)) return false;
  const fields = Object.entries(shape as Record<string, Shape>);
  return Object.keys(json).length === fields.length && fields.every(([name, inner]) => Object.hasOwn(json, name) && matches(inner, (json as Record<string, unknown>)[name]));
}
