import type { EncodeObject } from "@cosmjs/proto-signing";
import {
  council as types,
  councilMessages,
  type DaonetesClient,
  DaonetesError,
  isNotFound,
  messagesHash,
  type ProposalDetails,
  proposedMessages,
  responseOf,
  type TxDone,
  weightOf,
  type workgroup,
} from "../index.ts";
import { seatWithin } from "./nesting.ts";
import { hint } from "./output.ts";
import { People } from "./people.ts";
import { tellPending } from "./proposal-text.ts";
import type { Sender } from "./sender.ts";
import type { Session } from "./session.ts";

const OUT_OF_GAS = "DAO5013";
const REFUSED = "DAO5022";
const SUBMITTED = "/daonetes.council.v1.MsgSubmitResponse";

/**
 * How a command acts for an authority. Messages name `authority` as their signer; whether a key signs them or a council
 * gets them as a proposal is decided here and nowhere else.
 */
export interface Acting {
  /** Signer that the messages have to name. */
  readonly authority: string;
  /**
   * Who signs the transaction, and may stage content: the authority itself, or a member of the council that it is; of a
   * person in a council inside that one, a key of theirs that the group names as publisher or operator.
   */
  readonly sender: Sender;
  /** The council, where the authority is one. */
  readonly council: types.Council | undefined;
  /** True: a key signs by itself, and what it sends is carried out at once. */
  readonly alone: boolean;
  /**
   * Signs the messages, or proposes them.
   * @returns the transaction with what the messages answered, without those of staging; undefined when more must sign:
   *   who, and the next command, was said, and the command ends with 3
   */
  send(messages: readonly EncodeObject[], options?: ActOptions): Promise<TxDone | undefined>;
}

export interface ActOptions {
  /** What a proposal is called; absent: what its messages do. */
  title?: string;
  /** Messages of the sender that come first, in the same transaction. */
  staging?: readonly EncodeObject[];
  /** Messages of the sender that come last, where it is `alone`; left out if the chain refuses them. */
  after?: readonly EncodeObject[];
  /** What else the one JSON document says while more must sign. */
  extra?: Record<string, unknown>;
}

/**
 * @param over what the authority is over, for people
 * @param group the group, where content may have to be staged: a publisher of it does that for a multisig
 * @throws DaonetesError DAO3010 when this key is neither the authority nor a member of the council that it is
 */
export async function actingFor(session: Session, authority: string, over: string, group?: workgroup.Group): Promise<Acting> {
  const sender = await session.sender();
  const multisig = await multisigFor(session, sender, authority);
  if (multisig !== undefined) return new MultisigActing(multisig, await stagerFor(session, sender, group));
  if (sender.address === authority) return new KeyActing(sender);
  const council = await sender.client.council.council(authority).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (council !== undefined) {
    const member = await memberSender(session, sender, council);
    if (member !== undefined) return new CouncilActing(session, member, council);
    const seat = await seatWithin(session, sender, council);
    if (seat !== undefined) return new NestedActing(session, await actingFor(session, seat.address, seat.name), council, await stagerFor(session, sender, group));
  }
  const who = council === undefined ? authority : `the council ${council.name}`;
  throw new DaonetesError({
    code: "DAO3010",
    kind: "denied",
    message: `the authority over ${over} is ${who}, this key is ${sender.address}${council === undefined ? "" : " and no member of it"}`,
    help:
      council === undefined
        ? "sign with another key (--key), or work on another group (--group); a multisig: daonetes key multisig NAME; nothing was sent"
        : `members sign for it: daonetes council members ${council.name}; nothing was sent`,
  });
}

/** The council of an address, if this person's key is a member of it. */
export async function councilOfMember(session: Session, address: string): Promise<types.Council | undefined> {
  const { address: own } = await session.keyring.show(await session.keyName());
  return (await (await session.client()).council.councils(own)).find((found) => found.address === address);
}

/** Who signs for a seat in a council: this key, or a multisig that it is a part of. */
export async function memberSender(session: Session, sender: Sender, council: types.Council): Promise<Sender | undefined> {
  if (weightOf(council, sender.address) > 0n) return sender;
  const known = (await session.keyring.list()).find(
    ({ address, multisig }) => multisig?.members.some((member) => member.address === sender.address) === true && weightOf(council, address) > 0n,
  );
  return known?.multisig === undefined ? undefined : session.multisigSender(known.name, known.multisig);
}

