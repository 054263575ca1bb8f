import type { EncodeObject } from "@cosmjs/proto-signing";
import { DaonetesError, isNotFound, type workload } from "../../index.ts";
import { type CanonicalSpec, decodeCanonical } from "../../compose/index.ts";
import { SecretError } from "../../secrets/index.ts";
import { short } from "../output.ts";
import type { Session } from "../session.ts";
import type { SecretDesk } from "./secret-desk.ts";

const CREATE = "/daonetes.workload.v1.MsgCreateDeployment";
const UPDATE = "/daonetes.workload.v1.MsgUpdateDeployment";

/**
 * What a deployment takes as secrets, for people who are to approve it: name, version, where it goes, hash of what is
 * sealed, and whether it opens with the grant of the person who looks. Never a value.
 */
export async function secretLines(session: Session, { typeUrl, value }: EncodeObject): Promise<string[]> {
  if (typeUrl !== CREATE && typeUrl !== UPDATE) return [];
  const message = value as workload.MsgCreateDeployment & workload.MsgUpdateDeployment;
  if (message.secrets.length === 0) return [];
  const client = await session.client();
  const deployment = typeUrl === UPDATE ? await client.workload.deploymentById(message.deploymentId) : undefined;
  const groupId = deployment?.groupId ?? message.groupId;
  const { SecretDesk: Desk } = await import("./secret-desk.ts");
  const desk = await Desk.open(session, await client.workgroup.group(groupId));
  const spec = decodeCanonical(await client.workload.specContent(groupId, message.specHash));
  const before = new Map(deployment?.secrets.map((pin) => [pin.name, pin.version]));
  return Promise.all(message.secrets.map((pin) => lineOf(desk, spec, pin, before.get(pin.name))));
}

async function lineOf(desk: SecretDesk, spec: CanonicalSpec, { name, version }: workload.SecretVersion, before: bigint | undefined): Promise<string> {
  const mark = before === undefined ? "+" : before === version ? "=" : "~";
  const meta = (await desk.versions(name)).versions.find((one) => one.version === version);
  const sealed = meta === undefined ? "it is not on the chain" : `sealed ${short(meta.hash)}`;
  return `${mark} secret ${name} ${before === undefined || before === version ? "" : `${before} -> `}${version}   ${targetsOf(spec, name).join(", ")}   ${sealed}   ${await checked(desk, name, version)}`;
}

async function checked(desk: SecretDesk, name: string, version: bigint): Promise<string> {
  try {
    const value = await desk.value(name, version);
    return value === undefined ? "not checked: its key was not sealed to you (daonetes secret reseal, by who has it)" : `checked: the operators' key opens it, ${value.size} bytes`;
  } catch (error) {
    if (error instanceof SecretError) return `! ${error.message}`;
    if (error instanceof DaonetesError && isNotFound(error)) return "! it is not there";
    throw error;
  }
}

function targetsOf({ services }: CanonicalSpec, name: string): string[] {
  return Object.entries(services).flatMap(([service, { secret_environment, secrets }]) => [
    ...Object.entries(secret_environment ?? {}).flatMap(([variable, secret]) => (secret === name ? [`${service}:${variable}`] : [])),
    ...(secrets ?? []).flatMap(({ source, target }) => (source === name ? [`${service}:${target}`] : [])),
  ]);
}
