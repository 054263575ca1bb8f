import type { Command } from "commander";
import { responseOf, workload } from "../../index.ts";
import { type Acting, actingFor } from "../acting.ts";
import type { SessionOf } from "../command.ts";
import { addComposeFlags } from "../compose-flags.ts";
import type { DeployFlags, DeployPlan } from "../deploy.ts";
import { done, hint, printObject } from "../output.ts";
import type { Along } from "../secrets/along.ts";
import type { SecretDesk } from "../secrets/secret-desk.ts";
import { txText } from "../tx-text.ts";
import { waitUntilUp } from "../wait-for.ts";
import { collect } from "./ticket.ts";

const CREATED = "/daonetes.workload.v1.MsgCreateDeploymentResponse";
const UPDATED = "/daonetes.workload.v1.MsgUpdateDeploymentResponse";

function addDeployFlags(command: Command): Command {
  return addComposeFlags(command)
    .option("--on <key=value>", "run on devices with these tags (comma-separated)")
    .option("--every", "on every such device, now and later (default)")
    .option("--replicas <count>", "on this many such devices")
    .option("--device <name>", "run on this device (repeatable)", collect)
    .option("--max-parallel <count>", "devices that change at once")
    .option("--on-failure <action>", "rollback or pause")
    .option("--healthy-for <duration>", "how long a device is healthy before the next ones change")
    .option("--offline <policy>", "keep, or stop-after=6h")
    .option("--pull", "resolve tags anew")
    .option("--if-revision <number>", "only if the deployment is at this revision")
    .option("--if-spec <hash>", "only if the files make this spec");
}

/** `up` and `plan`: the daily verbs. */
export function registerUp(program: Command, sessionOf: SessionOf): void {
  addDeployFlags(program.command("up").description("publish, create or update the deployment, and wait until it is up; one transaction"))
    .option("-d, --detach", "return after inclusion")
    .option("--dry-run", "show what would be done")
    .action(async (flags: DeployFlags & { detach?: boolean; dryRun?: boolean }, command: Command) => {
      const session = sessionOf(command);
      const { deployMessage, deployTitle, planDeploy, stagingMessages } = await import("../deploy.ts");
      const plan = await planDeploy(session, flags);
      if (flags.dryRun === true) {
        const { planLines } = await import("../plan-text.ts");
        for (const line of planLines(plan)) session.output.out(`  ${line}`);
        return;
      }
      for (const notice of plan.prepared.notices) hint(session.output, `! ${notice}`);
      const { name } = plan.prepared;
      let deploymentId = plan.existing?.id ?? 0n;
      let revision = plan.existing?.revision ?? 0n;
      let height: bigint | undefined;
      if (plan.change === "none") done(session.output, `${name} is so already   revision ${revision}`);
      else {
        const acting = await actingFor(session, plan.group.authority, plan.group.name, plan.group);
        const { publishBlobs } = await import("../blobs.ts");
        if (!(await publishBlobs(acting.sender, plan.group.id, plan.missingBlobs))) return;
        const along = plan.desk === undefined ? undefined : await stageAll(plan, plan.desk, acting);
        if (plan.desk !== undefined && along === undefined) return;
        const staging = stagingMessages(plan, acting.sender.address);
        const outcome = await acting.send([deployMessage(plan, flags, acting.authority)], { title: deployTitle(plan), staging, after: along?.messages ?? [] });
        if (outcome === undefined) return;
        height = outcome.height;
        if (plan.change === "create") {
          const response = responseOf(outcome, 0, CREATED, workload.MsgCreateDeploymentResponse);
          ({ deploymentId, revision } = response);
        } else if (plan.change === "update") {
          ({ revision } = responseOf(outcome, 0, UPDATED, workload.MsgUpdateDeploymentResponse));
        }
        done(session.output, `included   revision ${revision}   ${txText(outcome)}`);
        if (outcome.responses.length > 1) await along?.tell();
      }
      if (plan.desk !== undefined) {
        const { handOn } = await import("../secrets/hand-on.ts");
        const client = await session.client();
        await handOn(plan.desk, await session.sender(), { deployments: [await client.workload.deploymentById(deploymentId)], ...(height === undefined ? {} : { minHeight: height }) });
      }
      const result = { deployment: name, id: String(deploymentId), revision: String(revision), spec: plan.prepared.hash };
      if (flags.detach === true) {
        printObject(session.output, result, [["deployment", name], ["revision", String(revision)]], name, height);
        return;
      }
      const lines = await waitUntilUp(session, deploymentId, revision, session.waitMs(600));
      const state = lines.every((line) => line.state === "COMPLETED") ? "COMPLETED" : "HEALTHY";
      if (session.output.format === "table") {
        session.output.out(`${name} is ${state} on ${lines.length} of ${plan.wanted} devices.   State: daonetes ps ${name}   Undo: daonetes down ${name}`);
      } else printObject(session.output, { ...result, state }, [], name, height);
    });

  addDeployFlags(program.command("plan").description("the same without signing: what would change, where, and who must sign"))
    .option("--exit-code", "exit 0 for no change, 1 for changes")
    .action(async (flags: DeployFlags & { exitCode?: boolean }, command: Command) => {
      const session = sessionOf(command);
      const [{ planDeploy }, { planLines }] = await Promise.all([import("../deploy.ts"), import("../plan-text.ts")]);
      const plan = await planDeploy(session, flags);
      if (session.output.format === "table") for (const line of planLines(plan)) session.output.out(`  ${line}`);
      else printObject(session.output, await planDocument(plan), [], plan.prepared.name, (await (await session.client()).status()).height);
      if (flags.exitCode === true && plan.change !== "none") session.process.setExitCode(1);
    });
}

