import { DaonetesError } from "../errors.ts";
import type { Rpc } from "./rpc.ts";

export interface GrpcTransport extends Rpc {
  close(): void;
}

/**
 * Queries over gRPC, for integrations next to a node. Proves nothing and has no place in a browser or an agent.
 * @param target `host:port` without scheme; plain text, so loopback or a private network only
 * @param timeoutMs deadline of each call in milliseconds
 */
export async function connectGrpc(target: string, timeoutMs = 10_000): Promise<GrpcTransport> {
  const grpc = await import("@grpc/grpc-js");
  const client = new grpc.Client(target, grpc.credentials.createInsecure());
  return {
    request: (service, method, data) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          `/${service}/${method}`,
          (bytes: Uint8Array) => Buffer.from(bytes),
          (bytes: Buffer) => new Uint8Array(bytes),
          data,
          new grpc.Metadata(),
          { deadline: Date.now() + timeoutMs },
          (error, value) => {
            if (error === null && value !== undefined) resolve(value);
            else if (error?.code === grpc.status.NOT_FOUND)
              reject(new DaonetesError({ code: "DAO5004", kind: "not_found", message: error.details, cause: error }));
            else
              reject(
                new DaonetesError({
                  code: "DAO5001",
                  kind: "unreachable",
                  message: `gRPC at ${target}: ${error?.details ?? "empty answer"}`,
                  cause: error,
                }),
              );
          },
        );
      }),
    close: () => {
      client.close();
    },
  };
}
