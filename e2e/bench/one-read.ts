/** What the agent does every 10 minutes: the newest header with its signatures, and the proof of one key. */
const [gateway = "", height = ""] = process.argv.slice(2);
const call = async (method: string, params: object): Promise<void> => {
  const response = await fetch(`${gateway}/chain/rpc`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }) });
  await response.arrayBuffer();
  if (!response.ok) process.exitCode = 1;
};
await call("commit", {});
await call("abci_query", { path: "/store/workload/key", data: `03${"00".repeat(20)}`, height, prove: true });