/**
 * Publishes the new versions of secrets.
 * @returns what goes behind the message that deploys; undefined if signatures are missing, which was said
 */
async function stageAll({ secrets, group, devices, change }: DeployPlan, desk: SecretDesk, acting: Acting): Promise<Along | undefined> {
  const [{ pinsOf, sendBatches, stageSecrets }, { grantsAlong, NOTHING }] = await Promise.all([import("../secrets/staging.ts"), import("../secrets/along.ts")]);
  const { output } = desk.session;
  const batches = await stageSecrets(desk, secrets, acting.sender.address);
  if ((await sendBatches(acting.sender, batches)) === undefined) return undefined;
  const sealed = secrets.filter(({ value }) => value !== undefined);
  if (sealed.length > 0) done(output, `${sealed.length} ${sealed.length === 1 ? "secret" : "secrets"} sealed for ${group.name}: ${sealed.map(({ name, version }) => `${name} ${version}`).join(", ")}`);
  if (!acting.alone || change === "resume") return NOTHING;
  return grantsAlong(desk, acting.authority, { pins: pinsOf(secrets), devices: devices.map(({ address }) => address) });
}

async function planDocument(plan: DeployPlan): Promise<object> {
  const { specChanges } = await import("../plan-text.ts");
  return {
    deployment: plan.prepared.name,
    change: plan.change,
    signatures: { needed: String(plan.signatures.needed), of: String(plan.signatures.of), council: plan.signatures.council?.name ?? null },
    spec: plan.prepared.hash,
    devices: plan.devices,
    wanted: plan.wanted,
    revision: String(plan.existing?.revision ?? 0n),
    requires: plan.prepared.declaration.requires,
    mounts: plan.prepared.mounts,
    secrets: plan.secrets.map(({ name, version, state, origin, targets }) => ({ name, version: String(version), state, from: origin, targets })),
    files_to_publish: plan.missingBlobs.length,
    changes: plan.existingSpec === undefined ? [] : specChanges(plan.existingSpec, plan.prepared.spec),
    notices: plan.prepared.notices,
  };
}
