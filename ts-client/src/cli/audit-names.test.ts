import test from "ava";
import { FakeChain } from "../../test/fakes/fake-chain.ts";
import { addressFromBytes, DaonetesClient } from "../index.ts";
import { namesOfCouncils } from "./audit-names.ts";

const person = (seed: number): string => addressFromBytes(new Uint8Array(20).fill(seed));

test("people of councils inside a council are called as their own council calls them, the outer one's word first", async (t) => {
  const chain = new FakeChain();
  const gateway = await chain.start();
  t.teardown(() => chain.stop());
  const north = chain.council("north", [{ address: person(1), weight: 1n, name: "ann" }, { address: person(2), weight: 1n, name: "" }], 1n);
  const south = chain.council("south", [{ address: person(1), weight: 1n, name: "annie" }, { address: person(3), weight: 1n, name: "ben" }], 1n);
  const top = chain.council("top", [{ address: north.address, weight: 1n, name: "the north" }, { address: south.address, weight: 1n, name: "" }, { address: person(4), weight: 1n, name: "cleo" }], 2n);
  const names = await namesOfCouncils(DaonetesClient.connect(gateway), top.address);
  t.deepEqual(Object.fromEntries(names), { [top.address]: "top", [north.address]: "the north", [south.address]: "south", [person(1)]: names.get(person(1)), [person(3)]: "ben", [person(4)]: "cleo" });
  t.true(["ann", "annie"].includes(names.get(person(1)) ?? ""));
});

test("an authority that is one key has no names to give, and a council in a circle ends", async (t) => {
  const chain = new FakeChain();
  const gateway = await chain.start();
  t.teardown(() => chain.stop());
  const client = DaonetesClient.connect(gateway);
  t.is((await namesOfCouncils(client, person(1))).size, 0);
  const one = chain.council("one", [], 1n);
  const two = chain.council("two", [{ address: one.address, weight: 1n, name: "" }], 1n);
  one.members.push({ address: two.address, weight: 1n, name: "" });
  t.deepEqual([...(await namesOfCouncils(client, one.address)).values()], ["one", "two"]);
});
