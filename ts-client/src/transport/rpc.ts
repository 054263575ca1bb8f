/** What generated query clients need. Several transports give it. */
export interface Rpc {
  /** Calls `service/method` with an encoded request and returns the encoded response. */
  request(service: string, method: string, data: Uint8Array): Promise<Uint8Array>;
}
