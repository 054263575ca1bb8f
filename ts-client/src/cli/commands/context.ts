import type { Command } from "commander";
import { DaonetesClient, DaonetesError } from "../../index.ts";
import type { SessionOf } from "../command.ts";
import { done, printList, printObject } from "../output.ts";

/** `context`: networks as this person uses them. */
export function registerContext(program: Command, sessionOf: SessionOf): void {
  const context = program.command("context").description("networks: gateway, chain, key, default group");

  context
    .command("create")
    .description("pin a network under a name and use it")
    .argument("<name>")
    .requiredOption("--gateway <url>", "address of a gateway, such as http://192.0.2.10:8080")
    .action(async (name: string, { gateway }: { gateway: string }, command: Command) => {
      const session = sessionOf(command);
      if (!URL.canParse(gateway)) {
        throw new DaonetesError({ code: "DAO1016", kind: "usage", message: `"${gateway}" is no address`, help: "such as http://192.0.2.10:8080" });
      }
      const client = DaonetesClient.connect(gateway);
      const [{ chainId }, genesisHash] = await Promise.all([client.status(), client.genesisHash()]);
      const file = await session.config.contexts();
      const key = session.flags.key ?? file.contexts[name]?.key ?? "";
      const group = session.flags.group ?? file.contexts[name]?.group ?? "";
      file.contexts[name] = { gateway: gateway.replace(/\/+$/, ""), chainId, genesisHash, key, group };
      file.current = name;
      await session.config.writeContexts(file);
      done(session.output, `context ${name}   ${chainId}   genesis ${genesisHash.slice(0, 16)}..   ${key === "" ? "no key yet" : `key ${key}`}`);
    });

  context
    .command("list")
    .description("list the contexts")
    .action(async (_options: object, command: Command) => {
      const session = sessionOf(command);
      const { current, contexts } = await session.config.contexts();
      const items = Object.entries(contexts).map(([name, value]) => ({ name, current: name === current, ...value }));
      type Item = (typeof items)[number];
      const columns = [
        { title: " ", value: (item: Item) => (item.current ? "*" : " ") },
        { title: "NAME", value: (item: Item) => item.name },
        { title: "CHAIN", value: (item: Item) => item.chainId },
        { title: "GATEWAY", value: (item: Item) => item.gateway },
        { title: "KEY", value: (item: Item) => item.key },
        { title: "GROUP", value: (item: Item) => item.group },
      ];
      printList(session.output, items, columns, ({ name }) => name, undefined, "no contexts yet: daonetes context create NAME --gateway URL");
    });

  context
    .command("use")
    .description("use a context from now on")
    .argument("<name>")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      await session.config.context(name);
      await session.config.writeContexts({ ...(await session.config.contexts()), current: name });
      done(session.output, `context ${name}`);
    });

  context
    .command("show")
    .description("show a context")
    .argument("[name]")
    .action(async (name: string | undefined, _options: object, command: Command) => {
      const session = sessionOf(command);
      const found = await session.config.context(name ?? session.flags.context);
      const lines: [string, string][] = [
        ["name", found.name],
        ["gateway", found.gateway],
        ["chain", found.chainId],
        ["genesis", found.genesisHash],
        ["key", found.key],
        ["group", found.group],
      ];
      printObject(session.output, found, lines, found.name, undefined);
    });

  context
    .command("remove")
    .description("forget a context")
    .argument("<name>")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      await session.config.context(name);
      const file = await session.config.contexts();
      delete file.contexts[name];
      if (file.current === name) file.current = "";
      await session.config.writeContexts(file);
      done(session.output, `context ${name} removed`);
    });
}
