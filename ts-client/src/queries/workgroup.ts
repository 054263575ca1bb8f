import type { Creator, Device, Group, Params, Ticket } from "../gen/daonetes/workgroup/v1/core.ts";
import { QueryClientImpl } from "../gen/daonetes/workgroup/v1/query.ts";
import { DaonetesError, isNotFound } from "../errors.ts";
import { isAddress } from "../address.ts";
import type { Rpc } from "../transport/rpc.ts";
import { collect } from "./page.ts";

/** Reads of x/workgroup. Every method throws DaonetesError: DAO3404 and its like when the thing does not exist. */
export class WorkgroupQueries {
  readonly #query: QueryClientImpl;

  constructor(rpc: Rpc) {
    this.#query = new QueryClientImpl(rpc);
  }

  async params(): Promise<Params> {
    return (await this.#query.Params({})).params as Params;
  }

  creators(): Promise<Creator[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Creators({ pagination });
      return { items: answer.creators, pagination: answer.pagination };
    });
  }

  /** @param idOrName decimal id, or name */
  group(idOrName: string | bigint): Promise<Group> {
    return named("group", String(idOrName), async () => {
      const id = parseId(idOrName);
      const answer =
        id === undefined
          ? await this.#query.GroupByName({ name: String(idOrName) })
          : await this.#query.Group({ groupId: id });
      return answer.group as Group;
    });
  }

  /** @param authority only groups under this address; absent = all */
  groups(authority = ""): Promise<Group[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Groups({ authority, pagination });
      return { items: answer.groups, pagination: answer.pagination };
    });
  }

  ticket(id: bigint): Promise<Ticket> {
    return named("ticket", String(id), async () => (await this.#query.Ticket({ ticketId: id })).ticket as Ticket);
  }

  ticketByAddress(address: string): Promise<Ticket> {
    return named("ticket", address, async () => (await this.#query.TicketByAddress({ address })).ticket as Ticket);
  }

  tickets(groupId: bigint): Promise<Ticket[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Tickets({ groupId, pagination });
      return { items: answer.tickets, pagination: answer.pagination };
    });
  }

  /** @param addressOrName address, or name of a device in the group */
  device(groupId: bigint, addressOrName: string): Promise<Device> {
    return named("device", addressOrName, async () => {
      const answer = isAddress(addressOrName)
        ? await this.#query.Device({ address: addressOrName })
        : await this.#query.DeviceByName({ groupId, name: addressOrName });
      return answer.device as Device;
    });
  }

  /** The age recipient of a person; "" = none is registered. */
  async recipient(address: string): Promise<string> {
    try {
      return (await this.#query.Recipient({ address })).recipient?.ageRecipient ?? "";
    } catch (error) {
      if (isNotFound(error)) return "";
      throw error;
    }
  }

  deviceByAddress(address: string): Promise<Device> {
    return named("device", address, async () => (await this.#query.Device({ address })).device as Device);
  }

  devices(groupId: bigint): Promise<Device[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Devices({ groupId, pagination });
      return { items: answer.devices, pagination: answer.pagination };
    });
  }
}

export function parseId(idOrName: string | bigint): bigint | undefined {
  if (typeof idOrName === "bigint") return idOrName;
  return /^[0-9]{1,19}$/.test(idOrName) ? BigInt(idOrName) : undefined;
}

/** Turns "not found" into an error that names the thing. */
export async function named<T>(noun: string, name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new DaonetesError({
      code: "DAO5004",
      kind: "not_found",
      message: `there is no ${noun} "${name}"`,
      help: `see what there is: daonetes ${noun} list`,
      cause: error,
    });
  }
}
