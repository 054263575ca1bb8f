import type { Command } from "commander";
import { type admission, type DaonetesClient, DaonetesError, isAddress } from "../../index.ts";
import { type Acting, actingFor } from "../acting.ts";
import { addressOf } from "../addressee.ts";
import { anyDevice } from "../any-device.ts";
import { parseCoin } from "../coin-text.ts";
import type { SessionOf } from "../command.ts";
import { done, printObject } from "../output.ts";
import type { Session } from "../session.ts";
import { txText } from "../tx-text.ts";

const NO_GROUP = "DAO1011";

/** `coins`: on a network that takes fees, who has what, and who may spend whose coins on them. */
export function registerCoins(program: Command, sessionOf: SessionOf): void {
  const coins = program.command("coins").description("on a network that takes fees: coins, and allowances to pay fees with");

  coins
    .command("show")
    .description("show what an address has, and who lets it spend their coins on fees")
    .argument("[who]", "device of the group, key, council or address; your own key if absent")
    .action(async (who: string | undefined, _options: object, command: Command) => show(sessionOf(command), who));

  coins
    .command("send")
    .description("send coins of your key")
    .argument("<to>", "key, council or address")
    .argument("<amount>", "such as 500udaonet")
    .action(async (to: string, amount: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const [prices, sender, address] = [await requirePrices(await session.client()), await session.sender(), await addressOf(session, to)];
      const coin = parseCoin(amount, prices);
      const { sendCoins } = await import("../../messages/coins.ts");
      const outcome = await sender.send([sendCoins(sender.address, address, coin)]);
      if (outcome !== undefined) done(session.output, `${coin.amount} ${coin.denom} sent to ${to}    ${txText(outcome)}`);
    });

  coins
    .command("allow")
    .description("let somebody spend coins on fees: those of the group's authority for its devices, your own for anybody else")
    .argument("<who>", "device of the group, key, council or address")
    .option("--daily <amount>", "most in a day; absent: what the network gives a device")
    .action(async (who: string, { daily }: { daily?: string }, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const [params, { acting, address }] = [await client.admission.params(), await granterFor(session, who)];
      const prices = await requirePrices(client);
      const coin = parseCoin(daily ?? String(params.dailyAllowance), prices);
      const [{ grantersOf }, { allowFees, disallowFees }] = await Promise.all([import("../../fees/funds.ts"), import("../../messages/coins.ts")]);
      const former = (await grantersOf(client.transport, address)).includes(acting.authority) ? [disallowFees(acting.authority, address)] : [];
      const outcome = await acting.send([...former, allowFees(acting.authority, address, coin)]);
      if (outcome !== undefined) done(session.output, `${who} may spend ${coin.amount} ${coin.denom} a day on fees    ${txText(outcome)}`);
    });

  coins
    .command("disallow")
    .description("take such an allowance back")
    .argument("<who>", "device of the group, key, council or address")
    .action(async (who: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      await requirePrices(await session.client());
      const { acting, address } = await granterFor(session, who);
      const { disallowFees } = await import("../../messages/coins.ts");
      const outcome = await acting.send([disallowFees(acting.authority, address)]);
      if (outcome !== undefined) done(session.output, `${who} may not spend coins on fees any more    ${txText(outcome)}`);
    });
}

async function show(session: Session, who: string | undefined): Promise<void> {
  const client = await session.client();
  const address = who === undefined ? (await session.sender()).address : ((await deviceOf(session, who)) ?? (await addressOf(session, who)));
  const [{ gasPrices }, { balanceOf, grantersOf }] = await Promise.all([client.admission.params(), import("../../fees/funds.ts")]);
  const [amounts, granters, status] = await Promise.all([Promise.all(gasPrices.map(({ denom }) => balanceOf(client.transport, address, denom))), grantersOf(client.transport, address), client.status()]);
  const coins = gasPrices.map(({ denom }, index) => ({ denom, amount: String(amounts[index]) }));
  const lines: [string, string][] = [
    ["address", address],
    ["coins", coins.map(({ denom, amount }) => `${amount} ${denom}`).join(", ") || "none: the network takes no fees"],
    ["may spend of", granters.join(", ") || "nobody else"],
  ];
  printObject(session.output, { address, coins, granters }, lines, address, status.height);
}

/** Who pays: the group's authority for its devices, whoever runs the command for anybody else. */
async function granterFor(session: Session, who: string): Promise<{ acting: Acting; address: string }> {
  const device = await deviceOf(session, who);
  if (device !== undefined) {
    const group = await session.group();
    return { acting: await actingFor(session, group.authority, group.name), address: device };
  }
  const own = (await session.sender()).address;
  return { acting: await actingFor(session, own, own), address: await addressOf(session, who) };
}

/** Address of a device of the group by name or address; undefined where it is none, or no group is chosen. */
async function deviceOf(session: Session, who: string): Promise<string | undefined> {
  const group = await session.group().catch((error: unknown) => {
    if (error instanceof DaonetesError && error.code === NO_GROUP) return undefined;
    throw error;
  });
  if (group === undefined) return undefined;
  const { id } = group;
  const client = await session.client();
  const devices = await client.workgroup.devices(id);
  if (!devices.some(({ name, address }) => (isAddress(who) ? address : name) === who)) return undefined;
  return (await anyDevice(client, id, who)).address;
}

/** @throws DaonetesError DAO3073 where coins are of no use */
async function requirePrices(client: DaonetesClient): Promise<readonly admission.GasPrice[]> {
  const { gasPrices } = await client.admission.params();
  if (gasPrices.length > 0) return gasPrices;
  throw new DaonetesError({ code: "DAO3073", kind: "conflict", message: "this network takes no fees: coins are of no use on it", help: "daonetes network status; nothing was sent" });
}
