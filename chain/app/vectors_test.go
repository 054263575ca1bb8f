package app_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

// update writes the golden files anew: UPDATE_GOLDEN=1 go test ./...
var update = os.Getenv("UPDATE_GOLDEN") != ""

const vectorFolder = "../../testdata/vectors/"

// golden compares a value with a golden file that other languages read too.
func golden(t *testing.T, name string, value any) {
	t.Helper()
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	require.NoError(t, encoder.Encode(value))
	if update {
		require.NoError(t, os.WriteFile(vectorFolder+name, buffer.Bytes(), 0o644))
	}
	want, err := os.ReadFile(vectorFolder + name)
	require.NoError(t, err)
	require.Equal(t, string(want), buffer.String())
}

func TestAddressVectors(t *testing.T) {
	type vector struct {
		Kind       string `json:"kind"`
		PubKeyHex  string `json:"pubKeyHex"`
		AddressHex string `json:"addressHex"`
		Address    string `json:"address"`
	}
	var vectors []vector
	for _, actor := range []actor{person("alice"), person("bob"), machine("device"), machine("ticket")} {
		if actor.key.Type() == "ed25519" {
			require.Equal(t, workgrouptypes.KeyAddress(actor.pubKey()), actor.raw())
		}
		vectors = append(vectors, vector{actor.key.Type(), hex.EncodeToString(actor.pubKey()), hex.EncodeToString(actor.raw()), actor.String()})
	}
	golden(t, "addresses.json", vectors)
}

// Devices compute the keys of what they prove: the prefix bytes and the form of keys never change.
func TestStoreKeyVectors(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	device := n.members(group, 1, "site=lab")[0]
	manifestKey := append([]byte{3}, device.raw()...)
	deviceKey := append([]byte{10}, device.raw()...)
	type vector struct {
		Store      string `json:"store"`
		Record     string `json:"record"`
		Device     string `json:"device,omitempty"`
		AddressHex string `json:"addressHex,omitempty"`
		GroupID    string `json:"groupId,omitempty"`
		HashHex    string `json:"hashHex,omitempty"`
		KeyHex     string `json:"keyHex"`
	}
	specHash, _ := hashOf("canonical")
	n.spec(group, "app", "canonical")
	groupBytes := []byte{0, 0, 0, 0, 0, 0, 0, 1}
	vectors := []vector{
		{Store: workloadtypes.StoreKey, Record: "Manifest", Device: device.String(), AddressHex: hex.EncodeToString(device.raw()), KeyHex: hex.EncodeToString(manifestKey)},
		{Store: workgrouptypes.StoreKey, Record: "Device", Device: device.String(), AddressHex: hex.EncodeToString(device.raw()), KeyHex: hex.EncodeToString(deviceKey)},
		{Store: workgrouptypes.StoreKey, Record: "Group", GroupID: "1", KeyHex: hex.EncodeToString(append([]byte{4}, groupBytes...))},
		{Store: workloadtypes.StoreKey, Record: "Content", GroupID: "1", HashHex: hex.EncodeToString(specHash), KeyHex: hex.EncodeToString(append(append([]byte{8}, groupBytes...), specHash...))},
	}
	// The keys are where the chain really stores the records.
	for _, vector := range vectors {
		key, err := hex.DecodeString(vector.KeyHex)
		require.NoError(t, err)
		require.NotEmpty(t, n.stored(vector.Store, key), "%s under %s", vector.Record, vector.KeyHex)
	}
	golden(t, "store-keys.json", vectors)
}

// stored is the raw value under a key of a store.
func (n *network) stored(store string, key []byte) []byte {
	n.t.Helper()
	response, err := n.app.Query(n.t.Context(), queryOf("/store/"+store+"/key", key))
	require.NoError(n.t, err)
	require.Zero(n.t, response.Code, response.Log)
	return response.Value
}
