import { workgroup, type workload, workloadMessages } from "../../index.ts";
import type { SecretValue } from "../../secrets/index.ts";
import { actingFor } from "../acting.ts";
import { deviceLines } from "../deployment-view.ts";
import { done, hint } from "../output.ts";
import type { Session } from "../session.ts";
import { txText } from "../tx-text.ts";
import { waitUntilUp } from "../wait-for.ts";
import { handOn } from "./hand-on.ts";
import { putSecret } from "./put.ts";
import { SecretDesk } from "./secret-desk.ts";

export interface RotateOptions {
  /** True: returns after inclusion. */
  detach: boolean;
}

/** Seals a new value to a new key, and updates every deployment that uses the secret. @returns false if signatures are missing */
export async function rotateSecret(session: Session, name: string, value: SecretValue, options: RotateOptions): Promise<boolean> {
  const rotated = await putSecret(session, name, value, { newKey: true });
  if (rotated === undefined) return false;
  await updateUsers(session, name, rotated.version, options);
  return true;
}

/** Updates deployments that pin another version of a secret: the same spec, a new pin. */
async function updateUsers(session: Session, name: string, version: bigint, { detach }: RotateOptions): Promise<void> {
  const group = await session.group();
  const client = await session.client();
  const users = (await client.workload.deployments(group.id)).filter(({ secrets }) => secrets.some((pin) => pin.name === name && pin.version !== version));
  const desk = await SecretDesk.open(session, group);
  const revoked = new Set((await client.workgroup.devices(group.id)).filter(({ status }) => status === workgroup.DeviceStatus.DEVICE_STATUS_REVOKED).map(({ address }) => address));
  for (const found of users) {
    const deployment = withoutDevices(found, revoked);
    if (deployment === undefined) {
      hint(session.output, `! ${found.name} names only devices that were revoked: daonetes up --device DEVICE gives it another, and the new value`);
      continue;
    }
    const acting = await actingFor(session, group.authority, group.name);
    const outcome = await acting.send([pinMessage(acting.authority, deployment, name, version)], { title: `rotate ${name} in ${deployment.name}` });
    if (outcome === undefined) continue;
    done(session.output, `${deployment.name} takes version ${version} of ${name}    ${txText(outcome)}`);
    await handOn(desk, acting.sender, { deployments: [await client.workload.deploymentById(deployment.id)], minHeight: outcome.height });
    const holders = await deviceLines(client, await client.workload.deploymentById(deployment.id));
    if (holders.length === 0) hint(session.output, `no device holds ${deployment.name}: the value waits for the next one`);
    else if (!detach) await waitUntilUp(session, deployment.id, deployment.revision + 1n, session.waitMs(600));
  }
  if (users.length === 0) hint(session.output, "no deployment uses it: what will takes it at the next up");
  else hint(session.output, `where the value comes from a file (.env), write it there too, or the next up brings the old one back`);
}

/** The chain takes no placement that names a revoked device. @returns undefined where it names no other */
function withoutDevices(deployment: workload.Deployment, revoked: ReadonlySet<string>): workload.Deployment | undefined {
  const { placement } = deployment;
  if (placement === undefined || placement.devices.length === 0) return deployment;
  const devices = placement.devices.filter((device) => !revoked.has(device));
  return devices.length === 0 ? undefined : { ...deployment, placement: { ...placement, devices } };
}

function pinMessage(authority: string, deployment: workload.Deployment, name: string, version: bigint): ReturnType<typeof workloadMessages.updateDeployment> {
  const { id: deploymentId, revision: expectedRevision, specHash, placement, rollout, offlinePolicy, moveWhenUnreachable, secrets } = deployment;
  return workloadMessages.updateDeployment({
    authority,
    deploymentId,
    expectedRevision,
    specHash,
    placement: placement ?? {},
    rollout: rollout ?? {},
    offlinePolicy: offlinePolicy ?? {},
    moveWhenUnreachable,
    secrets: secrets.map((pin) => (pin.name === name ? { name, version } : pin)),
  });
}
