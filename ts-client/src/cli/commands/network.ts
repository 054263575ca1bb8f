import type { Command } from "commander";
import { cancelUpgrade, CometRpc, DaonetesError, isNotFound, makesBlocks, readUpgradePlan, setOf, softwareUpgrade, type UpgradePlan } from "../../index.ts";
import { actingFor } from "../acting.ts";
import type { SessionOf } from "../command.ts";
import { age, done, hint, printList, printObject, visible } from "../output.ts";
import type { Session } from "../session.ts";
import { txText } from "../tx-text.ts";
import { activeSeats, readValidatorSet } from "../validator-checks.ts";
import { registerNetworkAuthority } from "./network-authority.ts";
import { registerNetworkFees } from "./network-fees.ts";
import { registerNetworkPause } from "./network-pause.ts";

const DEFAULT_NODE = "http://127.0.0.1:26657";
/** Blocks between now and an upgrade, at least: operators need time to place the binary. */
const MIN_BLOCKS_AHEAD = 20n;

interface NetInfo {
  peers: { node_info: { id: string; moniker: string; listen_addr: string }; is_outbound: boolean; remote_ip: string }[];
}

/** `network`: the network as a whole. */
export function registerNetwork(program: Command, sessionOf: SessionOf): void {
  const network = program.command("network").description("the network: standing, peers, upgrades");

  network
    .command("status")
    .description("show height, validators, authority and what is planned")
    .action(async (_options: object, command: Command) => {
      const session = sessionOf(command);
      await showStatus(session);
    });

  network
    .command("peers")
    .description("list the peers of a node of yours")
    .option("--node <url>", "its RPC", DEFAULT_NODE)
    .action(async ({ node }: { node: string }, command: Command) => {
      const session = sessionOf(command);
      const { peers } = await new CometRpc(node.replace(/\/+$/, "")).call<NetInfo>("net_info").catch((error: unknown) => {
        throw new DaonetesError({
          code: "DAO5001",
          kind: "unreachable",
          message: `the node at ${node} does not answer`,
          help: "name its RPC, which listens on loopback by default: --node http://127.0.0.1:26657, through a tunnel from elsewhere",
          cause: error,
        });
      });
      const items = peers.map(({ node_info, is_outbound, remote_ip }) => ({ id: node_info.id, name: visible(node_info.moniker), address: remote_ip, dialled: is_outbound }));
      const columns = [
        { title: "NAME", value: (item: (typeof items)[number]) => item.name },
        { title: "ADDRESS", value: (item: (typeof items)[number]) => item.address },
        { title: "DIALLED BY", value: (item: (typeof items)[number]) => (item.dialled ? "this node" : "the peer") },
        { title: "ID", value: (item: (typeof items)[number]) => item.id },
      ];
      printList(session.output, items, columns, ({ id }) => id, undefined, "no peers: persistent_peers of config.toml names them");
    });

  network
    .command("upgrade")
    .description("plan an upgrade of every node, or take it back")
    .argument("[name]", "name of the upgrade, as the new binary knows it")
    .option("--height <height>", "first block that the new binary makes")
    .option("--info <text>", "text for operators", "")
    .option("--cancel", "take the planned upgrade back")
    .action(async (name: string | undefined, { height, info, cancel }: { height?: string; info: string; cancel?: boolean }, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const planned = await readUpgradePlan(client.transport);
      if (cancel === true) {
        if (planned === undefined) throw new DaonetesError({ code: "DAO3065", kind: "not_found", message: "no upgrade is planned", help: "daonetes network status; nothing was sent" });
        const acting = await actingFor(session, await client.valset.authority(), "the network");
        const outcome = await acting.send([cancelUpgrade(acting.authority)]);
        if (outcome !== undefined) done(session.output, `the upgrade ${planned.name} is taken back    ${txText(outcome)}`);
        return;
      }
      const plan = await checkedPlan(session, name, height, info, planned);
      const acting = await actingFor(session, await client.valset.authority(), "the network");
      const outcome = await acting.send([softwareUpgrade(acting.authority, plan)], { title: `upgrade to ${plan.name} at height ${plan.height}` });
      if (outcome === undefined) return;
      done(session.output, `upgrade ${plan.name} at height ${plan.height}    ${txText(outcome)}`);
      hint(session.output, `every node needs the new binary by then, in cosmovisor/upgrades/${plan.name}/bin/; take it back: daonetes network upgrade --cancel`);
    });

  registerNetworkAuthority(network, sessionOf);
  registerNetworkPause(network, sessionOf);
  registerNetworkFees(network, sessionOf);
}

