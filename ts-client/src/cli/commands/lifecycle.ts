import type { Command } from "commander";
import { responseOf, workload, workloadMessages } from "../../index.ts";
import { actingFor } from "../acting.ts";
import type { SessionOf } from "../command.ts";
import { done } from "../output.ts";
import { txText } from "../tx-text.ts";
import { waitForState, waitUntilGone, waitUntilUp } from "../wait-for.ts";

/** `down`, `pause`, `resume`, `rollback`, `restart`: what is done to a running deployment. */
export function registerLifecycle(program: Command, sessionOf: SessionOf): void {
  const open = async (command: Command, name: string) => {
    const session = sessionOf(command);
    const group = await session.group();
    const acting = await actingFor(session, group.authority, group.name);
    const deployment = await acting.sender.client.workload.deployment(group.id, name);
    const common = { authority: acting.authority, deploymentId: deployment.id, expectedRevision: deployment.revision };
    return { session, acting, deployment, common };
  };

  program
    .command("down")
    .description("remove a deployment from every device; volumes stay without --volumes")
    .argument("<deployment>")
    .option("--volumes", "remove its named volumes too")
    .option("-d, --detach", "return after inclusion")
    .action(async (name: string, { volumes, detach }: { volumes?: boolean; detach?: boolean }, command: Command) => {
      const { session, acting, deployment, common } = await open(command, name);
      if (volumes === true && !(await session.confirm(`Remove ${name} and the data in its volumes?`))) return;
      const outcome = await acting.send([workloadMessages.removeDeployment({ ...common, volumes: volumes === true })]);
      if (outcome === undefined) return;
      done(session.output, `${name} is being removed    ${txText(outcome)}`);
      if (detach === true) return;
      await waitUntilGone(session, deployment.id, name, session.waitMs(300));
      done(session.output, `${name} is gone from every device${volumes === true ? ", with its volumes" : "; its volumes stay"}`);
    });

  program
    .command("pause")
    .description("stop a rollout; with --stop the containers too")
    .argument("<deployment>")
    .option("--stop", "stop the containers too")
    .option("-d, --detach", "return after inclusion")
    .action(async (name: string, { stop, detach }: { stop?: boolean; detach?: boolean }, command: Command) => {
      const { session, acting, deployment, common } = await open(command, name);
      const outcome = await acting.send([workloadMessages.pauseDeployment({ ...common, stop: stop === true })]);
      if (outcome === undefined) return;
      done(session.output, `${name} is paused    ${txText(outcome)}`);
      if (stop !== true || detach === true) return;
      await waitForState(session, deployment.id, "STOPPED", session.waitMs(300));
      done(session.output, `${name} is stopped on every device`);
    });

  program
    .command("resume")
    .description("let a paused deployment go on")
    .argument("<deployment>")
    .option("-d, --detach", "return after inclusion")
    .action(async (name: string, { detach }: { detach?: boolean }, command: Command) => {
      const { session, acting, deployment, common } = await open(command, name);
      const outcome = await acting.send([workloadMessages.resumeDeployment(common)]);
      if (outcome === undefined) return;
      done(session.output, `${name} goes on    ${txText(outcome)}`);
      if (detach !== true) await waitUntilUp(session, deployment.id, deployment.revision, session.waitMs(600));
    });

  program
    .command("rollback")
    .description("make a new revision of an older one")
    .argument("<deployment>")
    .option("--to <revision>", "revision to go back to; default: the one before")
    .option("-d, --detach", "return after inclusion")
    .action(async (name: string, { to, detach }: { to?: string; detach?: boolean }, command: Command) => {
      const { session, acting, deployment, common } = await open(command, name);
      const toRevision = to === undefined ? deployment.revision - 1n : BigInt(to);
      const outcome = await acting.send([workloadMessages.rollbackDeployment({ ...common, toRevision })]);
      if (outcome === undefined) return;
      const { revision } = responseOf(outcome, 0, "/daonetes.workload.v1.MsgRollbackDeploymentResponse", workload.MsgRollbackDeploymentResponse);
      done(session.output, `${name} goes back to revision ${toRevision}, as revision ${revision}    ${txText(outcome)}`);
      if (detach !== true) await waitUntilUp(session, deployment.id, revision, session.waitMs(600));
    });

  program
    .command("restart")
    .description("make a new revision of the same spec in which every service starts anew")
    .argument("<deployment>")
    .option("-d, --detach", "return after inclusion")
    .action(async (name: string, { detach }: { detach?: boolean }, command: Command) => {
      const { session, acting, deployment, common } = await open(command, name);
      const { specHash, placement, rollout, offlinePolicy, moveWhenUnreachable, secrets } = deployment;
      const message = workloadMessages.updateDeployment({
        ...common,
        specHash,
        placement: placement ?? {},
        rollout: rollout ?? {},
        offlinePolicy: offlinePolicy ?? {},
        moveWhenUnreachable,
        secrets,
        restart: true,
      });
      const outcome = await acting.send([message]);
      if (outcome === undefined) return;
      const { revision } = responseOf(outcome, 0, "/daonetes.workload.v1.MsgUpdateDeploymentResponse", workload.MsgUpdateDeploymentResponse);
      done(session.output, `${name} restarts as revision ${revision}    ${txText(outcome)}`);
      if (detach !== true) await waitUntilUp(session, deployment.id, revision, session.waitMs(600));
    });
}
