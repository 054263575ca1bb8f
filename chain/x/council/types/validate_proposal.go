package types

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
)

// Bounds of a proposal.
const (
	maxMessages      = 16
	maxMessagesBytes = 48 << 10
	maxTitleBytes    = 256
)

// ValidateSubmit is the check of MsgSubmit that needs no state; each message is checked against the council.
func ValidateSubmit(msg *councilv1.MsgSubmit) error {
	if _, err := ParseAddress(msg.Proposer); err != nil {
		return err
	}
	if err := validateTitle(msg.Title); err != nil {
		return err
	}
	return validateMessages(&councilv1.ProposalContent{Messages: msg.Messages})
}

func validateTitle(title string) error {
	if len(title) > maxTitleBytes || !utf8.ValidString(title) || strings.ContainsFunc(title, func(char rune) bool { return char < ' ' || char == 0x7f }) {
		return errorsmod.Wrapf(ErrInvalidTitle, "got %d bytes", len(title))
	}
	return nil
}

func validateMessages(content *councilv1.ProposalContent) error {
	if count := len(content.Messages); count == 0 || count > maxMessages {
		return errorsmod.Wrapf(ErrInvalidMessages, "got %d", count)
	}
	for i, message := range content.Messages {
		if message == nil || message.GetCachedValue() == nil {
			return errorsmod.Wrapf(ErrInvalidMessages, "message %d is empty", i+1)
		}
	}
	if size := content.Size(); size > maxMessagesBytes {
		return errorsmod.Wrapf(ErrInvalidMessages, "got %d bytes", size)
	}
	return nil
}

// ValidateVote is the check of a message by which a member says something to a proposal.
func ValidateVote(member string) error {
	_, err := ParseAddress(member)
	return err
}

// MessagesHash is the hash that stands for the messages of a proposal.
func MessagesHash(content *councilv1.ProposalContent) (string, error) {
	raw, err := content.Marshal()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// TypesOf are the types of the messages of a proposal, in order.
func TypesOf(content *councilv1.ProposalContent) []string {
	var typeURLs []string
	for _, message := range content.Messages {
		typeURLs = append(typeURLs, message.TypeUrl)
	}
	return typeURLs
}
