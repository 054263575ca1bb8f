package types

import errorsmod "cosmossdk.io/errors"

// Errors of the module. A code is never renumbered and never used again.
var (
	ErrUnauthorized      = errorsmod.Register(ModuleName, 2, "this address may not do that: sign with the network's authority")
	ErrInvalidParams     = errorsmod.Register(ModuleName, 3, "not a set of parameters: keep each field within its range")
	ErrInvalidValidator  = errorsmod.Register(ModuleName, 4, "not a seat: keep each field within its range and use each key once")
	ErrValidatorNotFound = errorsmod.Register(ModuleName, 5, "no such seat: check its id")
	ErrTooFewValidators  = errorsmod.Register(ModuleName, 6, "too few seats with power: the network needs at least min_validators")
	ErrTooManyValidators = errorsmod.Register(ModuleName, 7, "too many seats with power: raise max_validators first")
)
