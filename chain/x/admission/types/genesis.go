package types

import (
	errorsmod "cosmossdk.io/errors"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
)

// DefaultGenesis is the state of a new network.
func DefaultGenesis() *admissionv1.GenesisState {
	return &admissionv1.GenesisState{Params: DefaultParams()}
}

// ValidateGenesis refuses a state that the module could not have written.
func ValidateGenesis(state *admissionv1.GenesisState) error {
	if err := ValidateParams(state.Params); err != nil {
		return err
	}
	if len(state.Paused) == 0 {
		return nil
	}
	return errorsmod.Wrap(ValidateTypes(state.Paused), "paused")
}
