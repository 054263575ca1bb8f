/** Makes the group "home" on the network of docker-compose.yml, and a ticket for its agent. A second run changes nothing. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { daonetes } from "../net/cli.ts";
import { gatewayUrl, LOCAL } from "../net/layout.ts";

const ticketFile = join(LOCAL, "ticket", "ticket");

await daonetes("context", "create", "local", "--gateway", gatewayUrl, "--key", "alice", "-q");
const { items } = JSON.parse(await daonetes("group", "list", "-o", "json")) as { items: { name: string }[] };
if (!items.some(({ name }) => name === "home")) await daonetes("group", "create", "home", "-q");
else await daonetes("group", "use", "home", "-q");
if (!existsSync(ticketFile)) {
  const ticket = await daonetes("ticket", "create", "--auto-approve", "--ttl", "1h", "-q");
  await writeFile(ticketFile, `${ticket}\n`, { mode: 0o600 });
}
