import {
  broadcast,
  buildUnorderedTx,
  chainRpcUrl,
  CometRpc,
  DaonetesClient,
  DaonetesError,
  DeviceInfo,
  DeviceStatus,
  Ed25519Key,
  encodeMessage,
  FeePayer,
  isNotFound,
  joinProofText,
  MsgJoin,
  type TicketText,
  waitForTx,
} from "@daonetes/client/device";

const JOIN_GAS = 400_000n;

/** Where the device stands after joining. */
export interface Joined {
  status: DeviceStatus;
  name: string;
  /** Height of the block in which it joined; 0 = it was in the group before. */
  height: bigint;
}

/**
 * Joins the group of a ticket, whose network was compared before (`requireNetwork`).
 * @throws DaonetesError what the chain says of the ticket
 */
export async function joinGroup(ticket: TicketText, key: Ed25519Key, info: DeviceInfo): Promise<Joined> {
  const client = DaonetesClient.fromRpc(new CometRpc(chainRpcUrl(ticket.gateway)));
  const known = await deviceIfKnown(client, key.address);
  if (known !== undefined) {
    if (known.groupId !== ticket.groupId) {
      throw new DaonetesError({
        code: "DAO4010",
        kind: "failed",
        message: `this device's key already belongs to group ${known.groupId}`,
        help: "one key serves one group: use another state folder (--state) for a second membership",
      });
    }
    return { status: known.status, name: known.name, height: 0n };
  }

  const ticketKey = Ed25519Key.fromSeed(ticket.secret);
  const account = await client.account(ticketKey.address);
  const status = await client.status();
  const message = MsgJoin.create({
    ticket: ticketKey.address,
    pubKey: key.publicKey,
    info,
    proof: key.sign(joinProofText(ticket.chainId, ticket.groupId, ticketKey.address, key.publicKey, info)),
  });
  const { txBytes } = buildUnorderedTx({
    key: ticketKey,
    chainId: ticket.chainId,
    accountNumber: account.accountNumber,
    messages: [encodeMessage("/daonetes.workgroup.v1.MsgJoin", MsgJoin, message)],
    lastBlockTime: status.time,
    gas: JOIN_GAS,
    fee: await new FeePayer(client.transport, ticketKey.address, async () => (await client.admission.params()).gasPrices).feeFor(JOIN_GAS),
  });
  const { height } = await waitForTx(client.rpc, await broadcast(client.rpc, txBytes));
  const device = await client.workgroup.deviceByAddress(key.address);
  return { status: device.status, name: device.name, height };
}

/** @throws DaonetesError DAO5030 or DAO5031 when the gateway serves another network than the pinned one */
export async function requireNetwork(client: DaonetesClient, chainId: string, genesisHash: string): Promise<void> {
  const status = await client.status();
  if (status.chainId !== chainId) {
    throw new DaonetesError({
      code: "DAO5030",
      kind: "failed",
      message: `the gateway serves the chain ${status.chainId}, the ticket is for ${chainId}`,
      help: "ask for a ticket of the right network; nothing was sent",
    });
  }
  const found = await client.genesisHash();
  if (found !== genesisHash) {
    throw new DaonetesError({
      code: "DAO5031",
      kind: "failed",
      message: `the network ${chainId} behind the gateway has another genesis than the ticket names`,
      help: "the network was made anew, or this is another one under the same name; ask for a new ticket. Nothing was sent",
    });
  }
}

async function deviceIfKnown(
  client: DaonetesClient,
  address: string,
): Promise<{ groupId: bigint; status: DeviceStatus; name: string } | undefined> {
  try {
    return await client.workgroup.deviceByAddress(address);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
