import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { DaonetesError } from "../index.ts";
import { actingFor } from "./acting.ts";
import { done, hint, printObject, visible } from "./output.ts";
import type { Session } from "./session.ts";
import { txText } from "./tx-text.ts";

/** Messages that one transaction may hold, as in a proposal. */
const MAX_MESSAGES = 16;

/**
 * Shows what messages do, and signs and sends them, or proposes them where their signer is a council.
 * @param path file with one message or a list of them in amino JSON, `{"type":"daonetes/..","value":{..}}`; `-` = stdin
 */
export async function sendRaw(session: Session, path: string): Promise<void> {
  const [{ createRegistry }, { messageOfAmino }, { actorOf }, { describe }] = await Promise.all([
    import("../registry.ts"),
    import("../amino/index.ts"),
    import("../audit/index.ts"),
    import("./describe/describe.ts"),
  ]);
  const registry = createRegistry();
  const messages = aminoMessages(await readText(session, path), path).map((message) => messageOfAmino(registry, message));
  const signers = new Set(messages.map(({ value }) => actorOf(value as Record<string, unknown>)));
  const [signer = ""] = signers;
  if (signers.size !== 1) {
    throw new DaonetesError({ code: "DAO1067", kind: "usage", message: `the messages of ${path} are for ${signers.size} signers: ${[...signers].join(", ")}`, help: "one transaction for each of them; nothing was sent" });
  }
  const client = await session.client();
  for (const message of messages) {
    const { title, lines } = await describe(client, message);
    hint(session.output, visible(title));
    for (const line of lines) hint(session.output, `  ${visible(line)}`);
  }
  const acting = await actingFor(session, signer === "" ? (await session.sender()).address : signer, path);
  if (!(await session.confirm(`Send ${messages.length === 1 ? "it" : `${messages.length} messages`}`))) return;
  const outcome = await acting.send(messages);
  if (outcome === undefined) return;
  done(session.output, `executed    ${txText(outcome)}`);
  if (session.output.format !== "table" && session.output.format !== "wide") printObject(session.output, { hash: outcome.hash, gas_used: String(outcome.gasUsed) }, [], outcome.hash, outcome.height);
}

async function readText(session: Session, path: string): Promise<string> {
  if (path === "-") return session.process.readStdin();
  return readFile(resolve(session.process.cwd, path), "utf8").catch((error: unknown) => {
    throw new DaonetesError({ code: "DAO2001", kind: "usage", message: `${path} cannot be read`, help: "is the path right?", cause: error });
  });
}

interface AminoMessage {
  type: string;
  value: never;
}

function aminoMessages(text: string, path: string): AminoMessage[] {
  const help = 'write it as {"type":"daonetes/MsgCordonDevice","value":{..}}, or a list of such messages';
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new DaonetesError({ code: "DAO1066", kind: "usage", message: `${path} is not JSON`, help, cause: error });
  }
  const list: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (list.length === 0 || list.length > MAX_MESSAGES) throw new DaonetesError({ code: "DAO1066", kind: "usage", message: `${path} holds ${list.length} messages, 1 to ${MAX_MESSAGES} can be sent`, help });
  for (const one of list) {
    const { type, value } = (typeof one === "object" && one !== null ? one : {}) as Record<string, unknown>;
    if (typeof type !== "string" || typeof value !== "object" || value === null) throw new DaonetesError({ code: "DAO1066", kind: "usage", message: `${path} holds something that is no message in amino JSON`, help });
  }
  return list as AminoMessage[];
}
