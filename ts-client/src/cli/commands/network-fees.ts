import type { Command } from "commander";
import { type admission, admissionMessages, costOf, DaonetesError } from "../../index.ts";
import { actingFor } from "../acting.ts";
import type { SessionOf } from "../command.ts";
import { done, hint } from "../output.ts";
import { txText } from "../tx-text.ts";

const PRICE = /^(?<denom>[a-zA-Z][a-zA-Z0-9/:._-]{2,127})=(?<price>[1-9]\d{0,12})$/;
/** What a device may use in a day unless it is said: some thousand reports. */
const GAS_OF_A_DAY = 2_000_000_000n;
/** Gas with which fees can be taken back for sure. */
const GAS_OF_A_CHANGE = 10_000_000n;

/** `network fees`: prices of gas, for networks whose members pay for what they send. */
export function registerNetworkFees(network: Command, sessionOf: SessionOf): void {
  network
    .command("fees")
    .description("let transactions cost coins, or nothing again")
    .argument("[prices...]", "units of a coin for 1,000,000 gas: udaonet=1000")
    .option("--daily <units>", "what a device or ticket may spend in a day, in units of the first coin")
    .option("--none", "take no fees any more")
    .action(async (texts: string[], { daily, none }: { daily?: string; none?: boolean }, command: Command) => {
      const session = sessionOf(command);
      if ((texts.length === 0) === (none === undefined)) {
        throw new DaonetesError({ code: "DAO1071", kind: "usage", message: "which fees?", help: "daonetes network fees udaonet=1000 --daily 5000000, or --none" });
      }
      const client = await session.client();
      const [params, authority] = [await client.admission.params(), await client.valset.authority()];
      const gasPrices = texts.map(parsePrice);
      const acting = await actingFor(session, authority, "the network");
      if (gasPrices.length > 0) {
        // Whoever signs the next change has to pay for it.
        const { balanceOf } = await import("../../fees/funds.ts");
        const amounts = await Promise.all(gasPrices.map(async (price) => (await balanceOf(client.transport, acting.sender.address, price.denom)) >= BigInt(costOf(price, GAS_OF_A_CHANGE).amount)));
        if (!amounts.includes(true)) {
          throw new DaonetesError({ code: "DAO3074", kind: "denied", message: `${acting.sender.address} has not enough ${gasPrices.map(({ denom }) => denom).join(" or ")} to take the fees back`, help: "choose a coin that it has, or a lower price; nothing was sent" });
        }
        if (!(await session.confirm("From the next block every transaction costs coins, and devices that joined before have no allowance. Take fees?"))) return;
      }
      const [first] = gasPrices;
      const dailyAllowance = first === undefined ? 0n : BigInt(parseUnits(daily ?? costOf(first, GAS_OF_A_DAY).amount));
      const outcome = await acting.send([admissionMessages.updateParams({ authority, params: { ...params, gasPrices, dailyAllowance } })]);
      if (outcome === undefined) return;
      done(session.output, `${gasPrices.map(({ denom, perMillionGas }) => `1,000,000 gas cost ${perMillionGas} ${denom}`).join(" or ") || "no fees"}    ${txText(outcome)}`);
      if (first !== undefined) hint(session.output, `devices that joined before:  daonetes coins allow DEVICE      each may spend ${dailyAllowance} ${first?.denom ?? ""} a day`);
    });
}

/** @throws DaonetesError DAO1071 */
function parsePrice(text: string): admission.GasPrice {
  const match = PRICE.exec(text)?.groups;
  if (match === undefined) throw new DaonetesError({ code: "DAO1071", kind: "usage", message: `"${text}" is no price`, help: "a coin and its units for 1,000,000 gas: udaonet=1000" });
  return { denom: match["denom"] ?? "", perMillionGas: BigInt(match["price"] ?? "") };
}

function parseUnits(text: string): string {
  if (/^[1-9]\d{0,12}$/.test(text)) return text;
  throw new DaonetesError({ code: "DAO1071", kind: "usage", message: `"${text}" is no amount`, help: "a whole number of units of the first coin" });
}
