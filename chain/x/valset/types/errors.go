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
	ErrKeyUsed           = errorsmod.Register(ModuleName, 8, "this consensus key was used on this network: make a new one")
	ErrSeatGone          = errorsmod.Register(ModuleName, 9, "this seat lost its power for ever: add another one")
	ErrRotationTooLarge  = errorsmod.Register(ModuleName, 10, "this seat holds too much of the power to change its key at once: add a second seat, wait until it has its power, and remove the first")
	ErrRotationPending   = errorsmod.Register(ModuleName, 11, "this seat changed its key in this block: wait for the next one")
	ErrNoAuthorityOffer  = errorsmod.Register(ModuleName, 12, "the authority over the network is not offered to this address: let the network's authority propose it")
	ErrNothingChanges    = errorsmod.Register(ModuleName, 13, "the seat is that already")
	ErrConsensusParams   = errorsmod.Register(ModuleName, 14, "these consensus parameters would stop the network or take its authority away")
)
