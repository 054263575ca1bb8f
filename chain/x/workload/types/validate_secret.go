package types

import (
	"strings"

	errorsmod "cosmossdk.io/errors"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// ValidatePutSecret is the stateless check of MsgPutSecret.
func ValidatePutSecret(msg *workloadv1.MsgPutSecret) error {
	if _, err := workgrouptypes.ParseAddress(msg.Publisher); err != nil {
		return err
	}
	if err := ValidateSecretName(msg.Name); err != nil {
		return err
	}
	if msg.Version == 0 {
		return errorsmod.Wrapf(ErrStaleSecret, "%s: got version 0, want 1 or more", msg.Name)
	}
	if msg.Generation == 0 {
		return errorsmod.Wrapf(ErrSecretGeneration, "%s: got generation 0, want 1 or more", msg.Name)
	}
	if msg.KeyRecipient != "" {
		if err := ValidateKeyRecipient(msg.KeyRecipient); err != nil {
			return err
		}
	}
	return validateCiphertext(msg.Name, msg.Ciphertext)
}

func validateCiphertext(name string, ciphertext []byte) error {
	if len(ciphertext) == 0 {
		return errorsmod.Wrap(ErrEmptyCiphertext, name)
	}
	if size := len(ciphertext); size > MaxCiphertextBytes {
		return errorsmod.Wrapf(ErrLargeCiphertext, "%s: got %d bytes, want 1 to %d", name, size, MaxCiphertextBytes)
	}
	return nil
}

// ValidateGrantSecret is the stateless check of MsgGrantSecret.
func ValidateGrantSecret(msg *workloadv1.MsgGrantSecret) error {
	if _, err := workgrouptypes.ParseAddress(msg.Sender); err != nil {
		return err
	}
	if err := ValidateSecretScope(msg.Scope); err != nil {
		return err
	}
	if len(msg.Grants) == 0 || len(msg.Grants) > MaxGrants {
		return errorsmod.Wrapf(ErrInvalidGrants, "got %d, want 1 to %d", len(msg.Grants), MaxGrants)
	}
	seen := make(map[string]bool, len(msg.Grants))
	for _, grant := range msg.Grants {
		if _, err := workgrouptypes.ParseAddress(grant.Recipient); err != nil {
			return err
		}
		if seen[grant.Recipient] {
			return errorsmod.Wrapf(ErrInvalidGrants, "%s is there twice", grant.Recipient)
		}
		seen[grant.Recipient] = true
		if size := len(grant.Sealed); size == 0 || size > MaxGrantBytes {
			return errorsmod.Wrapf(ErrInvalidGrants, "%s: got %d bytes, want 1 to %d", grant.Recipient, size, MaxGrantBytes)
		}
	}
	return nil
}

// ValidateRemoveSecret is the stateless check of MsgRemoveSecret.
func ValidateRemoveSecret(msg *workloadv1.MsgRemoveSecret) error {
	if _, err := workgrouptypes.ParseAddress(msg.Authority); err != nil {
		return err
	}
	return ValidateSecretName(msg.Name)
}

// ValidateSecretName refuses what cannot name a secret.
func ValidateSecretName(name string) error {
	if !IsSecretName(name) {
		return errorsmod.Wrapf(ErrInvalidSecretName, "got %d bytes that start with %q", len(name), name[:min(len(name), 64)])
	}
	return nil
}

// ValidateSecretScope refuses what no secret has as its scope.
func ValidateSecretScope(scope string) error {
	if !IsSecretName(scope) || SecretScope(scope) != scope {
		return errorsmod.Wrapf(ErrInvalidSecretName, "got %q, want a scope: a deployment, the name of a secret that stands alone, or registry/<host>", scope[:min(len(scope), 64)])
	}
	return nil
}

// ValidateKeyRecipient takes the public part of a key only: never an identity, which starts otherwise.
func ValidateKeyRecipient(recipient string) error {
	if len(recipient) > maxKeyRecipientBytes || !strings.HasPrefix(recipient, "age1") {
		return errorsmod.Wrapf(ErrInvalidKeyRecipient, "got %d bytes, want age1 and at most %d", len(recipient), maxKeyRecipientBytes)
	}
	for _, char := range []byte(recipient) {
		if (char < 'a' || char > 'z') && (char < '0' || char > '9') {
			return errorsmod.Wrap(ErrInvalidKeyRecipient, "got a character that is none of a-z and 0-9")
		}
	}
	return nil
}
