import test from "ava";
import { readFileSync } from "node:fs";
import { createRegistry } from "./registry.ts";

for (const module of ["workgroup", "workload", "council", "valset", "admission"]) {
  test(`every message of ${module} can be encoded and decoded`, (t) => {
    const proto = readFileSync(new URL(`../../proto/daonetes/${module}/v1/tx.proto`, import.meta.url), "utf8");
    const service = /service Msg \{(?<body>[\s\S]*?)\n\}/.exec(proto)?.groups?.["body"] ?? "";
    const names = [...service.matchAll(/rpc \w+\((?<name>Msg\w+)\)/g)].map((match) => match.groups!["name"]!);
    t.true(names.length > 0);
    const registry = createRegistry();
    for (const name of names) {
      const typeUrl = `/daonetes.${module}.v1.${name}`;
      t.truthy(registry.lookupType(typeUrl), typeUrl);
      t.notThrows(() => registry.decode({ typeUrl, value: registry.encode({ typeUrl, value: {} }) }), typeUrl);
    }
  });
}

test("responses and clients are no messages", (t) => {
  const registry = createRegistry();
  t.is(registry.lookupType("/daonetes.workgroup.v1.MsgJoinResponse"), undefined);
  t.is(registry.lookupType("/daonetes.workgroup.v1.MsgClientImpl"), undefined);
});

test("messages of the SDK are registered too", (t) => {
  t.truthy(createRegistry().lookupType("/cosmos.bank.v1beta1.MsgSend"));
});
