import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { EncodeObject, Registry } from "@cosmjs/proto-signing";
import { BaseAccount } from "cosmjs-types/cosmos/auth/v1beta1/auth";
import { QueryAccountRequest, QueryAccountResponse } from "cosmjs-types/cosmos/auth/v1beta1/query";
import { TxMsgData } from "cosmjs-types/cosmos/base/abci/v1beta1/abci";
import { SimulateRequest, SimulateResponse } from "cosmjs-types/cosmos/tx/v1beta1/service";
import { TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import * as councilTypes from "../../src/gen/daonetes/council/v1/core.ts";
import * as councilQuery from "../../src/gen/daonetes/council/v1/query.ts";
import * as councilTx from "../../src/gen/daonetes/council/v1/tx.ts";
import * as groupTypes from "../../src/gen/daonetes/workgroup/v1/core.ts";
import * as groupQuery from "../../src/gen/daonetes/workgroup/v1/query.ts";
import * as loadTypes from "../../src/gen/daonetes/workload/v1/core.ts";
import * as loadQuery from "../../src/gen/daonetes/workload/v1/query.ts";
import * as loadTx from "../../src/gen/daonetes/workload/v1/tx.ts";
import type { ProvenReads } from "../../src/cli/proven-reads.ts";
import { neededWeight, weightOf } from "../../src/council-rules.ts";
import { messagesHash } from "../../src/proposal-content.ts";
import { createRegistry } from "../../src/registry.ts";
import { addressFromBytes, isAddress } from "../../src/address.ts";
import { councilIdKey, councilKey, deviceKey, groupKey } from "../../src/light/index.ts";
import { FakeSeats } from "./fake-seats.ts";
import { FakeSecrets } from "./fake-secrets.ts";

export { QueryProposalResponse } from "../../src/gen/daonetes/council/v1/query.ts";
export { QuerySpecContentResponse, QuerySpecResponse } from "../../src/gen/daonetes/workload/v1/query.ts";

type Answer = (request: Uint8Array) => Uint8Array | undefined;

/** Error of the chain, with codespace and code. */
class Refusal extends Error {
  readonly codespace: string;
  readonly code: number;
  constructor(codespace: string, code: number, message: string) {
    super(message);
    this.codespace = codespace;
    this.code = code;
  }
}

interface Tx {
  code: number;
  codespace: string;
  log: string;
  data: string;
  height: number;
}

/**
 * A chain of groups, councils and deployments behind a gateway's address. It answers what the CLI asks and carries
 * transactions out, with votes, thresholds and all-or-nothing proposals, but without signatures, rules of roles or time.
 */
export class FakeChain {
  readonly groups: groupTypes.Group[] = [];
  readonly devices: groupTypes.Device[] = [];
  readonly councils: councilTypes.Council[] = [];
  readonly proposals: { proposal: councilTypes.Proposal; messages: { typeUrl: string; value: Uint8Array }[]; votes: councilTypes.Vote[] }[] = [];
  readonly deployments: loadTypes.Deployment[] = [];
  readonly reports: loadTypes.Report[] = [];
  readonly specs: { spec: loadTypes.Spec; content: Uint8Array }[] = [];
  readonly set = new FakeSeats();
  /** Messages that were carried out, also those of proposals. */
  readonly done: EncodeObject[] = [];
  /** What a lying node changes in its answers, by path such as `council.v1.Query/Proposal`. */
  readonly lies = new Map<string, (answer: Uint8Array) => Uint8Array>();
  readonly secrets = new FakeSecrets(this.devices, (codespace, code, message) => new Refusal(codespace, code, message));
  height = 10;
  #server: Server | undefined;
  readonly #registry: Registry = createRegistry();
  readonly #txs = new Map<string, Tx>();
  readonly #sequences = new Map<string, bigint>();
  readonly #answers: Record<string, Answer> = this.#queries();

  /** @returns address of the gateway in front of it */
  async start(): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { id: number; method: string; params: Record<string, string> };
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ jsonrpc: "2.0", id, ...this.#call(method, params) }));
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  #call(method: string, params: Record<string, string>): object {
    switch (method) {
      case "status":
        return { result: { node_info: { network: "fake-1" }, sync_info: { latest_block_height: String(this.height), latest_block_time: "2026-01-02T03:04:05Z", latest_block_hash: "AB".repeat(32), catching_up: false } } };
      case "commit":
        return { result: this.set.commit() };
      case "genesis_chunked":
        return { result: { chunk: "0", total: "1", data: Buffer.from("genesis").toString("base64") } };
      case "abci_query":
        return { result: { response: this.#query(params["path"] ?? "", Buffer.from(params["data"] ?? "", "hex")) } };
      case "broadcast_tx_sync":
        return { result: this.#broadcast(Buffer.from(params["tx"] ?? "", "base64")) };
      case "tx": {
        const tx = this.#txs.get(Buffer.from(params["hash"] ?? "", "base64").toString("hex").toUpperCase());
        if (tx === undefined) return { error: { code: -32603, message: "tx not found" } };
        return { result: { height: String(tx.height), tx_result: { ...tx, gas_used: "1" } } };
      }
      default:
        return { error: { code: -32601, message: `no method ${method}` } };
    }
  }

  #query(path: string, data: Uint8Array): object {
    const name = path.replace(/^\/(?:daonetes\.)?/, "");
    try {
      const answer = this.#answers[name]?.(data);
      if (answer === undefined) return { code: 22, log: "rpc error: code = NotFound desc = it is not there: key not found" };
      return { code: 0, value: Buffer.from((this.lies.get(name) ?? ((same: Uint8Array) => same))(answer)).toString("base64") };
    } catch (error) {
      return { code: 18, log: `rpc error: code = Unknown desc = ${(error as Error).message} with gas used: '1'` };
    }
  }

  #broadcast(bytes: Uint8Array): object {
    const hash = createHash("sha256").update(bytes).digest("hex").toUpperCase();
    const messages = this.#messagesOf(bytes);
    const signer = signerOf(messages[0] as EncodeObject);
    this.#sequences.set(signer, (this.#sequences.get(signer) ?? 0n) + 1n);
    this.height++;
    this.#txs.set(hash, { height: this.height, ...this.#run(messages) });
    return { code: 0, codespace: "", log: "", hash };
  }

  get #lists(): unknown[][] {
    return [this.groups, this.devices, this.councils, this.proposals, this.deployments, this.specs, this.done, ...this.secrets.lists];
  }

  /** What proofs would show: whatever a lying node answers, these are the chain's own records. */
  provenReads(): ProvenReads {
    return {
      read: async (store, key) => {
        const wanted = `${store} ${Buffer.from(key).toString("hex")}`;
        for (const [at, of, value] of this.#records()) if (`${at} ${Buffer.from(of).toString("hex")}` === wanted) return value;
        return undefined;
      },
    };
  }

  *#records(): Iterable<[string, Uint8Array, Uint8Array]> {
    for (const group of this.groups) yield ["workgroup", groupKey(group.id), groupTypes.Group.encode(group).finish()];
    for (const device of this.devices) if (isAddress(device.address)) yield ["workgroup", deviceKey(device.address), groupTypes.Device.encode(device).finish()];
    for (const council of this.councils) {
      const id = Buffer.alloc(8);
      id.writeBigUInt64BE(council.id);
      yield ["council", councilIdKey(council.address), id];
      yield ["council", councilKey(council.id), councilTypes.Council.encode(council).finish()];
    }
    yield* this.secrets.records();
  }

  #messagesOf(bytes: Uint8Array): EncodeObject[] {
    return TxBody.decode(TxRaw.decode(bytes).bodyBytes).messages.map(({ typeUrl, value }) => ({ typeUrl, value: this.#registry.decode({ typeUrl, value }) as unknown }));
  }

  /** Carries messages out: all of them, or none. */
  #run(messages: readonly EncodeObject[]): Omit<Tx, "height"> {
    const before = structuredClone(this.#lists);
    try {
      const msgResponses = messages.map((message) => this.#apply(message));
      return { code: 0, codespace: "", log: "", data: Buffer.from(TxMsgData.encode(TxMsgData.fromPartial({ msgResponses })).finish()).toString("base64") };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const now = this.#lists;
      for (const [index, list] of now.entries()) list.splice(0, list.length, ...(before[index] as unknown[]));
      return { code: error.code, codespace: error.codespace, log: `failed to execute message; message index: 0: ${error.message}`, data: "" };
    }
  }

  #apply({ typeUrl, value }: EncodeObject): { typeUrl: string; value: Uint8Array } {
    this.done.push({ typeUrl, value });
    const answered = (bytes: Uint8Array): { typeUrl: string; value: Uint8Array } => ({ typeUrl: `${typeUrl}Response`, value: bytes });
    const ofSet = this.set.apply({ typeUrl, value });
    if (ofSet !== undefined) return answered(ofSet);
    const name = typeUrl.replace(/^.*\.Msg/, "");
    if (this.secrets.apply(name, value)) return answered(new Uint8Array());
    switch (name) {
      case "PublishSpec": {
        const { groupId, name: specName, content, declaration } = value as loadTx.MsgPublishSpec;
        const hash = `sha256:${createHash("sha256").update(content).digest("hex")}`;
        const version = BigInt(this.specs.filter(({ spec }) => spec.name === specName).length + 1);
        if (!this.specs.some(({ spec }) => spec.hash === hash)) this.specs.push({ spec: loadTypes.Spec.fromPartial({ groupId, name: specName, version, hash, declaration: declaration ?? {} }), content });
        return answered(loadTx.MsgPublishSpecResponse.encode({ hash, version }).finish());
      }
      case "CreateDeployment": {
        const { groupId, name: deploymentName, specHash, placement, rollout, secrets, authority } = value as loadTx.MsgCreateDeployment;
        if (this.#group(groupId).authority !== authority) throw new Refusal("workload", 2, "this address may not do that");
        this.secrets.requirePins(groupId, secrets);
        const id = BigInt(this.deployments.length + 1);
        this.deployments.push(loadTypes.Deployment.fromPartial({ id, groupId, name: deploymentName, specHash, placement: placement ?? {}, rollout: rollout ?? {}, secrets, revision: 1n, intent: loadTypes.Intent.INTENT_RUN }));
        return answered(loadTx.MsgCreateDeploymentResponse.encode({ deploymentId: id, revision: 1n, placed: 1, wanted: 1 }).finish());
      }
      case "UpdateDeployment": {
        const { deploymentId, expectedRevision, specHash, placement, secrets } = value as loadTx.MsgUpdateDeployment;
        const deployment = this.deployments.find(({ id }) => id === deploymentId) as loadTypes.Deployment;
        if (deployment.revision !== expectedRevision) throw new Refusal("workload", 22, "the deployment is at another revision");
        this.secrets.requirePins(deployment.groupId, secrets);
        Object.assign(deployment, { specHash, placement, secrets, revision: expectedRevision + 1n });
        return answered(loadTx.MsgUpdateDeploymentResponse.encode({ revision: deployment.revision, placed: 1, wanted: 1 }).finish());
      }
      case "ApproveDevice":
      case "RevokeDevice": {
        const found = this.devices.find(({ address }) => address === (value as { device: string }).device) as groupTypes.Device;
        found.status = name === "ApproveDevice" ? groupTypes.DeviceStatus.DEVICE_STATUS_APPROVED : groupTypes.DeviceStatus.DEVICE_STATUS_REVOKED;
        break;
      }
      case "ProposeAuthority": {
        this.#ledGroup(value).pendingAuthority = (value as { newAuthority: string }).newAuthority;
        break;
      }
      case "AcceptAuthority": {
        const group = this.#group((value as { groupId: bigint }).groupId);
        const { authority } = value as { authority: string };
        if (group.pendingAuthority !== authority) throw new Refusal("workgroup", 2, "this address may not do that");
        Object.assign(group, { authority, pendingAuthority: "" });
        break;
      }
      case "CordonDevice": {
        const { device, authority } = value as { device: string; authority: string };
        const found = this.devices.find(({ address }) => address === device) as groupTypes.Device;
        if (this.#group(found.groupId).authority !== authority) throw new Refusal("workgroup", 2, "this address may not do that");
        if (found.status === groupTypes.DeviceStatus.DEVICE_STATUS_CORDONED) throw new Refusal("workgroup", 28, "the device's standing does not allow this: look at its status first");
        found.status = groupTypes.DeviceStatus.DEVICE_STATUS_CORDONED;
        break;
      }
      case "CreateCouncil": {
        const { name, members, defaultThreshold, rules, votingPeriod } = value as councilTx.MsgCreateCouncil;
        const council = this.council(name, members, defaultThreshold, rules, votingPeriod?.seconds);
        return answered(councilTx.MsgCreateCouncilResponse.encode({ councilId: council.id, address: council.address }).finish());
      }
      case "UpdateMembers": {
        const { council: address, members } = value as councilTx.MsgUpdateMembers;
        const council = this.councils.find((one) => one.address === address) as councilTypes.Council;
        Object.assign(council, { members, totalWeight: members.reduce((sum, { weight }) => sum + weight, 0n), version: council.version + 1n });
        break;
      }
      case "UpdateRules": {
        const { council: address, ...rules } = value as councilTx.MsgUpdateRules;
        const council = this.councils.find((one) => one.address === address) as councilTypes.Council;
        Object.assign(council, { ...rules, version: council.version + 1n });
        break;
      }
      case "Submit": {
        const { councilId, messages, proposer, title } = value as councilTx.MsgSubmit;
        const council = this.councils.find(({ id }) => id === councilId) as councilTypes.Council;
        const messageTypes = messages.map((message) => message.typeUrl);
        const proposal = councilTypes.Proposal.fromPartial({
          id: BigInt(this.proposals.length + 1),
          councilId,
          councilVersion: council.version,
          proposer,
          title,
          messageTypes,
          messagesHash: messagesHash(messages),
          needed: neededWeight(council, messageTypes),
          status: councilTypes.ProposalStatus.PROPOSAL_STATUS_OPEN,
          expiresAt: { seconds: BigInt(Math.floor(Date.now() / 1000)) + (council.votingPeriod?.seconds ?? 0n) },
        });
        this.proposals.push({ proposal, messages, votes: [] });
        const outcome = this.#vote(proposal.id, proposer, councilTypes.Choice.CHOICE_APPROVE);
        return answered(councilTx.MsgSubmitResponse.encode({ proposalId: proposal.id, outcome, messagesHash: proposal.messagesHash }).finish());
      }
      case "Approve": {
        const { proposalId, member, messagesHash: hash } = value as councilTx.MsgApprove;
        if (hash !== this.#proposal(proposalId).proposal.messagesHash) throw new Refusal("council", 32, "the proposal holds other messages");
        return answered(councilTx.MsgApproveResponse.encode({ outcome: this.#vote(proposalId, member, councilTypes.Choice.CHOICE_APPROVE) }).finish());
      }
      case "Reject": {
        const { proposalId, member } = value as councilTx.MsgReject;
        return answered(councilTx.MsgRejectResponse.encode({ outcome: this.#vote(proposalId, member, councilTypes.Choice.CHOICE_REJECT) }).finish());
      }
      case "Withdraw":
        this.#proposal((value as councilTx.MsgWithdraw).proposalId).proposal.status = councilTypes.ProposalStatus.PROPOSAL_STATUS_WITHDRAWN;
        break;
    }
    return answered(new Uint8Array());
  }

  #vote(id: bigint, member: string, choice: councilTypes.Choice): councilTx.Outcome {
    const entry = this.#proposal(id);
    const { proposal } = entry;
    const council = this.councils.find(({ id: one }) => one === proposal.councilId) as councilTypes.Council;
    const weight = weightOf(council, member);
    if (weight === 0n) throw new Refusal("council", 19, "this address is not a member of the council now: sign with a member's");
    if (proposal.status === councilTypes.ProposalStatus.PROPOSAL_STATUS_EXECUTED) throw new Refusal("council", 27, "the proposal was carried out already: nothing is left to sign");
    entry.votes = [...entry.votes.filter((vote) => vote.member !== member), councilTypes.Vote.fromPartial({ proposalId: id, member, choice, weight })];
    const sum = (of: councilTypes.Choice): bigint => entry.votes.filter((vote) => vote.choice === of).reduce((total, vote) => total + vote.weight, 0n);
    proposal.yes = sum(councilTypes.Choice.CHOICE_APPROVE);
    proposal.no = sum(councilTypes.Choice.CHOICE_REJECT);
    let responses: { typeUrl: string; value: Uint8Array }[] = [];
    if (proposal.yes >= proposal.needed) {
      proposal.status = councilTypes.ProposalStatus.PROPOSAL_STATUS_EXECUTED;
      responses = entry.messages.map(({ typeUrl, value }) => this.#apply({ typeUrl, value: this.#registry.decode({ typeUrl, value }) as unknown }));
    } else if (proposal.no > council.totalWeight - proposal.needed) proposal.status = councilTypes.ProposalStatus.PROPOSAL_STATUS_REJECTED;
    return { status: proposal.status, yes: proposal.yes, no: proposal.no, needed: proposal.needed, responses };
  }

  /** Puts a council there. */
  council(name: string, members: councilTypes.Member[], defaultThreshold: bigint, rules: councilTypes.Rule[] = [], seconds = 0n): councilTypes.Council {
    const id = BigInt(this.councils.length + 1);
    const council = councilTypes.Council.fromPartial({
      id,
      name,
      address: addressFromBytes(createHash("sha256").update(`council ${id}`).digest()),
      version: 1n,
      members: [...members].sort((a, b) => (a.address < b.address ? -1 : 1)),
      totalWeight: members.reduce((sum, { weight }) => sum + weight, 0n),
      defaultThreshold,
      rules,
      votingPeriod: { seconds: seconds === 0n ? 259_200n : seconds },
    });
    this.councils.push(council);
    return council;
  }

  get #members(): groupTypes.Device[] {
    return this.devices.filter(({ status }) => status !== groupTypes.DeviceStatus.DEVICE_STATUS_PENDING && status !== groupTypes.DeviceStatus.DEVICE_STATUS_REVOKED);
  }

  #group(id: bigint): groupTypes.Group {
    return this.groups.find((group) => group.id === id) as groupTypes.Group;
  }

  #ledGroup(value: unknown): groupTypes.Group {
    const { groupId, authority } = value as { groupId: bigint; authority: string };
    const group = this.#group(groupId);
    if (group.authority !== authority) throw new Refusal("workgroup", 2, "this address may not do that");
    return group;
  }

  #proposal(id: bigint): FakeChain["proposals"][number] {
    const found = this.proposals.find(({ proposal }) => proposal.id === id);
    if (found === undefined) throw new Refusal("council", 18, "no such proposal");
    return found;
  }

  /** A proposal as queries tell it: superseded where its council changed, without messages once it is closed. */
  #current(entry: FakeChain["proposals"][number]): FakeChain["proposals"][number] {
    const council = this.councils.find(({ id }) => id === entry.proposal.councilId) as councilTypes.Council;
    const open = entry.proposal.status === councilTypes.ProposalStatus.PROPOSAL_STATUS_OPEN;
    const status = open && council.version !== entry.proposal.councilVersion ? councilTypes.ProposalStatus.PROPOSAL_STATUS_SUPERSEDED : entry.proposal.status;
    return { ...entry, proposal: { ...entry.proposal, status }, messages: open ? entry.messages : [] };
  }

  #queries(): Record<string, Answer> {
    const { QueryCouncilResponse, QueryCouncilsResponse, QueryProposalResponse, QueryProposalsResponse, QueryInboxResponse } = councilQuery;
    const one = <T>(found: T | undefined, encode: (value: T) => { finish(): Uint8Array }): Uint8Array | undefined => (found === undefined ? undefined : encode(found).finish());
    const council = (found: councilTypes.Council | undefined): Uint8Array | undefined => one(found, (value) => QueryCouncilResponse.encode({ council: value }));
    const pagination = { nextKey: new Uint8Array(), total: 0n };
    return {
      ...this.set.answers(),
      "cosmos.auth.v1beta1.Query/Account": (request) => {
        const { address } = QueryAccountRequest.decode(request);
        const value = BaseAccount.encode(BaseAccount.fromPartial({ address, accountNumber: 7n, sequence: this.#sequences.get(address) ?? 0n })).finish();
        return QueryAccountResponse.encode(QueryAccountResponse.fromPartial({ account: { typeUrl: "/cosmos.auth.v1beta1.BaseAccount", value } })).finish();
      },
      "cosmos.tx.v1beta1.Service/Simulate": (request) => {
        const before = structuredClone(this.#lists);
        const { code, log } = this.set.tried(() => this.#run(this.#messagesOf(SimulateRequest.decode(request).txBytes)));
        const now = this.#lists;
        for (const [index, list] of now.entries()) list.splice(0, list.length, ...(before[index] as unknown[]));
        if (code !== 0) throw new Error(log);
        return SimulateResponse.encode(SimulateResponse.fromPartial({ gasInfo: { gasUsed: 50_000n } })).finish();
      },
      "workgroup.v1.Query/Group": (request) => {
        const { groupId } = groupQuery.QueryGroupRequest.decode(request);
        return one(this.#group(groupId), (group) => groupQuery.QueryGroupResponse.encode({ group }));
      },
      "workgroup.v1.Query/GroupByName": (request) => {
        const { name } = groupQuery.QueryGroupByNameRequest.decode(request);
        return one(this.groups.find((group) => group.name === name), (group) => groupQuery.QueryGroupByNameResponse.encode({ group }));
      },
      "workgroup.v1.Query/Groups": () => groupQuery.QueryGroupsResponse.encode({ groups: this.groups, pagination }).finish(),
      "workgroup.v1.Query/Device": (request) => {
        const { address } = groupQuery.QueryDeviceRequest.decode(request);
        return one(this.devices.find((device) => device.address === address), (device) => groupQuery.QueryDeviceResponse.encode({ device }));
      },
      "workgroup.v1.Query/DeviceByName": (request) => {
        const { name } = groupQuery.QueryDeviceByNameRequest.decode(request);
        // The chain gives the name of a revoked device to others.
        const named = this.devices.find((device) => device.name === name && device.status !== groupTypes.DeviceStatus.DEVICE_STATUS_REVOKED);
        return one(named, (device) => groupQuery.QueryDeviceByNameResponse.encode({ device }));
      },
      "workgroup.v1.Query/Devices": () => groupQuery.QueryDevicesResponse.encode({ devices: this.devices, pagination }).finish(),
      ...this.secrets.queries(),
      "workload.v1.Query/Specs": () => loadQuery.QuerySpecsResponse.encode({ specs: this.specs.map(({ spec }) => spec), pagination }).finish(),
      "workload.v1.Query/Deployments": () => loadQuery.QueryDeploymentsResponse.encode({ deployments: this.deployments, pagination }).finish(),
      "workload.v1.Query/DeploymentByName": (request) => {
        const { name } = loadQuery.QueryDeploymentByNameRequest.decode(request);
        return one(this.deployments.find((deployment) => deployment.name === name), (deployment) => loadQuery.QueryDeploymentByNameResponse.encode({ deployment }));
      },
      "workload.v1.Query/Deployment": (request) => {
        const { deploymentId } = loadQuery.QueryDeploymentRequest.decode(request);
        return one(this.deployments.find(({ id }) => id === deploymentId), (deployment) => loadQuery.QueryDeploymentResponse.encode({ deployment }));
      },
      "workload.v1.Query/Spec": (request) => {
        const { hash } = loadQuery.QuerySpecRequest.decode(request);
        return one(this.specs.find(({ spec }) => spec.hash === hash), ({ spec }) => loadQuery.QuerySpecResponse.encode({ spec }));
      },
      "workload.v1.Query/SpecContent": (request) => {
        const { hash } = loadQuery.QuerySpecContentRequest.decode(request);
        return one(this.specs.find(({ spec }) => spec.hash === hash), ({ content }) => loadQuery.QuerySpecContentResponse.encode({ content }));
      },
      "workload.v1.Query/Reports": () => loadQuery.QueryReportsResponse.encode({ reports: this.reports, pagination }).finish(),
      "workload.v1.Query/Leases": () => loadQuery.QueryLeasesResponse.encode({ leases: [], pagination }).finish(),
      "workload.v1.Query/PlacementPreview": () => loadQuery.QueryPlacementPreviewResponse.encode({ devices: this.#members.map(({ address }) => address), wanted: this.#members.length }).finish(),
      "workload.v1.Query/Holders": () => loadQuery.QueryHoldersResponse.encode({ holders: this.#members.filter(({ address }) => !this.secrets.unassigned.has(address)).map(({ address }) => loadTypes.Holder.fromPartial({ device: address })), pagination }).finish(),
      "council.v1.Query/Council": (request) => {
        const { councilId } = councilQuery.QueryCouncilRequest.decode(request);
        return council(this.councils.find(({ id }) => id === councilId));
      },
      "council.v1.Query/CouncilByName": (request) => {
        const { name } = councilQuery.QueryCouncilByNameRequest.decode(request);
        return council(this.councils.find((found) => found.name === name));
      },
      "council.v1.Query/CouncilByAddress": (request) => {
        const { address } = councilQuery.QueryCouncilByAddressRequest.decode(request);
        return council(this.councils.find((found) => found.address === address));
      },
      "council.v1.Query/Councils": (request) => {
        const { member } = councilQuery.QueryCouncilsRequest.decode(request);
        return QueryCouncilsResponse.encode({ councils: this.councils.filter((found) => member === "" || weightOf(found, member) > 0n), pagination }).finish();
      },
      "council.v1.Query/Proposal": (request) => {
        const { proposalId } = councilQuery.QueryProposalRequest.decode(request);
        const found = this.proposals.find(({ proposal }) => proposal.id === proposalId);
        return one(found === undefined ? undefined : this.#current(found), (entry) => QueryProposalResponse.encode(entry));
      },
      "council.v1.Query/Proposals": (request) => {
        const { councilId, status } = councilQuery.QueryProposalsRequest.decode(request);
        const proposals = this.proposals.map((entry) => this.#current(entry).proposal).filter((proposal) => proposal.councilId === councilId && (status === 0 || proposal.status === status));
        return QueryProposalsResponse.encode({ proposals, pagination }).finish();
      },
      "council.v1.Query/Inbox": (request) => {
        const { member } = councilQuery.QueryInboxRequest.decode(request);
        const waiting = this.proposals
          .filter(({ votes }) => !votes.some((vote) => vote.member === member))
          .map((entry) => this.#current(entry).proposal)
          .filter(({ status, councilId }) => status === councilTypes.ProposalStatus.PROPOSAL_STATUS_OPEN && weightOf(this.councils.find(({ id }) => id === councilId) as councilTypes.Council, member) > 0n);
        return QueryInboxResponse.encode({ proposals: waiting, pagination }).finish();
      },
    };
  }
}

/** The one acting address of a message: its first field. */
function signerOf({ value }: EncodeObject): string {
  return Object.values(value as Record<string, unknown>)[0] as string;
}