/** The multisig behind an authority, if this key is it or one of its members and its keys are known here. */
async function multisigFor(session: Session, sender: Sender, authority: string): Promise<Sender | undefined> {
  if (sender.multisig !== undefined) return sender.address === authority ? sender : undefined;
  const known = (await session.keyring.list()).find(({ address, multisig }) => address === authority && multisig?.members.some((member) => member.address === sender.address) === true);
  return known?.multisig === undefined ? undefined : session.multisigSender(known.name, known.multisig);
}

/** A key of this person that may stage content of the group, so that a multisig signs hashes only. */
async function stagerFor(session: Session, sender: Sender, group: workgroup.Group | undefined): Promise<Sender | undefined> {
  const stagers = new Set([...(group?.publishers ?? []), ...(group?.operators ?? [])]);
  if (sender.multisig === undefined) return stagers.has(sender.address) ? sender : undefined;
  const own = (await session.keyring.list()).find(({ address, kind }) => kind !== "multisig" && stagers.has(address));
  return own === undefined ? undefined : session.signing(own.name);
}

/** The gas that messages need; undefined where the chain refuses them. What goes along is left out then: others may have done it. */
export async function passes(sender: Sender, messages: readonly EncodeObject[]): Promise<{ gas: bigint } | undefined> {
  try {
    return { gas: await sender.estimateGas(messages) };
  } catch (error) {
    if (error instanceof DaonetesError && error.code === REFUSED) return undefined;
    throw error;
  }
}

class MultisigActing implements Acting {
  readonly authority: string;
  readonly council = undefined;
  readonly alone = false;
  readonly sender: Sender;
  readonly #multisig: Sender;

  /** @param stager who stages content; absent: the multisig itself, in the transaction that its members sign */
  constructor(multisig: Sender, stager: Sender | undefined) {
    this.#multisig = multisig;
    this.sender = stager ?? multisig;
    this.authority = multisig.address;
  }

  async send(messages: readonly EncodeObject[], { title, staging = [], extra = {} }: ActOptions = {}): Promise<TxDone | undefined> {
    if (this.sender === this.#multisig || staging.length === 0) return this.#multisig.send([...staging, ...messages], { ...(title === undefined ? {} : { title }), extra });
    if ((await this.sender.send(staging)) === undefined) return undefined;
    return this.#multisig.send(messages, { ...(title === undefined ? {} : { title }), extra });
  }
}

class KeyActing implements Acting {
  readonly authority: string;
  readonly council = undefined;
  readonly alone = true;
  readonly sender: Sender;

  constructor(sender: Sender) {
    this.sender = sender;
    this.authority = sender.address;
  }

  async send(messages: readonly EncodeObject[], { staging = [], after = [] }: ActOptions = {}): Promise<TxDone | undefined> {
    const own = [...staging, ...messages];
    const along = after.length === 0 ? undefined : await passes(this.sender, [...own, ...after]);
    const outcome = along === undefined ? await this.#sendWithGas(own) : await this.sender.send([...own, ...after], along);
    return outcome === undefined ? undefined : { ...outcome, responses: outcome.responses.slice(staging.length) };
  }

  /** The usual gas is enough for most: what it is not enough for changed nothing, and is sent once more with what it needs. */
  async #sendWithGas(messages: readonly EncodeObject[]): Promise<TxDone | undefined> {
    try {
      return await this.sender.send(messages);
    } catch (error) {
      if (error instanceof DaonetesError && error.code === OUT_OF_GAS) return this.sender.send(messages, { gas: await this.sender.estimateGas(messages) });
      throw error;
    }
  }
}

/** A member proposes, with a key or a multisig. */
class CouncilActing implements Acting {
  readonly authority: string;
  readonly council: types.Council;
  readonly alone = false;
  readonly sender: Sender;
  readonly #session: Session;

  constructor(session: Session, sender: Sender, council: types.Council) {
    this.#session = session;
    this.sender = sender;
    this.council = council;
    this.authority = council.address;
  }

