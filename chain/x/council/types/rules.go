package types

import (
	"slices"
	"strings"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
)

const (
	typeUpdateMembers = "/daonetes.council.v1.MsgUpdateMembers"
	typeUpdateRules   = "/daonetes.council.v1.MsgUpdateRules"
)

// StrictTypes give the council's power away. They never need less than the strictest rule, or a cheap rule would
// buy the dear ones.
var StrictTypes = []string{
	typeUpdateMembers,
	typeUpdateRules,
	"/cosmos.authz.v1beta1.MsgGrant",
	"/daonetes.workgroup.v1.MsgProposeAuthority",
	"/daonetes.valset.v1.MsgProposeNetworkAuthority",
}

// IsReform tells whether messages change members and rules and nothing else.
func IsReform(typeURLs []string) bool {
	return !slices.ContainsFunc(typeURLs, func(typeURL string) bool {
		return typeURL != typeUpdateMembers && typeURL != typeUpdateRules
	})
}

// SortedRules are the rules by type.
func SortedRules(rules []councilv1.Rule) []councilv1.Rule {
	sorted := slices.Clone(rules)
	slices.SortFunc(sorted, func(a, b councilv1.Rule) int { return strings.Compare(a.TypeUrl, b.TypeUrl) })
	return sorted
}

// Needed is the weight of approvals that a proposal with messages of these types needs: the highest that any of them
// needs.
func Needed(council councilv1.Council, typeURLs []string) uint64 {
	needed := uint64(0)
	for _, typeURL := range typeURLs {
		needed = max(needed, threshold(council, typeURL))
	}
	return needed
}

func threshold(council councilv1.Council, typeURL string) uint64 {
	own, strictest := council.DefaultThreshold, council.DefaultThreshold
	for _, rule := range council.Rules {
		if rule.TypeUrl == typeURL {
			own = rule.Threshold
		}
		strictest = max(strictest, rule.Threshold)
	}
	if slices.Contains(StrictTypes, typeURL) {
		return strictest
	}
	return own
}
