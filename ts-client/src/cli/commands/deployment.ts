import type { Command } from "commander";
import { type workload as types, workload } from "../../index.ts";
import type { SessionOf } from "../command.ts";
import { placementText } from "../placement-text.ts";
import { deviceLines, SpecNames } from "../deployment-view.ts";
import { printList, printObject } from "../output.ts";

/** `deployment`: revisions, rollout, state per device. */
export function registerDeployments(program: Command, sessionOf: SessionOf): void {
  const deployment = program.command("deployment").description("deployments of the group");

  deployment
    .command("list")
    .description("list the deployments")
    .action(async (_options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const names = new SpecNames(client);
      const deployments = await client.workload.deployments((await session.group()).id);
      const items = await Promise.all(deployments.map(async (item) => ({ ...item, label: (await names.of(item)).label })));
      type Item = (typeof items)[number];
      const columns = [
        { title: "NAME", value: (item: Item) => item.name },
        { title: "SPEC", value: (item: Item) => item.label },
        { title: "REVISION", value: (item: Item) => String(item.revision) },
        { title: "PHASE", value: (item: Item) => phaseText(item.phase) },
        { title: "DEVICES", value: (item: Item) => `${item.progress?.total ?? 0} of ${item.wanted}` },
        { title: "PLACEMENT", value: (item: Item) => placementText(item.placement ?? { devices: [], selector: [], replicas: 0 }) },
      ];
      printList(session.output, items, columns, ({ name }) => name, (await client.status()).height, "nothing is deployed yet: daonetes up -f FILE");
    });

  deployment
    .command("show")
    .description("show a deployment, device by device")
    .argument("<deployment>")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const found = await client.workload.deployment((await session.group()).id, name);
      const { label } = await new SpecNames(client).of(found);
      const devices = await deviceLines(client, found);
      const lines: [string, string][] = [
        ["name", found.name],
        ["id", String(found.id)],
        ["spec", `${label}   ${found.specHash}`],
        ["revision", String(found.revision)],
        ["phase", phaseText(found.phase)],
        ["placement", placementText(found.placement ?? { devices: [], selector: [], replicas: 0 })],
        ["offline", found.offlinePolicy?.stopAfter?.seconds ? `stop after ${found.offlinePolicy.stopAfter.seconds} s` : "keep running"],
        ...devices.map((line): [string, string] => [line.device, `${line.state}   revision ${line.revision}, running ${line.runningRevision}${line.reason === null ? "" : `   ${line.reason}: ${line.text}`}`]),
      ];
      printObject(session.output, { ...found, devices }, lines, found.name, (await client.status()).height);
    });

  deployment
    .command("history")
    .description("kept revisions, oldest first")
    .argument("<deployment>")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const found = await client.workload.deployment((await session.group()).id, name);
      const revisions = await client.workload.revisions(found.id);
      const columns = [
        { title: "REVISION", value: (item: types.DeploymentRevision) => String(item.revision) },
        { title: "HEIGHT", value: (item: types.DeploymentRevision) => String(item.height) },
        { title: "TIME", value: (item: types.DeploymentRevision) => new Date(Number(item.createdAt?.seconds ?? 0n) * 1000).toISOString() },
        { title: "CAUSE", value: (item: types.DeploymentRevision) => item.cause },
        { title: "BY", value: (item: types.DeploymentRevision) => item.author || "-" },
        { title: "PASSED", value: (item: types.DeploymentRevision) => (item.passed ? "yes" : "no") },
        { title: "SPEC", value: (item: types.DeploymentRevision) => item.specHash },
      ];
      printList(session.output, revisions, columns, ({ revision }) => String(revision), (await client.status()).height, "no revisions");
    });
}

function phaseText(phase: number): string {
  const name = Object.entries(workload.DeploymentPhase).find(([, value]) => value === phase)?.[0];
  return name?.replace("DEPLOYMENT_PHASE_", "") ?? "UNKNOWN";
}
