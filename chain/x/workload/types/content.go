package types

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	errorsmod "cosmossdk.io/errors"
)

const hashPrefix = "sha256:"

// ContentHash is the raw sha256 of content and its text, "sha256:" and 64 hex digits.
func ContentHash(content []byte) ([]byte, string) {
	sum := sha256.Sum256(content)
	return sum[:], HashText(sum[:])
}

// HashText is the text of a raw hash.
func HashText(raw []byte) string {
	return hashPrefix + hex.EncodeToString(raw)
}

// ParseHash reads the text of a hash and refuses any but the canonical form.
func ParseHash(text string) ([]byte, error) {
	digits, found := strings.CutPrefix(text, hashPrefix)
	raw, err := hex.DecodeString(digits)
	if !found || err != nil || len(raw) != sha256.Size || digits != strings.ToLower(digits) {
		return nil, errorsmod.Wrapf(ErrInvalidHash, "got %d bytes that start with %q", len(text), text[:min(len(text), 16)])
	}
	return raw, nil
}
