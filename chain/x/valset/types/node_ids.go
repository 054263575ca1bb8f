package types

import (
	"encoding/hex"
	"slices"
	"strings"

	errorsmod "cosmossdk.io/errors"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
)

const (
	maxNodeIDs  = 300
	nodeIDBytes = 20
)

// MayConnect tells whether the network lets a node in. An id is the one that the node proves when it connects.
func MayConnect(params valsetv1.Params, nodeID string) bool {
	return params.OpenPeers || slices.Contains(params.NodeIds, nodeID)
}

func validateNodeIDs(ids []string) error {
	if len(ids) > maxNodeIDs {
		return errorsmod.Wrapf(ErrInvalidParams, "node_ids: got %d, want at most %d", len(ids), maxNodeIDs)
	}
	seen := map[string]bool{}
	for _, id := range ids {
		raw, err := hex.DecodeString(id)
		if err != nil || len(raw) != nodeIDBytes || strings.ToLower(id) != id {
			return errorsmod.Wrapf(ErrInvalidParams, "node_ids: got %.50q, want 40 hexadecimal digits in lower case, as daonetesd comet show-node-id prints them", id)
		}
		if seen[id] {
			return errorsmod.Wrapf(ErrInvalidParams, "node_ids: got %s twice", id)
		}
		seen[id] = true
	}
	return nil
}
