import { createHash } from "node:crypto";
import type { EncodeObject } from "@cosmjs/proto-signing";
import { QueryCurrentPlanResponse } from "cosmjs-types/cosmos/upgrade/v1beta1/query";
import * as admissionQuery from "../../src/gen/daonetes/admission/v1/query.ts";
import * as admissionTx from "../../src/gen/daonetes/admission/v1/tx.ts";
import * as types from "../../src/gen/daonetes/valset/v1/core.ts";
import * as query from "../../src/gen/daonetes/valset/v1/query.ts";
import * as tx from "../../src/gen/daonetes/valset/v1/tx.ts";

type Answer = (request: Uint8Array) => Uint8Array | undefined;

const { VALIDATOR_STATUS_ACTIVE, VALIDATOR_STATUS_REMOVED } = types.ValidatorStatus;

/** A key by name. */
export function seatKey(name: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(`key of ${name}`).digest());
}

/** The validator set of a fake chain. Powers take effect at once; signatures are those of `down`'s complement. */
export class FakeSeats {
  readonly seats: types.Validator[] = [];
  /** Names of seats whose nodes do not run. */
  readonly down = new Set<string>();
  params: types.Params = { minValidators: 1, maxValidators: 100, openPeers: true, nodeIds: [] };
  authority = "";
  pendingAuthority = "";
  paused: string[] = [];
  plan: { name: string; height: bigint; info: string } | undefined;

  /** Puts a seat there. */
  seat(moniker: string, power = 1_000n, operator = ""): types.Validator {
    const seat = types.Validator.fromPartial({
      id: BigInt(this.seats.length + 1),
      moniker,
      operator,
      consPubKey: seatKey(moniker),
      targetPower: power,
      appliedPower: power,
      status: VALIDATOR_STATUS_ACTIVE,
    });
    this.seats.push(seat);
    return seat;
  }

  /** Does something and takes back what it changed here. */
  tried<T>(action: () => T): T {
    const { seats, authority, pendingAuthority, paused, plan } = this;
    const before = seats.map((seat) => ({ ...seat }));
    try {
      return action();
    } finally {
      seats.splice(0, seats.length, ...before);
      Object.assign(this, { authority, pendingAuthority, paused, plan });
    }
  }

  /** The answer of `commit`: who signed. */
  commit(): object {
    const signatures = this.seats
      .filter(({ targetPower }) => targetPower > 0n)
      .map(({ moniker, consPubKey }) => ({
        block_id_flag: this.down.has(moniker) ? 1 : 2,
        validator_address: this.down.has(moniker) ? "" : createHash("sha256").update(consPubKey).digest("hex").slice(0, 40).toUpperCase(),
      }));
    return { signed_header: { commit: { signatures } } };
  }

  /** Carries a message of the set out. @returns bytes of the response; undefined for another message */
  apply({ typeUrl, value }: EncodeObject): Uint8Array | undefined {
    const set = (id: bigint, change: Partial<types.Validator>): Uint8Array => {
      Object.assign(this.seats.find((seat) => seat.id === id) as types.Validator, change);
      return new Uint8Array();
    };
    switch (typeUrl.replace(/^\/(?:daonetes\.(?:valset|admission)|cosmos\.upgrade)\..*\.Msg/, "")) {
      case "AddValidator": {
        const { moniker, power, operator, consPubKey } = value as tx.MsgAddValidator;
        const seat = this.seat(moniker, power, operator);
        seat.consPubKey = consPubKey;
        return tx.MsgAddValidatorResponse.encode({ validatorId: seat.id }).finish();
      }
      case "RemoveValidator":
        return set((value as tx.MsgRemoveValidator).validatorId, { targetPower: 0n, appliedPower: 0n, status: VALIDATOR_STATUS_REMOVED });
      case "SetPower": {
        const { validatorId, power } = value as tx.MsgSetPower;
        return set(validatorId, { targetPower: power, appliedPower: power });
      }
      case "RotateKey": {
        const { validatorId, consPubKey } = value as tx.MsgRotateKey;
        return set(validatorId, { consPubKey });
      }
      case "ProposeNetworkAuthority": {
        const { newAuthority } = value as tx.MsgProposeNetworkAuthority;
        this.pendingAuthority = newAuthority === this.authority ? "" : newAuthority;
        return new Uint8Array();
      }
      case "AcceptNetworkAuthority":
        [this.authority, this.pendingAuthority] = [this.pendingAuthority, ""];
        return new Uint8Array();
      case "Pause":
        this.paused = [...this.paused, ...(value as admissionTx.MsgPause).typeUrls].sort();
        return new Uint8Array();
      case "Resume":
        this.paused = this.paused.filter((typeUrl) => !(value as admissionTx.MsgResume).typeUrls.includes(typeUrl));
        return new Uint8Array();
      case "SoftwareUpgrade":
        this.plan = (value as { plan: { name: string; height: bigint; info: string } }).plan;
        return new Uint8Array();
      case "CancelUpgrade":
        this.plan = undefined;
        return new Uint8Array();
      default:
        return undefined;
    }
  }

  answers(): Record<string, Answer> {
    const pagination = { nextKey: new Uint8Array(), total: 0n };
    return {
      "valset.v1.Query/Validators": () => query.QueryValidatorsResponse.encode({ validators: this.seats, pagination }).finish(),
      "valset.v1.Query/Params": () => query.QueryParamsResponse.encode({ params: this.params }).finish(),
      "valset.v1.Query/Authority": () => query.QueryAuthorityResponse.encode({ authority: this.authority, pendingAuthority: this.pendingAuthority }).finish(),
      "admission.v1.Query/Params": () => admissionQuery.QueryParamsResponse.encode(admissionQuery.QueryParamsResponse.fromPartial({ params: {} })).finish(),
      "admission.v1.Query/Paused": () => admissionQuery.QueryPausedResponse.encode({ typeUrls: this.paused }).finish(),
      "cosmos.upgrade.v1beta1.Query/CurrentPlan": () =>
        QueryCurrentPlanResponse.encode(this.plan === undefined ? QueryCurrentPlanResponse.fromPartial({}) : QueryCurrentPlanResponse.fromPartial({ plan: this.plan })).finish(),
    };
  }
}