async function showStatus(session: Session): Promise<void> {
  const client = await session.client();
  const [status, set, { authority, pendingAuthority }, plan, params, paused] = await Promise.all([
    client.status(),
    readValidatorSet(client),
    client.valset.authorities(),
    readUpgradePlan(client.transport),
    client.admission.params(),
    client.admission.paused(),
  ]);
  const council = await client.council.council(authority).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  const active = activeSeats(set);
  const power = setOf(active.map(({ seat, signs }) => ({ power: seat.targetPower, runs: signs })));
  const signing = active.filter(({ signs }) => signs);
  const silent = active.filter(({ signs }) => !signs).map(({ seat }) => seat.moniker || String(seat.id));
  const lines: [string, string][] = [
    ["network", status.chainId],
    ["height", `${status.height}   ${age(Date.now() - Number(status.time.seconds) * 1000)} ago`],
    ["validators", `${signing.length} of ${active.length} sign, with ${power.running} of ${power.total} power${silent.length === 0 ? "" : `   not: ${silent.join(", ")}`}`],
    ["may be down", sparePower(power, signing.map(({ seat }) => seat.targetPower))],
    ["authority", council === undefined ? authority : `${council.name} (council, ${authority})`],
    ...(pendingAuthority === "" ? [] : [["offered to", pendingAuthority] as [string, string]]),
    ["upgrade", plan === undefined ? "none planned" : `${plan.name} at height ${plan.height}`],
    ["paused", paused.join(", ") || "nothing"],
    ["fees", params.gasPrices.map(({ denom, perMillionGas }) => `${perMillionGas} ${denom} for 1,000,000 gas`).join(" or ") || "none"],
  ];
  const document = {
    chainId: status.chainId,
    validators: { signing: signing.length, seats: active.length, power, silent, makesBlocks: makesBlocks(power) },
    authority,
    council: council?.name ?? null,
    offeredTo: pendingAuthority || null,
    upgrade: plan ?? null,
    paused,
    gasPrices: params.gasPrices,
  };
  printObject(session.output, document, lines, status.chainId, status.height);
}

/** How many of those that sign could stop before the network does, the largest first. */
function sparePower({ total, running }: { total: bigint; running: bigint }, powers: readonly bigint[]): string {
  let left = running;
  let count = 0;
  for (const power of [...powers].sort((a, b) => (a < b ? 1 : -1))) {
    left -= power;
    if (3n * left <= 2n * total) break;
    count++;
  }
  return count === 0 ? "none of them: the next one stops the network" : `${count} of them`;
}

/** @throws DaonetesError DAO1053 without a name and a height; DAO3066 for a plan that cannot work */
async function checkedPlan(session: Session, name: string | undefined, text: string | undefined, info: string, planned: UpgradePlan | undefined): Promise<UpgradePlan> {
  if (name === undefined || text === undefined || !/^[0-9]{1,18}$/.test(text)) {
    throw new DaonetesError({ code: "DAO1053", kind: "usage", message: "an upgrade has a name and a height", help: "daonetes network upgrade NAME --height 120000" });
  }
  const refuse = (message: string, help: string): DaonetesError => new DaonetesError({ code: "DAO3066", kind: "denied", message, help: `${help}; nothing was sent` });
  if (planned !== undefined) throw refuse(`the upgrade ${planned.name} is planned at height ${planned.height} already`, "take it back first: daonetes network upgrade --cancel");
  const height = BigInt(text);
  const now = (await (await session.client()).status()).height;
  if (height < now + MIN_BLOCKS_AHEAD) {
    throw refuse(`the network is at height ${now}; at ${height} nobody would have placed the new binary`, `name a height from ${now + MIN_BLOCKS_AHEAD} on, far enough for every operator`);
  }
  return { name, height, info };
}
