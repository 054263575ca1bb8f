package app_test

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// M-04: hostile values in each field of each message never panic and are refused with a registered code, or taken.
func TestHostileFieldsOfEveryMessage(t *testing.T) {
	s := newStage(t, "key")
	tried := 0
	for _, name := range s.messages() {
		for _, role := range s.roles {
			if role.name != "creator and authority" && role.name != "network authority" && role.name != "approved device" &&
				role.name != "pending authority" && role.name != "live ticket" && role.name != "member of another council" {
				continue
			}
			build := func() sdk.Msg { return matrix[name].build(s, role.String()) }
			signers, _, err := s.app.Codec().GetMsgV1Signers(build())
			require.NoError(t, err)
			sender, isKey := role.authority.(actor)
			if !isKey || string(signers[0]) != string(sender.raw()) {
				continue
			}
			eachMutation(build, func(msg sdk.Msg) {
				tried++
				raw, ok := s.tryTx(sender, msg)
				if !ok {
					return
				}
				_, _, err := s.app.Simulate(raw)
				if err == nil {
					return
				}
				space, code, _ := errorsmod.ABCIInfo(err, false)
				require.NotEqual(t, errorsmod.UndefinedCodespace, space, "%s: %v\n%v", name, err, msg)
				require.NotEqual(t, uint32(111222), code, "%s panics: %v\n%v", name, err, msg)
				require.Greater(t, code, uint32(1), "%s: %v", name, err)
			})
		}
	}
	require.Greater(t, tried, 2_000)
	t.Logf("%d mutated messages", tried)
}

// tryTx builds a transaction; a message that cannot even be encoded never reaches the chain.
func (n *network) tryTx(signer actor, msg sdk.Msg) (raw []byte, ok bool) {
	defer func() {
		if recover() != nil {
			raw, ok = nil, false
		}
	}()
	config := n.app.TxConfig()
	builder := config.NewTxBuilder()
	if builder.SetMsgs(msg) != nil {
		return nil, false
	}
	form := n.form(signer, msg)
	form.gas = 5_000_000
	signers, _, err := n.app.Codec().GetMsgV1Signers(msg)
	if err != nil || string(signers[0]) != string(signer.raw()) {
		return nil, false
	}
	return n.tx(form, signer, msg), true
}

// eachMutation calls visit with copies of the message, one field of which is hostile.
func eachMutation(build func() sdk.Msg, visit func(sdk.Msg)) {
	var walk func(path []int, kind reflect.Type)
	walk = func(path []int, kind reflect.Type) {
		for i := range kind.NumField() {
			field := kind.Field(i)
			if !field.IsExported() {
				continue
			}
			here := append(append([]int{}, path...), i)
			for _, value := range hostileValues(field.Type) {
				msg := build()
				reflect.ValueOf(msg).Elem().FieldByIndex(here).Set(value)
				visit(msg)
			}
			if field.Type.Kind() == reflect.Struct && field.Type != reflect.TypeOf(time.Time{}) {
				walk(here, field.Type)
			}
		}
	}
	walk(nil, reflect.TypeOf(build()).Elem())
}

func hostileValues(kind reflect.Type) []reflect.Value {
	var values []reflect.Value
	add := func(value any) { values = append(values, reflect.ValueOf(value).Convert(kind)) }
	switch kind.Kind() {
	case reflect.String:
		for _, text := range []string{
			"", " ", "\x00", "\xff\xfe", "\x1b[31m", "a\r\nb", "../../x", "sha256:", "sha256:" + strings.Repeat("f", 64), "daonet1", "cosmos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqnrql8a",
			strings.Repeat("a", 41), strings.Repeat("b", 1_025), strings.Repeat("c", 5_000), "k=v", "k=", "=v", "\u202ek=v",
		} {
			add(text)
		}
	case reflect.Uint64, reflect.Uint32:
		for _, number := range []uint64{0, 1, 2, math.MaxUint32, math.MaxUint64 >> 1, math.MaxUint64} {
			add(number)
		}
	case reflect.Int64:
		for _, number := range []int64{0, 1, -1, math.MaxInt64, math.MinInt64, int64(time.Second), int64(time.Hour)} {
			add(number)
		}
	case reflect.Int32:
		for _, number := range []int32{0, 1, -1, 7, 99, math.MaxInt32, math.MinInt32} {
			add(number)
		}
	case reflect.Bool:
		add(true)
		add(false)
	case reflect.Slice:
		if kind.Elem().Kind() == reflect.Uint8 {
			for _, size := range []int{0, 1, 20, 31, 32, 33, 64, 5_000} {
				add(make([]byte, size))
			}
			break
		}
		for _, size := range []int{0, 1, 2, 33, 101, 1_001} {
			values = append(values, reflect.MakeSlice(kind, size, size))
		}
		if kind.Elem().Kind() == reflect.String {
			for _, text := range hostileValues(kind.Elem()) {
				list := reflect.MakeSlice(kind, 1, 1)
				list.Index(0).Set(text)
				values = append(values, list)
			}
		}
	}
	return values
}
