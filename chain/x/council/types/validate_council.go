package types

import (
	"time"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
)

// Bounds of a council.
const (
	maxMembers       = 64
	maxWeight        = 1_000_000
	maxRules         = 100
	maxMetadataBytes = 1_024
)

// ValidateName refuses anything but 1 to 40 of a-z, 0-9 and inner dashes.
func ValidateName(name string) error {
	if len(name) == 0 || len(name) > 40 || name[0] == '-' || name[len(name)-1] == '-' {
		return errorsmod.Wrapf(ErrInvalidName, "got %q", clip(name))
	}
	for _, char := range []byte(name) {
		if (char < 'a' || char > 'z') && (char < '0' || char > '9') && char != '-' {
			return errorsmod.Wrapf(ErrInvalidName, "got %q", clip(name))
		}
	}
	return nil
}

// ValidateMembers refuses anything but 1 to 64 different members with weights in their range, none of them the
// council itself.
func ValidateMembers(members []councilv1.Member, council string) error {
	if len(members) == 0 || len(members) > maxMembers {
		return errorsmod.Wrapf(ErrMemberCount, "got %d", len(members))
	}
	seen, names := make(map[string]bool, len(members)), make(map[string]bool, len(members))
	for i, member := range members {
		if _, err := ParseAddress(member.Address); err != nil {
			return errorsmod.Wrapf(err, "member %d", i+1)
		}
		if member.Weight == 0 || member.Weight > maxWeight {
			return errorsmod.Wrapf(ErrInvalidWeight, "member %d, %s: got %d", i+1, member.Address, member.Weight)
		}
		if member.Address == council {
			return errorsmod.Wrapf(ErrOwnMember, "member %d is %s", i+1, council)
		}
		if seen[member.Address] {
			return errorsmod.Wrapf(ErrDuplicateMember, "member %d, %s", i+1, member.Address)
		}
		seen[member.Address] = true
		if member.Name == "" {
			continue
		}
		if err := ValidateName(member.Name); err != nil {
			return errorsmod.Wrapf(err, "member %d", i+1)
		}
		if names[member.Name] {
			return errorsmod.Wrapf(ErrDuplicateMember, "member %d, %s", i+1, member.Name)
		}
		names[member.Name] = true
	}
	return nil
}

// ValidateRules refuses too many rules, two for one type, and thresholds outside 1 to the weight of all members.
func ValidateRules(defaultThreshold uint64, rules []councilv1.Rule, totalWeight uint64) error {
	if len(rules) > maxRules {
		return errorsmod.Wrapf(ErrInvalidRules, "got %d", len(rules))
	}
	seen := make(map[string]bool, len(rules))
	for i, rule := range rules {
		if seen[rule.TypeUrl] {
			return errorsmod.Wrapf(ErrInvalidRules, "rule %d: %s has one already", i+1, clip(rule.TypeUrl))
		}
		seen[rule.TypeUrl] = true
	}
	return ValidateThresholds(defaultThreshold, rules, totalWeight)
}

// ValidateRuleTypes refuses rules for types of messages that a council cannot send.
func ValidateRuleTypes(rules []councilv1.Rule, types MessageTypes) error {
	for i, rule := range rules {
		if !types.MayPropose(rule.TypeUrl) {
			return errorsmod.Wrapf(ErrUnknownMessageType, "rule %d: got %q", i+1, clip(rule.TypeUrl))
		}
	}
	return nil
}

// ValidateThresholds refuses thresholds outside 1 to the weight of all members.
func ValidateThresholds(defaultThreshold uint64, rules []councilv1.Rule, totalWeight uint64) error {
	if err := validateThreshold("default_threshold", defaultThreshold, totalWeight); err != nil {
		return err
	}
	for _, rule := range rules {
		if err := validateThreshold(clip(rule.TypeUrl), rule.Threshold, totalWeight); err != nil {
			return err
		}
	}
	return nil
}

func validateThreshold(what string, threshold, totalWeight uint64) error {
	if threshold == 0 {
		return errorsmod.Wrap(ErrZeroThreshold, what)
	}
	if threshold > totalWeight {
		return errorsmod.Wrapf(ErrThresholdAboveTotal, "%s: got %d of %d", what, threshold, totalWeight)
	}
	return nil
}

func validateMetadata(metadata string) error {
	if len(metadata) > maxMetadataBytes || !utf8.ValidString(metadata) {
		return errorsmod.Wrapf(ErrInvalidMetadata, "got %d bytes", len(metadata))
	}
	return nil
}

func validateVotingPeriod(period, longest time.Duration) error {
	if period != 0 && (period < time.Minute || period > longest) {
		return errorsmod.Wrapf(ErrInvalidVotingPeriod, "got %s, want 0, or 1m to %s", period, longest)
	}
	return nil
}

// ValidateCreateCouncil is the check of MsgCreateCouncil that needs no state.
func ValidateCreateCouncil(msg *councilv1.MsgCreateCouncil, params councilv1.Params, types MessageTypes) error {
	if _, err := ParseAddress(msg.Creator); err != nil {
		return err
	}
	if err := ValidateName(msg.Name); err != nil {
		return err
	}
	// Which address the council will have, and that it is no member, is checked when its id is known.
	if err := ValidateMembers(msg.Members, ""); err != nil {
		return err
	}
	return validateRuleSet(msg.DefaultThreshold, msg.Rules, TotalWeight(msg.Members), msg.VotingPeriod, msg.Metadata, params, types)
}

// ValidateUpdateMembers is the check of MsgUpdateMembers that needs no state; the thresholds are checked against the
// council's rules.
func ValidateUpdateMembers(msg *councilv1.MsgUpdateMembers) error {
	if _, err := ParseAddress(msg.Council); err != nil {
		return err
	}
	return ValidateMembers(msg.Members, msg.Council)
}

// ValidateUpdateRules is the check of MsgUpdateRules against the weight of the council's members.
func ValidateUpdateRules(msg *councilv1.MsgUpdateRules, totalWeight uint64, params councilv1.Params, types MessageTypes) error {
	return validateRuleSet(msg.DefaultThreshold, msg.Rules, totalWeight, msg.VotingPeriod, msg.Metadata, params, types)
}

func validateRuleSet(
	defaultThreshold uint64, rules []councilv1.Rule, totalWeight uint64, period time.Duration, metadata string,
	params councilv1.Params, types MessageTypes,
) error {
	if err := ValidateRuleTypes(rules, types); err != nil {
		return err
	}
	if err := ValidateRules(defaultThreshold, rules, totalWeight); err != nil {
		return err
	}
	if err := validateVotingPeriod(period, params.MaxVotingPeriod); err != nil {
		return err
	}
	return validateMetadata(metadata)
}
