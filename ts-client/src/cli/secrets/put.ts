import { DaonetesError } from "../../index.ts";
import { scopeOf, type SecretValue } from "../../secrets/index.ts";
import { done, printObject } from "../output.ts";
import type { Session } from "../session.ts";
import { handOn } from "./hand-on.ts";
import { SecretDesk } from "./secret-desk.ts";
import { planSecrets, sendBatches, stageSecrets } from "./staging.ts";

/**
 * Stages a version of a value, and gives its key to who needs it.
 *
 * @returns undefined when it is so already, or when signatures are missing
 * @throws DaonetesError DAO4043 if a value that was known is to be replaced by itself
 */
export async function putSecret(session: Session, name: string, value: SecretValue, { newKey }: { newKey: boolean }): Promise<{ version: bigint } | undefined> {
  const desk = await SecretDesk.open(session, await session.group());
  const [planned] = await planSecrets(desk, [{ name, value, origin: "standard input", targets: [] }]);
  if (planned === undefined) return undefined;
  if (planned.value === undefined) {
    if (newKey) throw new DaonetesError({ code: "DAO4043", kind: "usage", message: `the new value of ${name} is the old one`, help: "whoever knew it still knows it: choose another value; nothing was sent" });
    done(session.output, `${name} has this value already   version ${planned.version}`);
    printResult(session, name, planned.version);
    return undefined;
  }
  const sender = await session.sender();
  const height = await sendBatches(sender, await stageSecrets(desk, [planned], sender.address, { newKey }));
  if (height === undefined) return undefined;
  done(session.output, `${name} sealed   version ${planned.version}    height ${height}`);
  await handOn(desk, sender, { scope: scopeOf(name), minHeight: height });
  printResult(session, name, planned.version);
  return { version: planned.version };
}

function printResult(session: Session, name: string, version: bigint): void {
  if (session.output.format === "table" || session.output.format === "wide") return;
  printObject(session.output, { name, version: String(version) }, [], name, undefined);
}
