#!/usr/bin/env node
import { CometRpc, DaonetesClient } from "@daonetes/client";
import closeWithGrace from "close-with-grace";
import { pino } from "pino";
import packageJson from "../package.json" with { type: "json" };
import { buildApp } from "./app.ts";
import { readConfig } from "./config.ts";
import { HistoryWriter } from "./history/writer.ts";
import { Follower } from "./read-model/follower.ts";
import { ownerOf } from "./read-model/model.ts";

const config = readConfig(process.env);
const logger = pino({ name: "daonetes-gateway", level: config.LOG_LEVEL });
const client = DaonetesClient.fromRpc(new CometRpc(config.CHAIN_RPC));
const follower = new Follower(client, logger);
const history = new HistoryWriter(client, config.HISTORY, () => follower.model.height, logger, (thing) => ownerOf(follower.model, thing));
const app = await buildApp({ config, client, follower, history, logger, version: packageJson.version });

closeWithGrace({ delay: 5_000, logger: { error: (error) => logger.error(error) } }, async ({ err }) => {
  if (err !== undefined) logger.error({ err }, "the gateway ends after an error");
  await app.close();
  await follower.close();
  await history.close();
});

follower.start();
history.start();
await app.listen({ host: config.LISTEN_HOST, port: config.LISTEN_PORT });
