import { consensusAddress, type DaonetesClient, DaonetesError, makesBlocks, recentSigners, type SeatView, setOf, type valset } from "../index.ts";

/** The validator set as a command finds it. */
export interface ValidatorSet {
  seats: SeatView[];
  params: valset.Params;
  height: bigint;
}

export async function readValidatorSet(client: DaonetesClient): Promise<ValidatorSet> {
  const { height } = await client.status();
  const [validators, params, signers] = await Promise.all([client.valset.validators(), client.valset.params(), recentSigners(client.rpc, height)]);
  return {
    seats: validators.map((seat) => {
      const address = consensusAddress(seat.consPubKey);
      return { seat, address, signs: signers.has(address) };
    }),
    params,
    height,
  };
}

/** Seats that have or shall have power. */
export function activeSeats({ seats }: ValidatorSet): SeatView[] {
  return seats.filter(({ seat }) => seat.targetPower > 0n);
}

/** A seat by id or name. @throws DaonetesError DAO3060 when there is none, or more than one of the name */
export function seatOf(set: ValidatorSet, text: string): SeatView {
  const active = activeSeats(set);
  const found = active.filter(({ seat }) => seat.moniker === text || String(seat.id) === text);
  if (found.length === 1) return found[0] as SeatView;
  throw new DaonetesError({
    code: "DAO3060",
    kind: "not_found",
    message: found.length === 0 ? `no seat of the validator set is called "${text}"` : `${found.length} seats are called "${text}"`,
    help: found.length === 0 ? "see them: daonetes validator list" : `name the number: ${found.map(({ seat }) => seat.id).join(", ")}`,
  });
}

/** A change as the checks see it. */
export type SetChange =
  | { what: "add"; power: bigint; runs: boolean }
  | { what: "remove"; seat: SeatView }
  | { what: "power"; seat: SeatView; power: bigint }
  | { what: "rotate"; seat: SeatView; runs: boolean };

/**
 * Refuses a change after which the network would stand still, and those that the chain refuses.
 * @throws DaonetesError DAO3061 below or above the bounds of the set, DAO3063 when those that run could not make blocks
 */
export function checkChange(set: ValidatorSet, change: SetChange): void {
  const active = activeSeats(set);
  const { minValidators, maxValidators } = set.params;
  if (change.what === "remove" && active.length - 1 < minValidators) {
    throw bounds(`${active.length - 1} ${seatsText(active.length - 1)} would be left, and the network wants at least ${minValidators}`, "add another seat first: daonetes validator add");
  }
  if (change.what === "add" && active.length + 1 > maxValidators) {
    throw bounds(`there are ${active.length} seats, and the network takes at most ${maxValidators}`, "remove one first: daonetes validator remove");
  }
  const before = setOf(active.map(({ seat, signs }) => ({ power: seat.targetPower, runs: signs })));
  const after = setOf(afterChange(active, change));
  if (makesBlocks(after)) return;
  const idle = active.filter(({ seat, signs }) => !signs && !(change.what === "rotate" && seat.id === change.seat.seat.id)).map(({ seat }) => seat.moniker || String(seat.id));
  throw new DaonetesError({
    code: "DAO3063",
    kind: "denied",
    message:
      `nodes with ${after.running} of ${after.total} power would run after it, and blocks need more than two thirds: the network would stand still` +
      (idle.length === 0 ? "" : ` (no signature lately: ${idle.join(", ")})`),
    help: makesBlocks(before) ? "see that the nodes run: daonetes network status; nothing was sent" : "start the nodes that are down first: daonetes network status; nothing was sent",
  });
}

function afterChange(active: readonly SeatView[], change: SetChange): { power: bigint; runs: boolean }[] {
  const same = active.map((view) => ({ view, power: view.seat.targetPower, runs: view.signs }));
  switch (change.what) {
    case "add":
      return [...same, { power: change.power, runs: change.runs }];
    case "remove":
      return same.filter(({ view }) => view.seat.id !== change.seat.seat.id);
    case "power":
      return same.map((one) => (one.view.seat.id === change.seat.seat.id ? { ...one, power: change.power } : one));
    case "rotate":
      return same.map((one) => (one.view.seat.id === change.seat.seat.id ? { ...one, runs: change.runs } : one));
  }
}

/** Seats each of which stops the network alone: a third of the power or more. */
export function aloneStop(seats: readonly { power: bigint; name: string }[]): string[] {
  const total = seats.reduce((sum, { power }) => sum + power, 0n);
  return seats.filter(({ power }) => 3n * power >= total).map(({ name }) => name);
}

/** True if the chain takes another key for this seat: it holds less than a third of the power. */
export function mayRotate(set: ValidatorSet, { seat }: SeatView): boolean {
  const total = activeSeats(set).reduce((sum, view) => sum + view.seat.appliedPower, 0n);
  return 3n * seat.appliedPower < total;
}

function seatsText(count: number): string {
  return count === 1 ? "seat" : "seats";
}

function bounds(message: string, help: string): DaonetesError {
  return new DaonetesError({ code: "DAO3061", kind: "denied", message, help: `${help}; nothing was sent` });
}
