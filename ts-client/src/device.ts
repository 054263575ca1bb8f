/**
 * `@daonetes/client/device`: what runs on a device needs, and no more. Nothing here reaches cosmjs or gRPC.
 */
export { addressFromBytes, addressFromEd25519, addressToBytes, isAddress } from "./address.ts";
export { type ChainStatus, parseTime, readGenesisChunks, readStatus } from "./chain-status.ts";
export { chainRpcUrl, DaonetesClient } from "./client.ts";
export { leaveMemoryOutOfCoreDumps } from "./device/core-dumps.ts";
export { Ed25519Key } from "./device/ed25519-key.ts";
export { fingerprintWords } from "./device/fingerprint.ts";
export { admitProofText, joinProofText, ticketProofText } from "./device/proof-text.ts";
export { buildUnorderedTx, encodeMessage, type EncodedMessage, txHash } from "./device/unordered-tx.ts";
export { DaonetesError, type ErrorKind, isNotFound } from "./errors.ts";
export { EXIT_CODES } from "./exit-code.ts";
export { type Fee, NO_FEE } from "./fees/fee.ts";
export { FeePayer, pricesChanged } from "./fees/payer.ts";
export { Params as AdmissionParams } from "./gen/daonetes/admission/v1/core.ts";
export { type Device, DeviceInfo, DeviceProfile, DeviceStatus, RevokeMode } from "./gen/daonetes/workgroup/v1/core.ts";
export { MsgAnnounceDevice, MsgJoin, MsgJoinResponse } from "./gen/daonetes/workgroup/v1/tx.ts";
export {
  type Assignment,
  Intent,
  Lease,
  Manifest,
  type Report,
  ReportState,
  SecretContent,
  SecretGrant,
  SecretKey,
  type SecretVersion,
  type ServiceReport,
  ServiceState,
} from "./gen/daonetes/workload/v1/core.ts";
export { type DeploymentReport, MsgClaimEpoch, MsgRenewLease, MsgReport } from "./gen/daonetes/workload/v1/tx.ts";
export type { Duration } from "./gen/google/protobuf/duration.ts";
export type { Timestamp } from "./gen/google/protobuf/timestamp.ts";
export { type HintStream, openHints } from "./hints.ts";
export { decodeTicketText, type TicketText } from "./ticket-text.ts";
export { httpFetch } from "./transport/http-fetch.ts";
export { CometRpc, RpcAnswerError } from "./transport/comet-rpc.ts";
export { broadcast, readTx, TxFailedError, type TxDone, TxRefusedError, waitForTx } from "./tx-outcome.ts";
