package ante

import errorsmod "cosmossdk.io/errors"

// Codespace is the name under which the refusals of this package are known.
const Codespace = "ante"

// Errors of the ante handler. A code is never renumbered and never used again.
var (
	ErrOneSigner         = errorsmod.Register(Codespace, 2, "a transaction has exactly one signer, who is its fee payer: split it")
	ErrTooManyMessages   = errorsmod.Register(Codespace, 3, "too many messages in one transaction: split it")
	ErrGasLimit          = errorsmod.Register(Codespace, 4, "the gas limit is out of range: ask for what a simulation says, and a margin")
	ErrTooLarge          = errorsmod.Register(Codespace, 5, "the transaction is too large: split it, or stage content first")
	ErrFees              = errorsmod.Register(Codespace, 6, "this network takes no fees: send none and name no granter")
	ErrUnorderedTimeout  = errorsmod.Register(Codespace, 7, "the timeout of an unordered transaction must lie after the last block's time, by at most 10 minutes")
	ErrUnorderedType     = errorsmod.Register(Codespace, 8, "this message cannot be unordered: sign with the account's sequence")
	ErrJoinForm          = errorsmod.Register(Codespace, 9, "MsgJoin stands alone in an unordered transaction, signed by the ticket's own key")
	ErrTicketOnlyJoins   = errorsmod.Register(Codespace, 10, "a ticket signs MsgJoin and nothing else: sign with another key")
	ErrDeviceOnlyReports = errorsmod.Register(Codespace, 11, "a device signs its own reports, renewals, claims and announcements and nothing else: sign with another key")
	ErrNoRole            = errorsmod.Register(Codespace, 12, "this address has no role on the chain that allows the message: let someone who may name it do so first")
	ErrMessageType       = errorsmod.Register(Codespace, 13, "this network does not take this type of message")
	ErrNesting           = errorsmod.Register(Codespace, 14, "MsgExec is nested too deeply: at most 4 levels")
	ErrKeyType           = errorsmod.Register(Codespace, 15, "this type of key cannot sign here: use secp256k1, ed25519 or a multisig of secp256k1")
	ErrFeeTooLow         = errorsmod.Register(Codespace, 16, "this network wants a fee in one of its coins: see its prices (daonetesd query admission params)")
)
