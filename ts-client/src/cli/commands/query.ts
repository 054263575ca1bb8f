import type { Command } from "commander";
import { DaonetesError, rawQueries, rawQuery, type RawQuery } from "../../index.ts";
import type { SessionOf } from "../command.ts";
import { printList, printObject } from "../output.ts";

/** `query`: any query of the chain, for what no other command shows. */
export function registerQuery(program: Command, sessionOf: SessionOf): void {
  program
    .command("query")
    .description("put any query of the chain's modules; without one, list them")
    .argument("[name]", "such as council/Proposal")
    .argument("[fields...]", "proposal_id=1, or one JSON object")
    .action(async (name: string | undefined, fields: string[], _options: object, command: Command) => {
      const session = sessionOf(command);
      const { output } = session;
      if (name === undefined) {
        const columns = [
          { title: "QUERY", value: (query: RawQuery) => query.name },
          { title: "FIELDS", value: (query: RawQuery) => query.fields.join(" ") },
        ];
        printList(output, rawQueries(), columns, (query) => query.name, undefined, "no queries");
        return;
      }
      const client = await session.client();
      const answer = (await rawQuery(client.transport, name, requestOf(fields))) as Record<string, unknown>;
      if (output.format === "table" || output.format === "wide") output.out(JSON.stringify(answer, undefined, 2));
      else printObject(output, answer, [], name, (await client.status()).height);
    });
}

/** @throws DaonetesError DAO1065 for what is no field with a value */
function requestOf(fields: readonly string[]): Record<string, unknown> {
  const [first = ""] = fields;
  if (first.startsWith("{") && fields.length === 1) {
    try {
      return JSON.parse(first) as Record<string, unknown>;
    } catch (error) {
      throw new DaonetesError({ code: "DAO1065", kind: "usage", message: `${first.slice(0, 80)} is not JSON`, help: 'such as \'{"proposal_id":"1"}\', or proposal_id=1', cause: error });
    }
  }
  return Object.fromEntries(
    fields.map((field): [string, string] => {
      const at = field.indexOf("=");
      if (at < 1) throw new DaonetesError({ code: "DAO1065", kind: "usage", message: `"${field}" is no field with a value`, help: "write it as proposal_id=1" });
      return [field.slice(0, at), field.slice(at + 1)];
    }),
  );
}
