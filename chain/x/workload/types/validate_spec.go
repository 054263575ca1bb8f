package types

import (
	"slices"

	errorsmod "cosmossdk.io/errors"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// ValidatePublishBlob is the stateless check of MsgPublishBlob.
func ValidatePublishBlob(msg *workloadv1.MsgPublishBlob, params workloadv1.Params) error {
	if _, err := workgrouptypes.ParseAddress(msg.Publisher); err != nil {
		return err
	}
	return validateContent(msg.Content, params.MaxBlobBytes)
}

// ValidatePublishSpec is the stateless check of MsgPublishSpec.
func ValidatePublishSpec(msg *workloadv1.MsgPublishSpec, params workloadv1.Params) error {
	if _, err := workgrouptypes.ParseAddress(msg.Publisher); err != nil {
		return err
	}
	if err := workgrouptypes.ValidateName(msg.Name); err != nil {
		return err
	}
	if err := validateContent(msg.Content, params.MaxSpecBytes); err != nil {
		return err
	}
	return ValidateDeclaration(msg.Declaration)
}

// ValidateRetireSpec is the stateless check of MsgRetireSpec.
func ValidateRetireSpec(msg *workloadv1.MsgRetireSpec) error {
	if _, err := workgrouptypes.ParseAddress(msg.Authority); err != nil {
		return err
	}
	_, err := ParseHash(msg.Hash)
	return err
}

func validateContent(content []byte, limit uint32) error {
	if len(content) == 0 || len(content) > int(limit) {
		return errorsmod.Wrapf(ErrInvalidContent, "got %d bytes, want 1 to %d", len(content), limit)
	}
	return nil
}

// ValidateDeclaration refuses lists that are unsorted, too long, or hold something else than they should.
func ValidateDeclaration(declaration workloadv1.SpecDeclaration) error {
	for _, row := range []struct {
		field string
		list  []string
		limit int
		valid func(string) bool
	}{
		{"blobs", declaration.Blobs, 64, func(text string) bool { _, err := ParseHash(text); return err == nil }},
		{"secrets", declaration.Secrets, 64, IsSecretName},
		{"platforms", declaration.Platforms, 16, func(text string) bool { return isText(text, 32) }},
		{"requires", declaration.Requires, 64, func(text string) bool { return isText(text, 256) }},
	} {
		if len(row.list) > row.limit {
			return errorsmod.Wrapf(ErrInvalidDeclaration, "%s: got %d, want at most %d", row.field, len(row.list), row.limit)
		}
		for i, text := range row.list {
			if !row.valid(text) {
				return errorsmod.Wrapf(ErrInvalidDeclaration, "%s: entry %d is not valid", row.field, i+1)
			}
			if i > 0 && row.list[i-1] >= text {
				return errorsmod.Wrapf(ErrInvalidDeclaration, "%s: entry %d is not above the one before", row.field, i+1)
			}
		}
	}
	return nil
}

// ValidateSecrets refuses pins that are not one version of each secret that the spec declares.
func ValidateSecrets(pins []workloadv1.SecretVersion, declared []string) error {
	if len(pins) != len(declared) {
		return errorsmod.Wrapf(ErrInvalidSecrets, "got %d, want %d", len(pins), len(declared))
	}
	for i, pin := range pins {
		if pin.Version == 0 {
			return errorsmod.Wrapf(ErrInvalidSecrets, "%s: got version 0, want 1 or more", pin.Name)
		}
		if !slices.Contains(declared, pin.Name) || (i > 0 && pins[i-1].Name >= pin.Name) {
			return errorsmod.Wrapf(ErrInvalidSecrets, "entry %d: want the declared names, sorted", i+1)
		}
	}
	return nil
}

// isText tells whether a text is printable and of 1 to limit bytes.
func isText(text string, limit int) bool {
	return len(text) > 0 && len(text) <= limit && workgrouptypes.IsPrintable(text)
}
