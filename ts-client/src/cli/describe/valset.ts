import { consensusAddress, type DaonetesClient, type valset as types } from "../../index.ts";
import type { Describer } from "./description.ts";

const TYPE = "/daonetes.valset.v1.Msg";

/** Describers of x/valset's messages by type URL. */
export const valsetDescribers: Record<string, Describer> = {
  [`${TYPE}AddValidator`]: (_client, { moniker, power, operator, consPubKey }: types.MsgAddValidator) =>
    Promise.resolve({
      title: `give ${moniker || "a node"} a seat with power ${power}`,
      lines: [`key ${consensusAddress(consPubKey)}   operator ${operator}`],
    }),
  [`${TYPE}RemoveValidator`]: async (client, { validatorId }: types.MsgRemoveValidator) => ({
    title: `take the seat of ${await seatName(client, validatorId)} away for ever`,
    lines: [],
  }),
  [`${TYPE}SetPower`]: async (client, { validatorId, power }: types.MsgSetPower) => ({
    title: `give ${await seatName(client, validatorId)} power ${power}`,
    lines: [],
  }),
  [`${TYPE}RotateKey`]: async (client, { validatorId, consPubKey }: types.MsgRotateKey) => ({
    title: `give ${await seatName(client, validatorId)} another key`,
    lines: [`new key ${consensusAddress(consPubKey)}; its node has to run with it before`],
  }),
  [`${TYPE}ProposeNetworkAuthority`]: (_client, { authority, newAuthority }: types.MsgProposeNetworkAuthority) =>
    Promise.resolve(
      newAuthority === authority
        ? { title: "take the offer of the network back", lines: [] }
        : { title: "offer the network to another authority", lines: [`to ${newAuthority}, who has to accept`] },
    ),
  [`${TYPE}AcceptNetworkAuthority`]: () => Promise.resolve({ title: "take over the authority over the network", lines: [] }),
};

async function seatName(client: DaonetesClient, id: bigint): Promise<string> {
  const seat = (await client.valset.validators()).find((one) => one.id === id);
  return seat?.moniker || `seat ${id}`;
}
