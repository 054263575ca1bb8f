import { DaonetesError, type workgroup } from "../../index.ts";
import { SecretValue } from "../../secrets/index.ts";
import { done, hint } from "../output.ts";
import type { Session } from "../session.ts";
import { exposedBy } from "./exposed.ts";
import { type RotateOptions, rotateSecret } from "./rotate.ts";
import { randomValue } from "./values.ts";

/** How often one value is asked for. */
const MOST_ATTEMPTS = 3;

export interface WalkOptions extends RotateOptions {
  /** True: every value is made up, and nobody is asked. */
  generate: boolean;
}

/**
 * Goes through what a device knew and nobody has changed since: asks for each new value, seals it and updates what uses it.
 * A value that is left empty is passed over, one that is refused is asked for again.
 *
 * @throws DaonetesError DAO4044 if nobody is there to type the values
 */
export async function rotateExposed(session: Session, group: workgroup.Group, device: workgroup.Device, { generate, detach }: WalkOptions): Promise<void> {
  const client = await session.client();
  const open = (await exposedBy(client, group.id, device.address)).filter(({ rotated }) => !rotated).map(({ name }) => name);
  if (open.length === 0) { done(session.output, `${device.name} knows no value that is still good`); return; }
  if (!generate && !session.interactive) {
    throw new DaonetesError({
      code: "DAO4044",
      kind: "usage",
      message: `${device.name} knew ${open.length === 1 ? "a value" : `${open.length} values`}, and nobody is here to type new ones`,
      help: `run it in a terminal, add --generate where any value will do, or one by one:${open.map((name) => `\n  daonetes secret rotate ${name}`).join("")}`,
    });
  }
  const uses = await client.workload.deployments(group.id);
  const left = new Set(open);
  for (const [index, name] of open.entries()) {
    const users = uses.filter(({ secrets }) => secrets.some((pin) => pin.name === name)).map((deployment) => deployment.name);
    hint(session.output, `● ${index + 1} of ${open.length}   ${name}   used by ${users.join(", ") || "nothing"}`);
    const answer = generate ? await rotateOne(session, name, randomValue(name), detach) : await askAndRotate(session, name, detach);
    if (answer === "stop") break;
    if (answer === "changed") left.delete(name);
  }
  if (left.size === 0) { done(session.output, `${device.name} knows no value that is still good`); return; }
  hint(session.output, `! not changed yet: ${[...left].join(", ")}      go on: daonetes secret rotate --exposed ${device.address}`);
}

/** What became of one value; `kept`: the person passed, gave what cannot be taken, or signatures are missing. */
type Answer = "changed" | "kept" | "stop";

async function rotateOne(session: Session, name: string, value: SecretValue, detach: boolean): Promise<Answer> {
  return (await rotateSecret(session, name, value, { detach })) ? "changed" : "kept";
}

async function askAndRotate(session: Session, name: string, detach: boolean): Promise<Answer> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const text = await session.password(`New value of ${name} (change it at its source first; empty: leave it)`);
    if (text === undefined) return "stop";
    if (text === "") return "kept";
    try {
      return await rotateOne(session, name, SecretValue.fromText(text, name), detach);
    } catch (error) {
      if (!(error instanceof DaonetesError) || error.kind !== "usage") throw error;
      hint(session.output, `! ${error.message}   ${error.code}`);
    }
  }
  return "kept";
}
