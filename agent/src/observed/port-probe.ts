import { createServer } from "node:net";

/** Whether a port of this device can be taken. */
export interface PortProbe {
  isFree(protocol: string, port: number, hostIp: string | undefined): Promise<boolean>;
}

const TIMEOUT_MS = 1_000;

/** Tries to bind the port for a moment. Protocols other than TCP and UDP count as free: the Engine will say. */
export const bindProbe: PortProbe = {
  isFree: (protocol, port, hostIp) => {
    if (protocol === "tcp") return tcpFree(port, hostIp);
    if (protocol === "udp") return udpFree(port, hostIp);
    return Promise.resolve(true);
  },
};

function tcpFree(port: number, hostIp: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    const timer = setTimeout(() => finish(true), TIMEOUT_MS);
    const finish = (free: boolean): void => {
      clearTimeout(timer);
      server.close();
      resolve(free);
    };
    server.once("error", (error: NodeJS.ErrnoException) => finish(error.code !== "EADDRINUSE"));
    server.listen({ port, exclusive: true, ...(hostIp === undefined ? {} : { host: hostIp }) }, () => finish(true));
  });
}

async function udpFree(port: number, hostIp: string | undefined): Promise<boolean> {
  const { createSocket } = await import("node:dgram");
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    const timer = setTimeout(() => finish(true), TIMEOUT_MS);
    const finish = (free: boolean): void => {
      clearTimeout(timer);
      socket.close();
      resolve(free);
    };
    socket.once("error", (error: NodeJS.ErrnoException) => finish(error.code !== "EADDRINUSE"));
    socket.bind({ port, exclusive: true, ...(hostIp === undefined ? {} : { address: hostIp }) }, () => finish(true));
  });
}
