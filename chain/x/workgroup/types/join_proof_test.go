package types_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// update writes the golden files anew: UPDATE_GOLDEN=1 go test ./...
var update = os.Getenv("UPDATE_GOLDEN") != ""

const vectorFolder = "../../../../testdata/vectors/"

type infoVector struct {
	NameHint         string   `json:"nameHint"`
	Platform         string   `json:"platform"`
	EngineVersion    string   `json:"engineVersion"`
	EngineAPIVersion string   `json:"engineApiVersion"`
	AgentVersion     string   `json:"agentVersion"`
	AgeRecipient     string   `json:"ageRecipient"`
	WireguardKeyHex  string   `json:"wireguardKeyHex"`
	Endpoints        []string `json:"endpoints"`
}

type proofVector struct {
	Kind             string      `json:"kind"`
	ChainID          string      `json:"chainId"`
	GroupID          string      `json:"groupId"`
	SeedHex          string      `json:"seedHex"`
	PubKeyHex        string      `json:"pubKeyHex"`
	AddressHex       string      `json:"addressHex"`
	Address          string      `json:"address"`
	TicketAddressHex string      `json:"ticketAddressHex,omitempty"`
	TicketAddress    string      `json:"ticketAddress,omitempty"`
	Info             *infoVector `json:"info,omitempty"`
	InfoHex          string      `json:"infoHex,omitempty"`
	TextHex          string      `json:"textHex"`
	SignatureHex     string      `json:"signatureHex"`
}

func (v infoVector) message(t *testing.T) workgroupv1.DeviceInfo {
	key, err := hex.DecodeString(v.WireguardKeyHex)
	require.NoError(t, err)
	return workgroupv1.DeviceInfo{
		NameHint: v.NameHint, Platform: v.Platform, EngineVersion: v.EngineVersion, EngineApiVersion: v.EngineAPIVersion,
		AgentVersion: v.AgentVersion, AgeRecipient: v.AgeRecipient, WireguardKey: key, Endpoints: v.Endpoints,
	}
}

func makeProofVectors(t *testing.T) []proofVector {
	infos := []infoVector{
		{Endpoints: []string{}},
		{Platform: "linux/amd64", Endpoints: []string{}},
		{
			NameHint: "rack-1", Platform: "linux/arm64/v8", EngineVersion: "27.5.1", EngineAPIVersion: "1.47", AgentVersion: "0.1.0",
			AgeRecipient: "age1example", WireguardKeyHex: hex.EncodeToString(make([]byte, 31)) + "07",
			Endpoints: []string{"192.0.2.1:51820", "host.example:51820"},
		},
	}
	var vectors []proofVector
	add := func(kind, chainID string, group uint64, groupText string, seedByte byte, info *infoVector) {
		seed := sha256.Sum256([]byte{seedByte})
		key := ed25519.NewKeyFromSeed(seed[:])
		public := []byte(key.Public().(ed25519.PublicKey))
		address := types.KeyAddress(public)
		addressText, err := types.AddressText(address)
		require.NoError(t, err)
		vector := proofVector{
			Kind: kind, ChainID: chainID, GroupID: groupText, SeedHex: hex.EncodeToString(seed[:]), PubKeyHex: hex.EncodeToString(public),
			AddressHex: hex.EncodeToString(address), Address: addressText, Info: info,
		}
		var text []byte
		switch kind {
		case "ticket":
			text = types.TicketProofText(chainID, group, public)
		case "admit":
			text = types.AdmitProofText(chainID, group, public)
		default:
			ticketSeed := sha256.Sum256([]byte{seedByte, seedByte})
			ticket := types.KeyAddress(ed25519.NewKeyFromSeed(ticketSeed[:]).Public().(ed25519.PublicKey))
			vector.TicketAddressHex = hex.EncodeToString(ticket)
			vector.TicketAddress, err = types.AddressText(ticket)
			require.NoError(t, err)
			message := info.message(t)
			encoded, err := message.Marshal()
			require.NoError(t, err)
			vector.InfoHex = hex.EncodeToString(encoded)
			text, err = types.JoinProofText(chainID, group, ticket, public, message)
			require.NoError(t, err)
		}
		vector.TextHex = hex.EncodeToString(text)
		vector.SignatureHex = hex.EncodeToString(ed25519.Sign(key, text))
		vectors = append(vectors, vector)
	}
	add("ticket", "daonetes-1", 1, "1", 1, nil)
	add("ticket", "other-chain", 18446744073709551615, "18446744073709551615", 2, nil)
	add("admit", "daonetes-1", 1, "1", 3, nil)
	add("admit", "daonetes-1", 258, "258", 4, nil)
	for i := range infos {
		add("join", "daonetes-1", uint64(i+1), string(rune('1'+i)), byte(10+i), &infos[i])
	}
	return vectors
}

func TestProofTextsMatchTheGoldenFile(t *testing.T) {
	file := vectorFolder + "proofs.json"
	got, err := json.MarshalIndent(makeProofVectors(t), "", "  ")
	require.NoError(t, err)
	got = append(got, '\n')
	if update {
		require.NoError(t, os.WriteFile(file, got, 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

func TestProofTextIsOfLengthPrefixedParts(t *testing.T) {
	text := types.TicketProofText("c", 1, []byte{9})
	require.Equal(t, "00000012"+hex.EncodeToString([]byte("daonetes/ticket/v1"))+"00000001"+"63"+"00000008"+"0000000000000001"+"00000001"+"09", hex.EncodeToString(text))
}

func TestVerifyProofRefusesOtherTextsKeysAndLengths(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	text := types.AdmitProofText("chain", 7, public)
	signature := ed25519.Sign(private, text)
	require.NoError(t, types.VerifyProof(public, text, signature))
	require.ErrorIs(t, types.VerifyProof(public, types.AdmitProofText("chain", 8, public), signature), types.ErrInvalidProof)
	require.ErrorIs(t, types.VerifyProof(public, types.AdmitProofText("other", 7, public), signature), types.ErrInvalidProof)
	require.ErrorIs(t, types.VerifyProof(public, types.TicketProofText("chain", 7, public), signature), types.ErrInvalidProof)
	require.ErrorIs(t, types.VerifyProof(public, text, signature[:63]), types.ErrInvalidProof)
	require.ErrorIs(t, types.VerifyProof(public, text, nil), types.ErrInvalidProof)
}
