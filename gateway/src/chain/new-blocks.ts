/** Calls `onBlock` whenever the node may have a new block. A lost notice does no harm: a timer looks as well. */
export interface NewBlocks {
  close(): void;
}

const LOOK_EVERY_MS = 2_000;
const RECONNECT_MS = 1_000;
/** A subscription is opened anew after this silence: nodes make a block at least every 30 s. */
const SILENCE_MS = 90_000;

/**
 * Subscribes to the node's new block headers over its websocket.
 * @param rpcUrl address of the RPC over http
 */
export function followNewBlocks(rpcUrl: string, onBlock: () => void): NewBlocks {
  const url = `${rpcUrl.replace(/^http/, "ws").replace(/\/+$/, "")}/websocket`;
  let closed = false;
  let socket: WebSocket | undefined;
  let reconnect: NodeJS.Timeout | undefined;
  let lastMessage = performance.now();

  const open = (): void => {
    if (closed) return;
    lastMessage = performance.now();
    const current = new WebSocket(url);
    socket = current;
    current.addEventListener("open", () => {
      const params = { query: "tm.event='NewBlockHeader'" };
      current.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "subscribe", params }));
      onBlock();
    });
    current.addEventListener("message", () => {
      lastMessage = performance.now();
      onBlock();
    });
    const retry = (): void => {
      if (closed || socket !== current) return;
      socket = undefined;
      clearTimeout(reconnect);
      reconnect = setTimeout(open, RECONNECT_MS);
    };
    current.addEventListener("close", retry);
    current.addEventListener("error", retry);
  };
  open();

  const timer = setInterval(() => {
    onBlock();
    if (socket !== undefined && performance.now() - lastMessage > SILENCE_MS) socket.close();
  }, LOOK_EVERY_MS);

  return {
    close: () => {
      closed = true;
      clearInterval(timer);
      clearTimeout(reconnect);
      socket?.close();
    },
  };
}
