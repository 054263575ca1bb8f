package types

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Candidate is a device that a placement may choose.
type Candidate struct {
	// Address of the device.
	Address sdk.AccAddress
	// Holds is true if the device holds the deployment now.
	Holds bool
	// Load is how many deployments the device holds.
	Load uint64
}

// RankCandidates puts the candidates into the order in which a deployment takes them: who holds it now, then the
// fewest assignments, then the smallest sha256 of deployment id and device address.
func RankCandidates(deploymentID uint64, candidates []Candidate) []Candidate {
	type ranked struct {
		candidate Candidate
		tie       [sha256.Size]byte
	}
	list := make([]ranked, len(candidates))
	for i, candidate := range candidates {
		list[i] = ranked{candidate, tieBreak(deploymentID, candidate.Address)}
	}
	slices.SortFunc(list, func(left, right ranked) int {
		switch {
		case left.candidate.Holds && !right.candidate.Holds:
			return -1
		case right.candidate.Holds && !left.candidate.Holds:
			return 1
		case !left.candidate.Holds && left.candidate.Load != right.candidate.Load:
			return cmp.Compare(left.candidate.Load, right.candidate.Load)
		default:
			return bytes.Compare(left.tie[:], right.tie[:])
		}
	})
	sorted := make([]Candidate, len(list))
	for i, entry := range list {
		sorted[i] = entry.candidate
	}
	return sorted
}

func tieBreak(deploymentID uint64, address sdk.AccAddress) [sha256.Size]byte {
	return sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, deploymentID), address...))
}

// FitsPlatform tells whether a spec for these platforms runs on a device's. An empty list fits every device; an entry
// without variant fits every variant.
func FitsPlatform(platforms []string, device string) bool {
	if len(platforms) == 0 {
		return true
	}
	for _, platform := range platforms {
		if device == platform || (len(device) > len(platform) && device[:len(platform)+1] == platform+"/") {
			return true
		}
	}
	return false
}
