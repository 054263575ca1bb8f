import { workgroupMessages } from "../../index.ts";
import type { Sender } from "../sender.ts";
import type { SecretDesk } from "./secret-desk.ts";

/**
 * Registers this person's age recipient where others, or an earlier key, are registered: keys can then be handed to them.
 * @returns false if signatures are missing, which was said
 */
export async function register(desk: SecretDesk, sender: Sender): Promise<boolean> {
  const own = await desk.own();
  if (own === undefined || own.address !== sender.address || !(await desk.entitled()).has(own.address)) return true;
  if ((await desk.people()).some(({ address, recipient }) => address === own.address && recipient === own.recipient)) return true;
  return (await sender.send([workgroupMessages.setRecipient({ address: own.address, ageRecipient: own.recipient })])) !== undefined;
}
