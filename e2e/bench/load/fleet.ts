import { Ed25519Key, joinProofText, ticketProofText, workgroup, workload } from "@daonetes/client";
import { type CanonicalSpec, encodeCanonical, hashSpec } from "@daonetes/client/compose";
import { buildUnorderedTx, DeviceInfo, encodeMessage, MsgClaimEpoch, MsgJoin, MsgReport, ReportState } from "@daonetes/client/device";
import { flood } from "./flood.ts";
import { CHAIN_ID } from "../../parts/validator-net.ts";
import type { Genesis, OurNetwork } from "./our-network.ts";
import { Person } from "../../parts/person.ts";

const { MsgCreateTicket, MsgApproveDevice } = workgroup;
const { MsgPublishSpec, MsgCreateDeployment } = workload;
/** Gas that people and agents ask for. */
const GAS = 400_000;
/** At most so many questions at once. */
const ASKED_AT_ONCE = 16;
const IMAGE = { name: "docker.io/library/nginx", digest: `sha256:${"a".repeat(64)}` } as const;
const SPEC: CanonicalSpec = { format: "daonetes.spec.v1", services: { web: { image: IMAGE, networks: { default: {} } } }, networks: { default: {} } };

/** A group, who decides for it, and its ticket. */
interface Lab {
  id: bigint;
  authority: Person;
  ticket: Ed25519Key;
  ticketAccount: bigint;
}

/** A device of a lab, as far as its life went. */
interface Member {
  lab: Lab;
  key: Ed25519Key;
  account: bigint;
  deployment: bigint;
}

/** Many groups with a device each: their transactions are signed before they are sent. */
export class Fleet {
  readonly #labs: Lab[];
  readonly #network: OurNetwork;
  #members: Member[] = [];
  #round = 0;

  private constructor(network: OurNetwork, labs: Lab[]) {
    this.#network = network;
    this.#labs = labs;
  }

  /** Keys of those who decide, each for one group. They stand in the genesis. */
  static people(count: number): Promise<Person[]> {
    // Number 0 is who runs the validators.
    return Promise.all(Array.from({ length: count }, (_, index) => Person.create("daonet", index + 1, CHAIN_ID)));
  }

  /** What the genesis has more: an account and a group for each of them. */
  static inGenesis(people: readonly Person[]): (genesis: Genesis) => void {
    return ({ genesis_time: created_at, app_state: { auth, workgroup } }) => {
      auth.accounts.push(...people.map(({ address, accountNumber }) => ({ "@type": "/cosmos.auth.v1beta1.BaseAccount", address, account_number: String(accountNumber), sequence: "0" })));
      workgroup["groups"] = people.map(({ address }, index) => ({ id: String(index + 1), name: `lab-${index}`, authority: address, created_at, policy: { lease: "0s" } }));
      workgroup["next_group_id"] = String(people.length + 1);
    };
  }

  /** Gives every group a ticket and a spec. @param rounds how many devices a ticket has to let in */
  static async found(network: OurNetwork, people: readonly Person[], rounds: number): Promise<Fleet> {
    const labs = people.map((authority, index): Lab => ({ id: BigInt(index + 1), authority, ticket: Ed25519Key.generate(), ticketAccount: 0n }));
    const content = encodeCanonical(SPEC);
    const txs = await Promise.all(
      labs.map(async ({ id, authority, ticket }) => {
        const proof = ticket.sign(ticketProofText(CHAIN_ID, id, ticket.publicKey));
        const created = MsgCreateTicket.fromPartial({ authority: authority.address, groupId: id, pubKey: ticket.publicKey, proof, maxUses: rounds, ttl: { seconds: 86_400n, nanos: 0 } });
        const published = MsgPublishSpec.fromPartial({ publisher: authority.address, groupId: id, name: "app", content });
        return [
          await authority.sign(encodeMessage("/daonetes.workgroup.v1.MsgCreateTicket", MsgCreateTicket, created), GAS),
          await authority.sign(encodeMessage("/daonetes.workload.v1.MsgPublishSpec", MsgPublishSpec, published), GAS),
        ];
      }),
    );
    await flood(network.nodes, txs.map(([ticket]) => ticket as Uint8Array));
    await flood(network.nodes, txs.map(([, spec]) => spec as Uint8Array));
    await eachOf(labs, async (lab) => {
      lab.ticketAccount = (await network.client.account(lab.ticket.address)).accountNumber;
    });
    return new Fleet(network, labs);
  }

