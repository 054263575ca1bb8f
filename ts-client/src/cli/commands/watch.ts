import type { Command } from "commander";
import { DaonetesError, openHints } from "../../index.ts";
import type { SessionOf } from "../command.ts";
import { done, toJson } from "../output.ts";
import { waitForState, waitUntilExecuted, waitUntilUp } from "../wait-for.ts";

/** `watch` and `wait`. */
export function registerWatch(program: Command, sessionOf: SessionOf): void {
  program
    .command("watch")
    .description("live events of the group, until Ctrl-C")
    .option("--after <id>", "resume after this event")
    .action(async ({ after }: { after?: string }, command: Command) => {
      const session = sessionOf(command);
      const { gateway } = await session.context();
      const group = await session.group();
      const ended = new AbortController();
      process.once("SIGINT", () => ended.abort());
      const options = { groupId: group.id, signal: ended.signal, ...(after === undefined ? {} : { lastEventId: after }) };
      for await (const { id, type, data } of openHints(gateway, options)) {
        if (session.output.format === "json" || session.output.format === "jsonl") session.output.out(toJson({ id, type, ...data }));
        else session.output.out(`${id.padEnd(12)} ${type.padEnd(30)} ${Object.entries(data).filter(([key]) => key !== "height").map(([key, value]) => `${key}=${value}`).join(" ")}`);
      }
    });

  program
    .command("wait")
    .description("wait until a deployment is in a state on every device, or until a proposal is decided")
    .argument("<object>", "deployment/NAME or proposal/NUMBER")
    .option("--for <state>", "of a deployment: healthy, or any state of ps; of a proposal: executed")
    .action(async (object: string, { for: wanted }: { for?: string }, command: Command) => {
      const session = sessionOf(command);
      const proposal = /^proposal\/(?<id>\d{1,19})$/.exec(object)?.groups?.["id"];
      if (proposal !== undefined) {
        if (wanted !== undefined && wanted.toLowerCase() !== "executed") {
          throw new DaonetesError({ code: "DAO1023", kind: "usage", message: `a proposal cannot be waited for until it is "${wanted}"`, help: "daonetes wait proposal/NUMBER" });
        }
        await waitUntilExecuted(session, BigInt(proposal), session.waitMs(600));
        return;
      }
      const state = wanted ?? "healthy";
      const name = /^deployment\/(?<name>.+)$/.exec(object)?.groups?.["name"];
      if (name === undefined) throw new DaonetesError({ code: "DAO1023", kind: "usage", message: `"${object}" cannot be waited for`, help: "daonetes wait deployment/NAME --for healthy, or daonetes wait proposal/NUMBER" });
      const client = await session.client();
      const { id, revision } = await client.workload.deployment((await session.group()).id, name);
      if (state.toLowerCase() === "healthy") await waitUntilUp(session, id, revision, session.waitMs(600));
      else await waitForState(session, id, state.toUpperCase(), session.waitMs(600));
      done(session.output, `${name} is ${state.toUpperCase()}`);
    });
}
