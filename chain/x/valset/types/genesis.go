package types

import (
	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
)

// DefaultGenesis is the state of a network that has no seat yet.
func DefaultGenesis() *valsetv1.GenesisState {
	return &valsetv1.GenesisState{
		Params:          valsetv1.Params{MinValidators: 1, MaxValidators: 100, OpenPeers: true},
		NextValidatorId: 1,
	}
}

// ValidateGenesis refuses a state that the module could not have written. It allows a state without seats: a
// genesis file grows seat by seat, and the start refuses an empty one.
func ValidateGenesis(state *valsetv1.GenesisState) error {
	if err := ValidateParams(state.Params); err != nil {
		return err
	}
	ids, keys := map[uint64]bool{}, map[string]bool{}
	seats := uint32(0)
	for _, validator := range state.Validators {
		if err := ValidateValidator(validator); err != nil {
			return errorsmod.Wrapf(err, "validator %d", validator.Id)
		}
		if validator.Id == 0 || ids[validator.Id] || (state.NextValidatorId != 0 && validator.Id >= state.NextValidatorId) {
			return errorsmod.Wrapf(ErrInvalidValidator, "id: got %d, want a different one below next_validator_id", validator.Id)
		}
		if keys[string(validator.ConsPubKey)] {
			return errorsmod.Wrapf(ErrInvalidValidator, "validator %d: its key is there twice", validator.Id)
		}
		ids[validator.Id], keys[string(validator.ConsPubKey)] = true, true
		if validator.TargetPower > 0 {
			seats++
		}
	}
	addresses := map[string]bool{}
	for _, validator := range state.Validators {
		addresses[string(ed25519.PubKey(validator.ConsPubKey).Address())] = true
	}
	for _, former := range state.FormerKeys {
		if len(former.ConsAddress) != crypto.AddressSize || addresses[string(former.ConsAddress)] || !ids[former.ValidatorId] {
			return errorsmod.Wrapf(ErrInvalidValidator, "former_keys: got %X of seat %d, want 20 bytes of a key that no seat has, and a seat",
				former.ConsAddress, former.ValidatorId)
		}
		addresses[string(former.ConsAddress)] = true
	}
	if state.PendingAuthority != "" {
		if _, err := sdk.AccAddressFromBech32(state.PendingAuthority); err != nil {
			return errorsmod.Wrapf(ErrInvalidValidator, "pending_authority: got %q, want an address or nothing", state.PendingAuthority)
		}
	}
	if seats > state.Params.MaxValidators {
		return errorsmod.Wrapf(ErrTooManyValidators, "got %d, want at most %d", seats, state.Params.MaxValidators)
	}
	return nil
}
