import { isAddress } from "../address.ts";
import type { Council, Params, Proposal, Vote } from "../gen/daonetes/council/v1/core.ts";
import { ProposalStatus } from "../gen/daonetes/council/v1/core.ts";
import { QueryClientImpl } from "../gen/daonetes/council/v1/query.ts";
import type { Any } from "../gen/google/protobuf/any.ts";
import type { Rpc } from "../transport/rpc.ts";
import { collect } from "./page.ts";
import { named, parseId } from "./workgroup.ts";

/** A proposal with what belongs to it. */
export interface ProposalDetails {
  /** Its status is what it is now. */
  proposal: Proposal;
  /** Its messages; empty once it is closed. */
  messages: Any[];
  /** What the members said, by address. */
  votes: Vote[];
}

/** Reads of x/council. Every method throws DaonetesError: DAO5004 when the thing does not exist. */
export class CouncilQueries {
  readonly #query: QueryClientImpl;

  constructor(rpc: Rpc) {
    this.#query = new QueryClientImpl(rpc);
  }

  async params(): Promise<Params> {
    return (await this.#query.Params({})).params as Params;
  }

  /** @param reference decimal id, name, or the council's own address */
  council(reference: string | bigint): Promise<Council> {
    const text = String(reference);
    return named("council", text, async () => {
      const id = parseId(reference);
      if (id !== undefined) return (await this.#query.Council({ councilId: id })).council as Council;
      const answer = isAddress(text) ? await this.#query.CouncilByAddress({ address: text }) : await this.#query.CouncilByName({ name: text });
      return answer.council as Council;
    });
  }

  /** @param member only councils of this member; absent = all */
  councils(member = ""): Promise<Council[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Councils({ member, pagination });
      return { items: answer.councils, pagination: answer.pagination };
    });
  }

  proposal(id: bigint): Promise<ProposalDetails> {
    return named("proposal", String(id), async () => {
      const { proposal, messages, votes } = await this.#query.Proposal({ proposalId: id });
      return { proposal: proposal as Proposal, messages, votes };
    });
  }

  /** Proposals of a council by id. @param status only those in this standing; absent = all */
  proposals(councilId: bigint, status: ProposalStatus = ProposalStatus.PROPOSAL_STATUS_UNSPECIFIED): Promise<Proposal[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Proposals({ councilId, status, pagination });
      return { items: answer.proposals, pagination: answer.pagination };
    });
  }

  /** Proposals that take a vote of an address and have none of it yet, in all its councils. */
  inbox(member: string): Promise<Proposal[]> {
    return collect(async (pagination) => {
      const answer = await this.#query.Inbox({ member, pagination });
      return { items: answer.proposals, pagination: answer.pagination };
    });
  }
}
