import { council, councilMessages, messagesHash, proposedMessages, responseOf, SigningClient, type workgroup, workgroupMessages, workloadMessages } from "@daonetes/client";
import { DirectSecp256k1HdWallet, type EncodeObject } from "@cosmjs/proto-signing";
import type { OurDeployments } from "./our-deployments.ts";
import { atMost, report, takePairs } from "./pairs.ts";
import { timeToStart } from "./start-time.ts";

/** L7: a deployment that two of three decide, against the same that one key signs. Between the two the group changes hands. */
export async function benchDecision(ours: OurDeployments): Promise<void> {
  const specHash = await ours.publish(1);
  const board = await Board.create(ours);
  const pairs = await takePairs(async (round) => {
    await board.takeOver();
    const decided = await board.time(`decided-${round}`, specHash);
    await board.handBack();
    await ours.remove(`decided-${round}`);
    return { ours: decided, peer: await ours.time(`alone-${round}`, specHash, 1) };
  });
  await report(
    {
      id: "L7",
      metric: "proposal, second approval, to container start, proof included, one validator",
      peer: "the same deployment signed by one key",
      peerVersion: "this commit",
      unit: "ms",
      goal: atMost(2),
      note: "two transactions one after the other; the approver signs once the proposal is in a block",
    },
    pairs,
  );
}

/** A council of three in which two decide, over the group of the benchmarks. */
class Board {
  readonly #ours: OurDeployments;
  readonly #second: SigningClient;
  readonly #council: council.Council;
  readonly #group: workgroup.Group;

  private constructor(ours: OurDeployments, second: SigningClient, found: council.Council, group: workgroup.Group) {
    this.#ours = ours;
    this.#second = second;
    this.#council = found;
    this.#group = group;
  }

  static async create(ours: OurDeployments): Promise<Board> {
    const { client, signing } = ours;
    const [bob, carol] = await Promise.all([0, 1].map(() => DirectSecp256k1HdWallet.generate(12, { prefix: "daonet" })));
    const [second, third] = await Promise.all([bob, carol].map(async (wallet) => (await wallet?.getAccounts())?.[0]?.address ?? ""));
    const members = [signing.address, second, third].map((address) => ({ address: address ?? "", weight: 1n, name: "" }));
    const outcome = await signing.send([councilMessages.createCouncil({ creator: signing.address, name: `bench-${Date.now()}`, members, defaultThreshold: 2n })]);
    const { councilId } = responseOf(outcome, 0, "/daonetes.council.v1.MsgCreateCouncilResponse", council.MsgCreateCouncilResponse);
    const { chainId } = await client.status();
    return new Board(ours, await SigningClient.create({ client, signer: bob!, chainId }), await client.council.council(councilId), await client.workgroup.group(ours.groupId));
  }

  /** The group goes from the first member's key to the council. */
  async takeOver(): Promise<void> {
    const { signing, groupId } = this.#ours;
    await signing.send([workgroupMessages.proposeAuthority({ authority: signing.address, groupId, newAuthority: this.#council.address })]);
    await this.#decide([workgroupMessages.acceptAuthority({ authority: this.#council.address, groupId })]);
  }

  async handBack(): Promise<void> {
    const { signing, groupId } = this.#ours;
    await this.#decide([workgroupMessages.proposeAuthority({ authority: this.#council.address, groupId, newAuthority: signing.address })]);
    await signing.send([workgroupMessages.acceptAuthority({ authority: signing.address, groupId })]);
  }

  /** Milliseconds from the proposal of a deployment to the start of its container. */
  async time(name: string, specHash: string): Promise<number> {
    const message = workloadMessages.createDeployment({
      authority: this.#council.address,
      groupId: this.#group.id,
      name,
      specHash,
      placement: { devices: [this.#ours.device] },
      rollout: {},
      inheritOfflinePolicy: true,
    });
    return timeToStart(`com.docker.compose.project=daonet-home-${name}`, 1, () => this.#decide([message]));
  }

  async #decide(messages: readonly EncodeObject[]): Promise<void> {
    const { signing } = this.#ours;
    const packed = await proposedMessages(messages);
    const submit = councilMessages.submit({ proposer: signing.address, councilId: this.#council.id, title: "bench", messages: packed });
    const { proposalId } = responseOf(await signing.send([submit]), 0, "/daonetes.council.v1.MsgSubmitResponse", council.MsgSubmitResponse);
    const approve = councilMessages.approve({ member: this.#second.address, proposalId, messagesHash: messagesHash(packed) });
    const outcome = responseOf(await this.#second.send([approve], { gas: 3_000_000n }), 0, "/daonetes.council.v1.MsgApproveResponse", council.MsgApproveResponse).outcome;
    if (outcome?.status !== council.ProposalStatus.PROPOSAL_STATUS_EXECUTED) throw new Error(`proposal ${proposalId} was not carried out`);
  }
}
