import type { Params } from "../gen/daonetes/admission/v1/core.ts";
import { QueryClientImpl } from "../gen/daonetes/admission/v1/query.ts";
import type { Rpc } from "../transport/rpc.ts";

/** Reads of x/admission. */
export class AdmissionQueries {
  readonly #query: QueryClientImpl;

  constructor(rpc: Rpc) {
    this.#query = new QueryClientImpl(rpc);
  }

  async params(): Promise<Params> {
    return (await this.#query.Params({})).params as Params;
  }

  /** Type URLs of messages that the network does not take now. */
  async paused(): Promise<string[]> {
    return (await this.#query.Paused({})).typeUrls;
  }
}
