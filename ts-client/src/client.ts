import { createHash } from "node:crypto";
import { type ChainStatus, readGenesisChunks, readStatus } from "./chain-status.ts";
import { type Account, readAccount } from "./queries/account.ts";
import { AdmissionQueries } from "./queries/admission.ts";
import { CouncilQueries } from "./queries/council.ts";
import { ValsetQueries } from "./queries/valset.ts";
import { WorkgroupQueries } from "./queries/workgroup.ts";
import { WorkloadQueries } from "./queries/workload.ts";
import { AbciTransport } from "./transport/abci.ts";
import { CometRpc, type CometRpcOptions } from "./transport/comet-rpc.ts";
import type { Rpc } from "./transport/rpc.ts";

/** Reads of the chain over one connection. */
export class DaonetesClient {
  readonly rpc: CometRpc;
  readonly workgroup: WorkgroupQueries;
  readonly workload: WorkloadQueries;
  readonly valset: ValsetQueries;
  readonly council: CouncilQueries;
  readonly admission: AdmissionQueries;
  /** The connection, for services of the SDK. */
  readonly transport: Rpc;

  private constructor(rpc: CometRpc, transport: Rpc) {
    this.rpc = rpc;
    this.transport = transport;
    this.workgroup = new WorkgroupQueries(transport);
    this.workload = new WorkloadQueries(transport);
    this.valset = new ValsetQueries(transport);
    this.council = new CouncilQueries(transport);
    this.admission = new AdmissionQueries(transport);
  }

  /** @param gateway address of a gateway; its reverse proxy leads to the chain */
  static connect(gateway: string, options?: CometRpcOptions): DaonetesClient {
    return DaonetesClient.fromRpc(new CometRpc(chainRpcUrl(gateway), options));
  }

  /** For a node's own RPC, and for tests. */
  static fromRpc(rpc: CometRpc): DaonetesClient {
    return new DaonetesClient(rpc, new AbciTransport(rpc));
  }

  /** The same client, reading at a fixed height. */
  at(height: bigint): DaonetesClient {
    return new DaonetesClient(this.rpc, new AbciTransport(this.rpc, height));
  }

  status(signal?: AbortSignal): Promise<ChainStatus> {
    return readStatus(this.rpc, signal);
  }

  account(address: string): Promise<Account> {
    return readAccount(this.transport, address);
  }

  /** sha256 of the genesis file as the node ships it, lower-case hex. */
  async genesisHash(): Promise<string> {
    const hash = createHash("sha256");
    await readGenesisChunks(this.rpc, (bytes) => hash.update(bytes));
    return hash.digest("hex");
  }
}

/** Where a gateway proxies the chain's RPC. */
export function chainRpcUrl(gateway: string): string {
  return `${gateway.replace(/\/+$/, "")}/chain/rpc`;
}