  /** A device for every group; from here on the others speak of these. */
  async joins(): Promise<Uint8Array[]> {
    this.#round++;
    this.#members = this.#labs.map((lab) => ({ lab, key: Ed25519Key.generate(), account: 0n, deployment: 0n }));
    const lastBlockTime = await this.#blockTime();
    const info = DeviceInfo.create({ nameHint: "d", platform: "linux/amd64" });
    return this.#members.map(({ lab, key }) => {
      const proof = key.sign(joinProofText(CHAIN_ID, lab.id, lab.ticket.address, key.publicKey, info));
      const message = MsgJoin.create({ ticket: lab.ticket.address, pubKey: key.publicKey, info, proof });
      return this.#unordered(lab.ticket, lab.ticketAccount, lastBlockTime, encodeMessage("/daonetes.workgroup.v1.MsgJoin", MsgJoin, message));
    });
  }

  approvals(): Promise<Uint8Array[]> {
    return Promise.all(
      this.#members.map(({ lab, key }) => {
        const message = MsgApproveDevice.fromPartial({ authority: lab.authority.address, device: key.address, name: `d${this.#round}` });
        return lab.authority.sign(encodeMessage("/daonetes.workgroup.v1.MsgApproveDevice", MsgApproveDevice, message), GAS);
      }),
    );
  }

  deployments(): Promise<Uint8Array[]> {
    const specHash = hashSpec(encodeCanonical(SPEC));
    return Promise.all(
      this.#members.map(({ lab, key }) => {
        const placement = { devices: [key.address] };
        const message = MsgCreateDeployment.fromPartial({ authority: lab.authority.address, groupId: lab.id, name: `app-${this.#round}`, specHash, placement, rollout: {}, inheritOfflinePolicy: true });
        return lab.authority.sign(encodeMessage("/daonetes.workload.v1.MsgCreateDeployment", MsgCreateDeployment, message), GAS);
      }),
    );
  }

  /** Lets every device say that it is there. */
  async claimEpochs(): Promise<void> {
    const { client, nodes } = this.#network;
    await eachOf(this.#members, async (member) => {
      member.account = (await client.account(member.key.address)).accountNumber;
      member.deployment = (await client.workload.deployment(member.lab.id, `app-${this.#round}`)).id;
    });
    const lastBlockTime = await this.#blockTime();
    const claims = this.#members.map(({ key, account }) =>
      this.#unordered(key, account, lastBlockTime, encodeMessage("/daonetes.workload.v1.MsgClaimEpoch", MsgClaimEpoch, MsgClaimEpoch.create({ device: key.address, epoch: 1n, instance: "bench" }))),
    );
    await flood(nodes, claims);
  }

  /** The first status record of every device on its deployment. */
  async reports(): Promise<Uint8Array[]> {
    const lastBlockTime = await this.#blockTime();
    return this.#members.map(({ key, account, deployment }) => {
      const message = MsgReport.create({ device: key.address, epoch: 1n, sequence: 1n, reports: [{ deploymentId: deployment, revision: 1n, state: ReportState.REPORT_STATE_HEALTHY }] });
      return this.#unordered(key, account, lastBlockTime, encodeMessage("/daonetes.workload.v1.MsgReport", MsgReport, message));
    });
  }

  async #blockTime(): Promise<{ seconds: bigint; nanos: number }> {
    return (await this.#network.client.status()).time;
  }

  #unordered(key: Ed25519Key, accountNumber: bigint, lastBlockTime: { seconds: bigint; nanos: number }, message: ReturnType<typeof encodeMessage>): Uint8Array {
    return buildUnorderedTx({ key, chainId: CHAIN_ID, accountNumber, messages: [message], lastBlockTime, gas: BigInt(GAS) }).txBytes;
  }
}

/** Does something for each, some at once. */
async function eachOf<T>(values: readonly T[], run: (value: T) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: ASKED_AT_ONCE }, async () => {
      for (let value = values[next++]; value !== undefined; value = values[next++]) await run(value);
    }),
  );
}
