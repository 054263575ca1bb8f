package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	counciltypes "github.com/daonetes/daonetes/chain/x/council/types"
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
		Name       string `json:"name,omitempty"`
		Number     string `json:"number,omitempty"`
		KeyHex     string `json:"keyHex"`
	}
	specHash, _ := hashOf("canonical")
	n.spec(group, "app", "canonical")
	groupBytes := []byte{0, 0, 0, 0, 0, 0, 0, 1}
	n.announce(device)
	n.seal(group, "shop/DB", 1, 1)
	n.deployWith(group, "shop", onDevices(device), pin("shop/DB", 1))
	n.ok(n.alice, n.grantMsg(group, "shop", 1, device))
	named := func(prefix byte, name string) []byte {
		return append(append(append(append([]byte{prefix}, groupBytes...), name...), 0), groupBytes...)
	}
	n.ok(n.alice, &workgroupv1.MsgSetRecipient{Address: n.alice.String(), AgeRecipient: "age1pq1alice"})
	council := n.council("board", 1, nil, n.alice)
	councilAddress, err := sdk.AccAddressFromBech32(council.String())
	require.NoError(t, err)
	vectors := []vector{
		{Store: workloadtypes.StoreKey, Record: "Manifest", Device: device.String(), AddressHex: hex.EncodeToString(device.raw()), KeyHex: hex.EncodeToString(manifestKey)},
		{Store: workgrouptypes.StoreKey, Record: "Device", Device: device.String(), AddressHex: hex.EncodeToString(device.raw()), KeyHex: hex.EncodeToString(deviceKey)},
		{Store: workgrouptypes.StoreKey, Record: "Group", GroupID: "1", KeyHex: hex.EncodeToString(append([]byte{4}, groupBytes...))},
		{Store: workloadtypes.StoreKey, Record: "Content", GroupID: "1", HashHex: hex.EncodeToString(specHash), KeyHex: hex.EncodeToString(append(append([]byte{8}, groupBytes...), specHash...))},
		{Store: workloadtypes.StoreKey, Record: "SecretContent", GroupID: "1", Name: "shop/DB", Number: "1", KeyHex: hex.EncodeToString(named(27, "shop/DB"))},
		{Store: workloadtypes.StoreKey, Record: "SecretVersion", GroupID: "1", Name: "shop/DB", KeyHex: hex.EncodeToString(append(append([]byte{31}, groupBytes...), "shop/DB"...))},
		{Store: workloadtypes.StoreKey, Record: "SecretKey", GroupID: "1", Name: "shop", Number: "1", KeyHex: hex.EncodeToString(named(28, "shop"))},
		{
			Store: workloadtypes.StoreKey, Record: "SecretGrant", Device: device.String(), AddressHex: hex.EncodeToString(device.raw()), GroupID: "1", Name: "shop", Number: "1",
			KeyHex: hex.EncodeToString(append(named(29, "shop"), device.raw()...)),
		},
		{Store: workgrouptypes.StoreKey, Record: "Recipient", Device: n.alice.String(), AddressHex: hex.EncodeToString(n.alice.raw()), KeyHex: hex.EncodeToString(append([]byte{15}, n.alice.raw()...))},
		{Store: counciltypes.StoreKey, Record: "CouncilID", Device: council.String(), AddressHex: hex.EncodeToString(councilAddress), KeyHex: hex.EncodeToString(append([]byte{6}, councilAddress...))},
		{Store: counciltypes.StoreKey, Record: "Council", GroupID: "1", KeyHex: hex.EncodeToString(append([]byte{4}, groupBytes...))},
	}
	// The keys are where the chain really stores the records.
	for _, vector := range vectors {
		key, err := hex.DecodeString(vector.KeyHex)
		require.NoError(t, err)
		require.NotEmpty(t, n.stored(vector.Store, key), "%s under %s", vector.Record, vector.KeyHex)
	}
	golden(t, "store-keys.json", vectors)
}

// Clients show what a proposal needs, and recompute the hash that an approval names.
func TestCouncilVectors(t *testing.T) {
	type message struct {
		TypeURL string `json:"typeUrl"`
		Value   string `json:"valueBase64"`
	}
	type needed struct {
		TypeURLs []string `json:"typeUrls"`
		Needed   string   `json:"needed"`
	}
	var vectors struct {
		Addresses   map[string]string `json:"addresses"`
		StrictTypes []string          `json:"strictTypes"`
		Council     json.RawMessage   `json:"council"`
		Needed      []needed          `json:"needed"`
		Messages    []message         `json:"messages"`
		Hash        string            `json:"messagesHash"`
	}
	b := newBoard(1, "board", 3)
	vectors.Addresses = map[string]string{}
	for _, id := range []uint64{1, 2, 1 << 40} {
		_, text, err := counciltypes.CouncilAddress(id)
		require.NoError(t, err)
		vectors.Addresses[strconv.FormatUint(id, 10)] = text
	}
	vectors.StrictTypes = counciltypes.StrictTypes
	pause, cordon := "/daonetes.workload.v1.MsgPauseDeployment", "/daonetes.workgroup.v1.MsgCordonDevice"
	council := b.record("board", 2, councilv1.Rule{TypeUrl: pause, Threshold: 1}, councilv1.Rule{TypeUrl: "/daonetes.workgroup.v1.MsgCloseGroup", Threshold: 3})
	vectors.Council = json.RawMessage(`{"defaultThreshold":"2","rules":[{"typeUrl":"` + council.Rules[0].TypeUrl + `","threshold":"3"},{"typeUrl":"` + council.Rules[1].TypeUrl + `","threshold":"1"}]}`)
	for _, types := range [][]string{{pause}, {cordon}, {pause, cordon}, {"/daonetes.workgroup.v1.MsgCloseGroup", pause}, {"/daonetes.workgroup.v1.MsgAcceptAuthority"}, counciltypes.StrictTypes[:1], counciltypes.StrictTypes[1:2], counciltypes.StrictTypes[2:3], counciltypes.StrictTypes[3:4], counciltypes.StrictTypes[4:]} {
		vectors.Needed = append(vectors.Needed, needed{types, strconv.FormatUint(counciltypes.Needed(council, types), 10)})
	}
	submit := b.submitMsg(b.members[0],
		&workgroupv1.MsgAcceptAuthority{Authority: b.String(), GroupId: 7},
		&workgroupv1.MsgUpdateGroup{Authority: b.String(), GroupId: 7, Metadata: "für alle", Policy: workgroupv1.GroupPolicy{Lease: time.Hour}})
	for _, packed := range submit.Messages {
		vectors.Messages = append(vectors.Messages, message{packed.TypeUrl, base64.StdEncoding.EncodeToString(packed.Value)})
	}
	hash, err := counciltypes.MessagesHash(&councilv1.ProposalContent{Messages: submit.Messages})
	require.NoError(t, err)
	vectors.Hash = hash
	golden(t, "councils.json", vectors)
}

// stored is the raw value under a key of a store.
func (n *network) stored(store string, key []byte) []byte {
	n.t.Helper()
	response, err := n.app.Query(n.t.Context(), queryOf("/store/"+store+"/key", key))
	require.NoError(n.t, err)
	require.Zero(n.t, response.Code, response.Log)
	return response.Value
}
