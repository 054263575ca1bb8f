import type { Command } from "commander";
import type { SessionOf } from "../command.ts";
import { type ServiceLine, serviceLines, SpecNames } from "../deployment-view.ts";
import { printList } from "../output.ts";

/** `ps`: every service on every device. */
export function registerPs(program: Command, sessionOf: SessionOf): void {
  program
    .command("ps")
    .description("state of every service on every device")
    .argument("[deployment]", "only this deployment")
    .action(async (name: string | undefined, _options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const group = await session.group();
      const deployments = name === undefined ? await client.workload.deployments(group.id) : [await client.workload.deployment(group.id, name)];
      const names = new SpecNames(client);
      const items = (await Promise.all(deployments.map((deployment) => serviceLines(client, deployment, names)))).flat();
      const columns = [
        { title: "DEPLOYMENT", value: (item: ServiceLine) => item.deployment },
        { title: "SPEC", value: (item: ServiceLine) => item.spec },
        { title: "SERVICE", value: (item: ServiceLine) => item.service },
        { title: "DEVICE", value: (item: ServiceLine) => item.device },
        { title: "STATE", value: (item: ServiceLine) => item.state },
        { title: "RESTARTS", value: (item: ServiceLine) => String(item.restarts) },
        { title: "REVISION", value: (item: ServiceLine) => item.revision, wide: true },
        { title: "RUNNING", value: (item: ServiceLine) => item.running_revision, wide: true },
        { title: "REASON", value: (item: ServiceLine) => (item.reason === null ? "" : `${item.reason}: ${item.text}`) },
      ];
      printList(session.output, items, columns, (item) => `${item.deployment}/${item.service}`, (await client.status()).height, "nothing is deployed yet: daonetes up -f FILE");
    });
}
