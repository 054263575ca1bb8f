import * as admission from "../gen/daonetes/admission/v1/tx.ts";
import * as council from "../gen/daonetes/council/v1/tx.ts";
import * as valset from "../gen/daonetes/valset/v1/tx.ts";
import * as workgroup from "../gen/daonetes/workgroup/v1/tx.ts";
import * as workload from "../gen/daonetes/workload/v1/tx.ts";

const MODULES: Record<string, Record<string, unknown>> = { admission, council, valset, workgroup, workload };
const TYPE = /^\/daonetes\.(?<module>[a-z]+)\.v1\.(?<name>Msg[A-Za-z]+)$/;

/** A message or response of our modules, decoded: its fields by name. */
export type Fields = Record<string, unknown>;

/** Module and name of a message of ours, or undefined for one of the SDK. */
export function messageName(typeUrl: string): { module: string; name: string } | undefined {
  const match = TYPE.exec(typeUrl);
  const [module, name] = [match?.groups?.["module"] ?? "", match?.groups?.["name"] ?? ""];
  return MODULES[module]?.[name] === undefined ? undefined : { module, name };
}

/** @returns no fields for a type that is not ours. @throws Error when the bytes are not of this type */
export function decodeFields(typeUrl: string, bytes: Uint8Array): Fields {
  const known = messageName(typeUrl);
  if (known === undefined) return {};
  return (MODULES[known.module]?.[known.name] as { decode(bytes: Uint8Array): Fields }).decode(bytes);
}

/** Every message of our modules. */
export function messageTypeUrls(): string[] {
  return Object.entries(MODULES).flatMap(([module, types]) =>
    Object.keys(types)
      .filter((name) => /^Msg(?!Client)/.test(name) && !name.endsWith("Response") && name !== "MsgServiceName")
      .map((name) => `/daonetes.${module}.v1.${name}`),
  );
}