  async send(messages: readonly EncodeObject[], options: ActOptions = {}): Promise<TxDone | undefined> {
    const { sender } = this;
    const { staging = [] } = options;
    return propose(this.#session, sender, this.council, sender.address, messages, options, async (submit) => {
      const all = [...staging, submit];
      // Where one approval is enough the messages run at once: what would fail is said before anything is signed.
      const outcome = await sender.send(all, { gas: await sender.estimateGas(all) });
      return outcome === undefined ? undefined : { ...outcome, responses: outcome.responses.slice(staging.length) };
    });
  }
}

/** A member that is a council itself proposes: that is a proposal in it. */
class NestedActing implements Acting {
  readonly alone = false;
  readonly authority: string;
  readonly council: types.Council;
  readonly sender: Sender;
  readonly #session: Session;
  readonly #inner: Acting;
  readonly #mayStage: boolean;

  /**
   * @param inner acts for the member
   * @param stager key of this person that may stage content, so that hashes are what is decided; absent: none may
   */
  constructor(session: Session, inner: Acting, council: types.Council, stager: Sender | undefined) {
    this.#session = session;
    this.#inner = inner;
    this.#mayStage = stager !== undefined;
    this.sender = stager ?? inner.sender;
    this.council = council;
    this.authority = council.address;
  }

  async send(messages: readonly EncodeObject[], options: ActOptions = {}): Promise<TxDone | undefined> {
    const { staging = [] } = options;
    if (staging.length > 0 && !this.#mayStage) {
      throw new DaonetesError({
        code: "DAO3026",
        kind: "denied",
        message: `${this.sender.address} may not stage content: it is in the council ${this.#inner.council?.name ?? ""}, and not itself a member of ${this.council.name}`,
        help: `${this.council.name} names who may: daonetes group update GROUP --publisher ${this.sender.address}; nothing was sent`,
      });
    }
    const { council } = this;
    return propose(this.#session, this.sender, council, this.#inner.authority, messages, options, async (submit, title) => {
      if (staging.length > 0 && (await this.sender.send(staging, { gas: await this.sender.estimateGas(staging) })) === undefined) return undefined;
      return this.#inner.send([submit], { title: `propose in ${council.name}: ${title}` });
    });
  }
}

/**
 * Puts messages before a council, unless the same ones are before it already.
 * @param sender of this person, to look with
 * @param proposer the member
 * @param submit sends the proposal; its answer comes first
 */
async function propose(
  session: Session,
  sender: Sender,
  council: types.Council,
  proposer: string,
  messages: readonly EncodeObject[],
  { title: wanted, extra = {} }: ActOptions,
  submit: (message: EncodeObject, title: string) => Promise<TxDone | undefined>,
): Promise<TxDone | undefined> {
  const { client } = sender;
  const packed = await proposedMessages(messages);
  const same = await sameProposal(client, council, messagesHash(packed));
  if (same !== undefined) {
    const people = await People.of(session, council);
    hint(session.output, `the same is proposed already${same.votes.some(({ member }) => member === proposer) ? "" : `: daonetes approve ${same.proposal.id}`}`);
    await tellPending(session, people, council, same, undefined, extra);
    return undefined;
  }
  const { titleOf } = await import("./describe/describe.ts");
  const title = wanted ?? (await titleOf(client, messages));
  const outcome = await submit(councilMessages.submit({ proposer, councilId: council.id, title, messages: packed }), title);
  if (outcome === undefined) return undefined;
  const answer = responseOf(outcome, 0, SUBMITTED, types.MsgSubmitResponse);
  const decided = answer.outcome as types.Outcome;
  if (decided.status === types.ProposalStatus.PROPOSAL_STATUS_EXECUTED) return { ...outcome, responses: decided.responses };
  const details = await client.council.proposal(answer.proposalId);
  await tellPending(session, await People.of(session, council), council, details, outcome, extra);
  return undefined;
}

/** An open proposal of exactly these messages: a command that is run twice proposes once. */
async function sameProposal(client: DaonetesClient, council: types.Council, hash: string): Promise<ProposalDetails | undefined> {
  const open = await client.council.proposals(council.id, types.ProposalStatus.PROPOSAL_STATUS_OPEN);
  const same = open.find(({ messagesHash: other }) => other === hash);
  return same === undefined ? undefined : client.council.proposal(same.id);
}
