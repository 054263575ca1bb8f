package types

import errorsmod "cosmossdk.io/errors"

// Errors of the module. A code is never renumbered and never used again.
var (
	ErrUnauthorized  = errorsmod.Register(ModuleName, 2, "only the network's authority may do this")
	ErrInvalidParams = errorsmod.Register(ModuleName, 3, "a parameter is outside its range")
	ErrInvalidTypes  = errorsmod.Register(ModuleName, 4, "the list of message types cannot be taken")
	ErrNeverPaused   = errorsmod.Register(ModuleName, 5, "this type of message cannot be paused: without it nobody could resume")
	ErrPaused        = errorsmod.Register(ModuleName, 6, "the network's authority paused this type of message: try again when it is resumed")
	ErrRate          = errorsmod.Register(ModuleName, 7, "this address sends too much: try again later")
	ErrNonces        = errorsmod.Register(ModuleName, 8, "too many unordered transactions have their timeouts in this second: choose another timeout")
)
