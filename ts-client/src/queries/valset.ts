import type { Params, Validator } from "../gen/daonetes/valset/v1/core.ts";
import { QueryClientImpl } from "../gen/daonetes/valset/v1/query.ts";
import type { Rpc } from "../transport/rpc.ts";
import { collect } from "./page.ts";

/** Reads of x/valset. */
export class ValsetQueries {
  readonly #query: QueryClientImpl;

  constructor(rpc: Rpc) {
    this.#query = new QueryClientImpl(rpc);
  }

  async params(): Promise<Params> {
    return (await this.#query.Params({})).params as Params;
  }

  /** Address of the network's authority. */
  async authority(): Promise<string> {
    return (await this.#query.Authority({})).authority;
  }

  /** The network's authority, and to whom it is offered; "" = to nobody. */
  async authorities(): Promise<{ authority: string; pendingAuthority: string }> {
    const { authority, pendingAuthority } = await this.#query.Authority({});
    return { authority, pendingAuthority };
  }

  validators(): Promise<Validator[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Validators({ pagination });
      return { items: answer.validators, pagination: answer.pagination };
    });
  }
}
