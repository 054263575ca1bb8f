/**
 * Deploys `examples/hello` to the device of docker-compose.yml; a second run changes nothing. With the argument `down` it
 * is removed, before the network goes.
 */
import { join } from "node:path";
import { daonetes } from "../net/cli.ts";
import { ROOT } from "../net/layout.ts";
import { eventually } from "../net/processes.ts";

const print = (text: string): void => void process.stdout.write(`${text}\n`);

if (process.argv[2] === "down") print(await daonetes("down", "hello", "--volumes", "-y"));
else {
  await eventually("the agent's device did not join", 120_000, async () => {
    const { items } = JSON.parse(await daonetes("device", "list", "-o", "json")) as { items: { state: string }[] };
    return items.some(({ state }) => state === "online");
  });
  print(await daonetes("up", "-f", join(ROOT, "examples", "hello", "compose.yaml"), "--timeout", "120s"));
}
