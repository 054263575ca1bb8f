#!/usr/bin/env node
import { Command } from "commander";
import { DaonetesError, EXIT_CODES, leaveMemoryOutOfCoreDumps } from "@daonetes/client/device";
import { pino } from "pino";
import packageJson from "../package.json" with { type: "json" };
import { readConfig } from "./config.ts";
import type { GrantsOptions } from "./commands/grants.ts";

// Before there is anything in it.
leaveMemoryOutOfCoreDumps();
const config = readConfig(process.env);
const program = new Command("daonetes-agent")
  .description("Runs on a device: turns what the group decided into containers and reports what happened")
  .version(packageJson.version)
  .option("--state <folder>", "folder of keys and state", config.STATE)
  .option("--docker <socket>", "socket of the Docker Engine", config.DOCKER_SOCKET);

interface GlobalOptions {
  state: string;
  docker: string;
}
const globals = (): GlobalOptions => program.opts<GlobalOptions>();
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

program
  .command("up")
  .description("run; with a ticket, join its group first")
  .option("--ticket <text>", "ticket (dnj1..) from: daonetes device add")
  .option("--ticket-file <path>", "file with a ticket; used unless this device is a member of its group already, so that it can stay where the agent starts unattended")
  .option("--name <name>", "name the device would like")
  .action(async ({ ticket, ticketFile, name }: { ticket?: string; ticketFile?: string; name?: string }) => {
    const { up } = await import("./commands/up.ts");
    const ended = new AbortController();
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => ended.abort());
    const logger = pino({ name: "daonetes-agent", level: config.LOG_LEVEL }, pino.destination(2));
    const { state, docker } = globals();
    await up({ ticket, ticketFile, name, state, dockerSocket: docker, run: config.RUN, grants: config.GRANTS, subnets: config.SUBNETS, version: packageJson.version }, logger, print, ended.signal);
  });

program
  .command("status")
  .description("what this device is and what runs on it")
  .option("-o, --output <format>", "table or json", "table")
  .action(async ({ output }: { output: string }) => {
    const { status } = await import("./commands/status.ts");
    print(await status(globals().state, output === "json"));
  });

program
  .command("doctor")
  .description("check this device, with a way out for each finding")
  .option("-o, --output <format>", "table or json", "table")
  .action(async ({ output }: { output: string }) => {
    const [{ doctor }, { findingsText }] = await Promise.all([import("./doctor/doctor.ts"), import("./doctor/findings.ts")]);
    const findings = await doctor(globals().state, globals().docker, config.GRANTS);
    print(output === "json" ? JSON.stringify({ checks: findings }) : findingsText(findings));
    if (findings.some(({ result }) => result === "fail")) process.exitCode = 1;
  });

program
  .command("hold")
  .description("stop a deployment on this device, whatever the group wants")
  .argument("[deployment]", "name of the deployment; without one, everything")
  .action(async (deployment: string | undefined) => {
    const { hold } = await import("./commands/hold.ts");
    print(`held: ${(await hold(globals().state, deployment ?? "*")).join(", ")}`);
  });

program
  .command("release")
  .description("let what is held run again")
  .argument("[deployment]", "name of the deployment; without one, everything")
  .action(async (deployment: string | undefined) => {
    const { release } = await import("./commands/hold.ts");
    const left = await release(globals().state, deployment);
    print(left.length === 0 ? "nothing is held" : `still held: ${left.join(", ")}`);
  });

const grants = program.command("grants").description("what the owner of this device allows");
const grantsOptions = (): GrantsOptions => ({ grants: config.GRANTS, state: globals().state, dockerSocket: globals().docker });

grants
  .command("list", { isDefault: true })
  .description("profile, limits and grants of the owner's file")
  .action(async () => {
    const { grantsList } = await import("./commands/grants.ts");
    print(await grantsList(grantsOptions()));
  });

grants
  .command("explain")
  .description("what a deployment asks of the owner, and the lines that are missing")
  .argument("<deployment>", "name of a deployment that is placed on this device")
  .action(async (deployment: string) => {
    const { grantsExplain } = await import("./commands/grants.ts");
    const { text, missing } = await grantsExplain(grantsOptions(), deployment);
    print(text);
    if (missing) process.exitCode = 1;
  });

grants
  .command("check")
  .description("everything that is wrong with the owner's file")
  .action(async () => {
    const { grantsCheck } = await import("./commands/grants.ts");
    const { text, ok } = await grantsCheck(grantsOptions());
    print(text);
    if (!ok) process.exitCode = 1;
  });

program
  .command("takeover")
  .description("act again where another computer has used this device's key; that one is fenced then")
  .action(async () => {
    const { takeover } = await import("./commands/takeover.ts");
    print(await takeover(globals().state));
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof DaonetesError) {
    process.stderr.write(`error: ${error.message}   ${error.code}\n${error.help === undefined ? "" : `help: ${error.help}\n`}`);
    process.exitCode = EXIT_CODES[error.kind];
  } else {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
