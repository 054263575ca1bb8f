package app_test

import (
	"flag"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
	protov2 "google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	errorsmod "cosmossdk.io/errors"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
)

// M-04: the targets below take a valid message of a module, append bytes that overwrite or add fields, and hand it to
// its handler without the recovery of BaseApp. Nothing may panic, and an error has a registered code. The seeds run as
// plain tests; scripts/fuzz-chain.sh searches further.

func FuzzAdmissionMessages(f *testing.F) { fuzzMessages(f, "admission.v1.") }
func FuzzWorkgroupMessages(f *testing.F) { fuzzMessages(f, "workgroup.v1.") }
func FuzzWorkloadMessages(f *testing.F)  { fuzzMessages(f, "workload.v1.") }
func FuzzCouncilMessages(f *testing.F)   { fuzzMessages(f, "council.v1.") }
func FuzzValsetMessages(f *testing.F)    { fuzzMessages(f, "valset.v1.") }

// fuzzStage is built by the first input of a process; handlers work on branches of its state that nobody keeps.
var fuzzStage = sync.OnceValue(func() *stage { return newStage(fuzzT, "key") })

var fuzzT *testing.T

func fuzzMessages(f *testing.F, module string) {
	var names []string
	for name := range matrix {
		if strings.HasPrefix(name, module) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for i := range names {
		f.Add(uint8(i), uint8(0), []byte{})
		// A search begins with a slow look at every seed: it finds these by itself.
		if flag.Lookup("test.fuzz").Value.String() != "" {
			continue
		}
		for _, raw := range hostileFields() {
			f.Add(uint8(i), uint8(0), raw)
		}
	}
	f.Fuzz(func(t *testing.T, which, who uint8, raw []byte) {
		if fuzzT == nil {
			fuzzT = t
		}
		s, name := fuzzStage(), names[int(which)%len(names)]
		row := matrix[name]
		// The first sender is one who may; others follow.
		senders := []role{}
		for _, one := range s.roles {
			if s.allows(row, one) {
				senders = append([]role{one}, senders...)
			} else {
				senders = append(senders, one)
			}
		}
		msg := row.build(s, senders[int(who)%len(senders)].String())
		valid, err := proto.Marshal(msg)
		require.NoError(t, err)
		whole := append(valid, raw...)
		// What the decoder of transactions does not take never reaches a handler.
		descriptor, err := proto.HybridResolver.FindDescriptorByName(protoreflect.FullName(proto.MessageName(msg)))
		require.NoError(t, err)
		if protov2.Unmarshal(whole, dynamicpb.NewMessage(descriptor.(protoreflect.MessageDescriptor))) != nil {
			return
		}
		msg.(interface{ Reset() }).Reset()
		if proto.Unmarshal(whole, msg) != nil || codectypes.UnpackInterfaces(msg, s.app.InterfaceRegistry()) != nil {
			return
		}
		branch, _ := sdk.UnwrapSDKContext(s.ctx()).CacheContext()
		if _, err = s.app.MsgServiceRouter().Handler(msg)(branch, msg); err != nil {
			require.False(t, len(raw) == 0 && int(who)%len(senders) == 0, "%s is valid as it is: %v", name, err)
			space, code, _ := errorsmod.ABCIInfo(err, false)
			require.NotEqual(t, errorsmod.UndefinedCodespace, space, "%s: %v", name, err)
			require.Greater(t, code, uint32(1), "%s: %v", name, err)
		}
	})
}

// hostileFields are encodings of single fields: nothing, much, bad text, the wrong prefix.
func hostileFields() [][]byte {
	var list [][]byte
	for number := protowire.Number(1); number <= 11; number++ {
		for _, text := range []string{
			"", "\xff\xfe", "\x00", strings.Repeat("a", 5_000), "cosmos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqnrql8a", "\x08\x01", "\x12\x00",
		} {
			list = append(list, protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), []byte(text)))
		}
		for _, value := range []uint64{0, 1, 1 << 31, 1<<63 - 1, 1<<64 - 1} {
			list = append(list, protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), value))
		}
	}
	return list
}

// M-13: no page request panics or yields more than 1,000 items.
func FuzzPages(f *testing.F) {
	for _, limit := range []uint64{0, 1, 1_000, 1_001, 1<<64 - 1} {
		for _, key := range [][]byte{nil, {}, {1}, {0xff}, make([]byte, 600)} {
			f.Add(key, uint64(0), limit, true, false)
			f.Add(key, limit, limit, false, true)
		}
	}
	f.Fuzz(func(t *testing.T, key []byte, offset, limit uint64, count, reverse bool) {
		if fuzzT == nil {
			fuzzT = t
		}
		s := fuzzStage()
		page := &query.PageRequest{Key: key, Offset: offset, Limit: limit, CountTotal: count, Reverse: reverse}
		for name, read := range map[string]func() (int, error){
			"groups": func() (int, error) {
				answer, err := s.groups().Groups(s.ctx(), &workgroupv1.QueryGroupsRequest{Pagination: page})
				return len(answer.GetGroups()), err
			},
			"devices": func() (int, error) {
				answer, err := s.groups().Devices(s.ctx(), &workgroupv1.QueryDevicesRequest{GroupId: s.group, Pagination: page})
				return len(answer.GetDevices()), err
			},
			"deployments": func() (int, error) {
				answer, err := s.loads().Deployments(s.ctx(), &workloadv1.QueryDeploymentsRequest{GroupId: s.group, Pagination: page})
				return len(answer.GetDeployments()), err
			},
			"secrets": func() (int, error) {
				answer, err := s.loads().Secrets(s.ctx(), &workloadv1.QuerySecretsRequest{GroupId: s.group, Pagination: page})
				return len(answer.GetSecrets()), err
			},
			"versions of a secret": func() (int, error) {
				answer, err := s.loads().Secret(s.ctx(), &workloadv1.QuerySecretRequest{GroupId: s.group, Name: "shop/DB", Pagination: page})
				return len(answer.GetVersions()), err
			},
			"keys of secrets": func() (int, error) {
				answer, err := s.loads().SecretKeys(s.ctx(), &workloadv1.QuerySecretKeysRequest{GroupId: s.group, Scope: "shop", Pagination: page})
				return len(answer.GetKeys()), err
			},
			"grants of a key": func() (int, error) {
				answer, err := s.loads().SecretGrants(s.ctx(), &workloadv1.QuerySecretGrantsRequest{GroupId: s.group, Scope: "shop", Generation: 1, Pagination: page})
				return len(answer.GetGrants()), err
			},
			"grants of a device": func() (int, error) {
				answer, err := s.loads().RecipientGrants(s.ctx(), &workloadv1.QueryRecipientGrantsRequest{Recipient: s.spare.String(), Pagination: page})
				return len(answer.GetGrants()), err
			},
			"seats": func() (int, error) {
				answer, err := s.seats().Validators(s.ctx(), &valsetv1.QueryValidatorsRequest{Pagination: page})
				return len(answer.GetValidators()), err
			},
		} {
			items, err := read()
			require.LessOrEqual(t, items, 1_000, "%s: %v", name, err)
		}
	})
}
