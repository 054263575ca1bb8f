package types

import (
	"slices"
	"strings"

	errorsmod "cosmossdk.io/errors"
)

// neverPaused are what the network's authority needs to resume, be it a key or a council. Those of this module are
// never paused either.
var neverPaused = []string{
	"/daonetes.council.v1.MsgSubmit",
	"/daonetes.council.v1.MsgApprove",
	"/daonetes.council.v1.MsgReject",
	"/daonetes.council.v1.MsgWithdraw",
	"/daonetes.valset.v1.MsgProposeNetworkAuthority",
	"/daonetes.valset.v1.MsgAcceptNetworkAuthority",
}

// ValidateTypes refuses a list of types that cannot be paused.
func ValidateTypes(typeURLs []string) error {
	if len(typeURLs) < 1 || len(typeURLs) > maxPausedTypes {
		return errorsmod.Wrapf(ErrInvalidTypes, "got %d types, want 1 to %d", len(typeURLs), maxPausedTypes)
	}
	for i, typeURL := range typeURLs {
		if !strings.HasPrefix(typeURL, "/") || len(typeURL) > maxTypeBytes {
			return errorsmod.Wrapf(ErrInvalidTypes, "got %.200q, want a type URL such as /daonetes.workgroup.v1.MsgCreateGroup", typeURL)
		}
		if strings.HasPrefix(typeURL, "/daonetes.admission.v1.") || slices.Contains(neverPaused, typeURL) {
			return errorsmod.Wrapf(ErrNeverPaused, "got %s", typeURL)
		}
		if slices.Contains(typeURLs[:i], typeURL) {
			return errorsmod.Wrapf(ErrInvalidTypes, "got %s twice", typeURL)
		}
	}
	return nil
}
