package types

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"

	errorsmod "cosmossdk.io/errors"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
)

// Domains of the proofs of possession: the first part of each proof text.
const (
	TicketProofDomain = "daonetes/ticket/v1"
	AdmitProofDomain  = "daonetes/admit/v1"
	JoinProofDomain   = "daonetes/join/v1"
)

// TicketProofText is what a ticket's key signs for MsgCreateTicket.
func TicketProofText(chainID string, groupID uint64, pubKey []byte) []byte {
	return proofText([]byte(TicketProofDomain), []byte(chainID), bigEndian(groupID), pubKey)
}

// AdmitProofText is what a device's key signs for MsgAdmitDevice.
func AdmitProofText(chainID string, groupID uint64, pubKey []byte) []byte {
	return proofText([]byte(AdmitProofDomain), []byte(chainID), bigEndian(groupID), pubKey)
}

// JoinProofText is what a device's key signs for MsgJoin. ticket is the raw address of the ticket's key.
func JoinProofText(chainID string, groupID uint64, ticket, pubKey []byte, info workgroupv1.DeviceInfo) ([]byte, error) {
	encoded, err := info.Marshal()
	if err != nil {
		return nil, errorsmod.Wrap(ErrInvalidDeviceInfo, err.Error())
	}
	sum := sha256.Sum256(encoded)
	return proofText([]byte(JoinProofDomain), []byte(chainID), bigEndian(groupID), ticket, pubKey, sum[:]), nil
}

// VerifyProof refuses a signature that the key did not make over the text.
func VerifyProof(pubKey, text, signature []byte) error {
	if len(signature) != ed25519.SignatureSize {
		return errorsmod.Wrapf(ErrInvalidProof, "got a signature of %d bytes, want %d", len(signature), ed25519.SignatureSize)
	}
	if !ed25519.Verify(pubKey, text, signature) {
		return errorsmod.Wrap(ErrInvalidProof, "the signature is not of this key over this text")
	}
	return nil
}

// proofText joins the parts, each prefixed by its length as 4 bytes, big-endian.
func proofText(parts ...[]byte) []byte {
	var text []byte
	for _, part := range parts {
		text = binary.BigEndian.AppendUint32(text, uint32(len(part)))
		text = append(text, part...)
	}
	return text
}

func bigEndian(id uint64) []byte {
	return binary.BigEndian.AppendUint64(nil, id)
}
