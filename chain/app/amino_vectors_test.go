package app_test

import (
	"encoding/base64"
	"reflect"
	"testing"
	"time"

	consensusparams "github.com/cometbft/cometbft/types"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	"github.com/cosmos/cosmos-sdk/x/authz"
	bank "github.com/cosmos/cosmos-sdk/x/bank/types"
	consensus "github.com/cosmos/cosmos-sdk/x/consensus/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	upgrade "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
)

// signVector is what a wallet signs for one message, both ways.
type signVector struct {
	TypeURL string `json:"typeUrl"`
	Case    string `json:"case"`
	Value   string `json:"valueBase64"`
	Amino   string `json:"aminoSignBytes"`
	Direct  string `json:"directSignBytesBase64"`
}

// Wallets, multisigs and Ledgers sign these bytes. Every message of ours is in them, once as the authorisation matrix
// sends it and once with every field set; a new message is missing until UPDATE_GOLDEN=1 writes the file anew.
func TestSignBytesVectors(t *testing.T) {
	s := newStage(t, "key")
	vectors := struct {
		ChainID       string       `json:"chainId"`
		AccountNumber string       `json:"accountNumber"`
		Sequence      string       `json:"sequence"`
		Gas           string       `json:"gas"`
		Memo          string       `json:"memo"`
		PubKey        string       `json:"pubKeyBase64"`
		Vectors       []signVector `json:"vectors"`
	}{testChainID, "13835058055282163729", "7", "400000", "für <alle> & jeden", base64.StdEncoding.EncodeToString(s.alice.pubKey()), nil}
	for _, name := range s.messages() {
		msg := matrix[name].build(s, s.alice.String())
		vectors.Vectors = append(vectors.Vectors, s.signVector(vectors.Memo, "as sent", msg))
		full := reflect.New(reflect.TypeOf(msg).Elem())
		fill(t, full.Elem(), 0)
		// The first field is the signer.
		full.Elem().Field(0).SetString(s.alice.String())
		vectors.Vectors = append(vectors.Vectors, s.signVector(vectors.Memo, "every field", full.Interface().(sdk.Msg)))
	}
	require.Len(t, vectors.Vectors, 2*len(matrix))
	for _, msg := range s.sdkMessages() {
		vectors.Vectors = append(vectors.Vectors, s.signVector(vectors.Memo, "of the SDK", msg))
	}
	golden(t, "sign-bytes.json", vectors)
}

// sdkMessages are those of the SDK's modules that networks of ours send.
func (s *stage) sdkMessages() []sdk.Msg {
	s.t.Helper()
	lead, helper := s.alice, person("bob")
	expires := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	cordon := &workgroupv1.MsgCordonDevice{Authority: lead.String(), Device: s.spare.String()}
	grant, err := authz.NewMsgGrant(lead.raw(), helper.raw(), authz.NewGenericAuthorization(sdk.MsgTypeURL(cordon)), &expires)
	require.NoError(s.t, err)
	exec := authz.NewMsgExec(lead.raw(), []sdk.Msg{cordon})
	revoke := authz.NewMsgRevoke(lead.raw(), helper.raw(), sdk.MsgTypeURL(cordon))
	coins := sdk.NewCoins(sdk.NewInt64Coin("udaonet", 12))
	allowance, err := feegrant.NewMsgGrantAllowance(&feegrant.BasicAllowance{SpendLimit: coins, Expiration: &expires}, lead.raw(), helper.raw())
	require.NoError(s.t, err)
	params := consensusparams.DefaultConsensusParams().ToProto()
	return []sdk.Msg{
		grant, &exec, &revoke, allowance,
		&bank.MsgSend{FromAddress: lead.String(), ToAddress: helper.String(), Amount: coins},
		&bank.MsgSend{FromAddress: lead.String(), ToAddress: helper.String()},
		&upgrade.MsgSoftwareUpgrade{Authority: lead.String(), Plan: upgrade.Plan{Name: "v2", Height: 100, Info: "x"}},
		&upgrade.MsgCancelUpgrade{Authority: lead.String()},
		&consensus.MsgUpdateParams{Authority: lead.String(), Block: params.Block, Evidence: params.Evidence, Validator: params.Validator},
	}
}

func (s *stage) signVector(memo, title string, msg sdk.Msg) signVector {
	s.t.Helper()
	config := s.app.TxConfig()
	builder := config.NewTxBuilder()
	require.NoError(s.t, builder.SetMsgs(msg))
	builder.SetGasLimit(400_000)
	builder.SetMemo(memo)
	signer := authsigning.SignerData{
		Address: s.alice.String(), ChainID: testChainID, AccountNumber: 13835058055282163729, Sequence: 7, PubKey: s.alice.key.PubKey(),
	}
	text := func(mode signing.SignMode) []byte {
		require.NoError(s.t, builder.SetSignatures(signing.SignatureV2{
			PubKey: signer.PubKey, Sequence: signer.Sequence, Data: &signing.SingleSignatureData{SignMode: mode},
		}))
		bytes, err := authsigning.GetSignBytesAdapter(s.t.Context(), config.SignModeHandler(), mode, signer, builder.GetTx())
		require.NoError(s.t, err, "%T, %s", msg, title)
		return bytes
	}
	raw, err := proto.Marshal(msg)
	require.NoError(s.t, err)
	return signVector{
		sdk.MsgTypeURL(msg), title, base64.StdEncoding.EncodeToString(raw),
		string(text(signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON)),
		base64.StdEncoding.EncodeToString(text(signing.SignMode_SIGN_MODE_DIRECT)),
	}
}

// fill sets every field of a message to something that is not zero: characters that JSON escapes, numbers that no float
// holds, lists of two.
func fill(t *testing.T, value reflect.Value, depth int) {
	t.Helper()
	require.Less(t, depth, 8)
	switch holder := value.Addr().Interface().(type) {
	case *time.Time:
		*holder = time.Date(2026, 11, 25, 1, 2, 3, 40_500_000, time.UTC)
		return
	case *time.Duration:
		*holder = 90*time.Minute + 7
		return
	case **codectypes.Any:
		packed, err := codectypes.NewAnyWithValue(&workgroupv1.MsgUpdateGroup{Authority: person("carol").String(), GroupId: 7, Metadata: "<b>&\u2028"})
		require.NoError(t, err)
		*holder = packed
		return
	}
	switch value.Kind() {
	case reflect.String:
		value.SetString("a\"\\<>&'\u2028\u2029\t\n\x01 äß 漢 🦀")
	case reflect.Bool:
		value.SetBool(true)
	case reflect.Int32:
		value.SetInt(1)
	case reflect.Int64:
		value.SetInt(-9_007_199_254_740_993)
	case reflect.Uint32:
		value.SetUint(4_294_967_295)
	case reflect.Uint64:
		value.SetUint(18_446_744_073_709_551_615)
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
		fill(t, value.Elem(), depth+1)
	case reflect.Struct:
		for i := range value.NumField() {
			fill(t, value.Field(i), depth+1)
		}
	case reflect.Slice:
		if value.Type().Elem().Kind() == reflect.Uint8 {
			value.SetBytes([]byte{0, 1, 254, 255})
			return
		}
		value.Set(reflect.MakeSlice(value.Type(), 2, 2))
		for i := range 2 {
			fill(t, value.Index(i), depth+1)
		}
	default:
		t.Fatalf("no value for %s", value.Type())
	}
}
