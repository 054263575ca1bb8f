package types

import (
	"bytes"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// TaggedMember is a member of a group that has the tags asked for.
type TaggedMember struct {
	// Address of the device.
	Address sdk.AccAddress
	// Approved is false while the device is cordoned.
	Approved bool
}

// IntersectMembers keeps the members that are in both lists; the lists and the result are sorted by address.
func IntersectMembers(left, right []TaggedMember) []TaggedMember {
	var both []TaggedMember
	for i, j := 0, 0; i < len(left) && j < len(right); {
		switch bytes.Compare(left[i].Address, right[j].Address) {
		case 0:
			both = append(both, left[i])
			i++
			j++
		case -1:
			i++
		default:
			j++
		}
	}
	return both
}
