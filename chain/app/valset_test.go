package app_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	"github.com/daonetes/daonetes/chain/app"
	"github.com/daonetes/daonetes/chain/app/ante"
	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	valsetkeeper "github.com/daonetes/daonetes/chain/x/valset/keeper"
	valsettypes "github.com/daonetes/daonetes/chain/x/valset/types"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// equalSeats is the genesis of a network of that many seats with power 1000; operators are "operator 1" and so on.
func equalSeats(count int, least uint32) func(*app.App, app.GenesisState) {
	return func(chain *app.App, state app.GenesisState) {
		genesis := &valsetv1.GenesisState{Params: valsetv1.Params{MinValidators: least, MaxValidators: 100}}
		for i := 1; i <= count; i++ {
			genesis.Validators = append(genesis.Validators, valsetv1.Validator{
				Id: uint64(i), ConsPubKey: seatKey(i).pubKey(), Operator: seatOperator(i).String(), TargetPower: 1000,
				Status: valsetv1.ValidatorStatus_VALIDATOR_STATUS_ACTIVE,
			})
		}
		state[valsettypes.ModuleName] = chain.Codec().MustMarshalJSON(genesis)
	}
}

func seatKey(i int) actor      { return machine(fmt.Sprintf("seat %d", i)) }
func seatOperator(i int) actor { return person(fmt.Sprintf("operator %d", i)) }

func (n *network) seats() valsetv1.QueryServer {
	return valsetkeeper.NewQueryServer(n.app.ValsetKeeper)
}

func (n *network) seat(id uint64) valsetv1.Validator {
	n.t.Helper()
	response, err := n.seats().Validator(n.ctx(), &valsetv1.QueryValidatorRequest{Id: id})
	require.NoError(n.t, err)
	return response.Validator
}

func (n *network) addSeat(key actor, power int64) uint64 {
	n.t.Helper()
	return must(n, &valsetv1.MsgAddValidatorResponse{}, n.root, &valsetv1.MsgAddValidator{
		Authority: n.root.String(), ConsPubKey: key.pubKey(), Operator: seatOperator(9).String(), Moniker: "new", Power: power,
	}).ValidatorId
}

// changes are the updates of the last block as text, by the name of the key.
func (n *network) changes(keys ...actor) map[string]int64 {
	changes := map[string]int64{}
	for _, update := range n.updates {
		name := "?"
		for _, key := range keys {
			if string(key.pubKey()) == string(update.PubKey.GetEd25519()) {
				name = key.name
			}
		}
		changes[name] = update.Power
	}
	return changes
}

func TestPowerOfASeatGrowsAndShrinksByLessThanAThird(t *testing.T) {
	n := newNetwork(t)
	first, second := machine("validator"), machine("second")
	id := n.addSeat(second, 1000)
	require.Equal(t, map[string]int64{"second": 333}, n.changes(second))
	var powers []int64
	for range 5 {
		n.block()
		powers = append(powers, n.seat(id).AppliedPower)
	}
	require.Equal(t, []int64{777, 1000, 1000, 1000, 1000}, powers)
	require.Empty(t, n.updates, "nothing is pending any more")
	hash := n.app.LastCommitID().Hash
	n.block()
	require.Equal(t, hash, n.app.LastCommitID().Hash, "an idle set writes nothing")

	n.ok(n.root, &valsetv1.MsgRemoveValidator{Authority: n.root.String(), ValidatorId: 1})
	require.Equal(t, map[string]int64{"validator": 334}, n.changes(first))
	n.block()
	require.Equal(t, map[string]int64{"validator": 0}, n.changes(first))
	require.Equal(t, valsetv1.ValidatorStatus_VALIDATOR_STATUS_REMOVED, n.seat(1).Status)
	n.ok(n.root, &valsetv1.MsgSetPower{Authority: n.root.String(), ValidatorId: id, Power: 1100})
	require.Equal(t, map[string]int64{"second": 1100}, n.changes(second))
}

// C-24: what is refused of the messages on seats.
func TestMessagesOnSeatsRefuse(t *testing.T) {
	n := newNetworkUnder(t, person("root"), equalSeats(4, 4))
	root, text := n.root, n.root.String()
	n.addSeat(seatKey(5), 1000)
	n.ok(seatOperator(2), &valsetv1.MsgRotateKey{Sender: seatOperator(2).String(), ValidatorId: 2, ConsPubKey: machine("rotated").pubKey()})
	for range 5 {
		n.block()
	}
	n.ok(root, &valsetv1.MsgRemoveValidator{Authority: text, ValidatorId: 5})
	add := func(change func(*valsetv1.MsgAddValidator)) *valsetv1.MsgAddValidator {
		msg := &valsetv1.MsgAddValidator{Authority: text, ConsPubKey: machine("fresh").pubKey(), Operator: seatOperator(1).String(), Power: 1000}
		change(msg)
		return msg
	}
	group := n.group("lab")
	device := n.members(group, 1)[0]
	n.refuseAll([]refusal{
		{"a key that a seat has", valsettypes.ErrKeyUsed, root, add(func(m *valsetv1.MsgAddValidator) { m.ConsPubKey = seatKey(1).pubKey() })},
		{"a key that a seat had", valsettypes.ErrKeyUsed, root, add(func(m *valsetv1.MsgAddValidator) { m.ConsPubKey = seatKey(2).pubKey() })},
		{"a key of a removed seat", valsettypes.ErrKeyUsed, root, add(func(m *valsetv1.MsgAddValidator) { m.ConsPubKey = seatKey(5).pubKey() })},
		{"a short key", valsettypes.ErrInvalidValidator, root, add(func(m *valsetv1.MsgAddValidator) { m.ConsPubKey = []byte{1} })},
		{"little power", valsettypes.ErrInvalidValidator, root, add(func(m *valsetv1.MsgAddValidator) { m.Power = 99 })},
		{"much power", valsettypes.ErrInvalidValidator, root, add(func(m *valsetv1.MsgAddValidator) { m.Power = 1_000_000_001 })},
		{"a terminal's moniker", valsettypes.ErrInvalidValidator, root, add(func(m *valsetv1.MsgAddValidator) { m.Moniker = "\x1b[31m" })},
		{"no operator", workgrouptypes.ErrInvalidAddress, root, add(func(m *valsetv1.MsgAddValidator) { m.Operator = "" })},
		{"a device as operator", workgrouptypes.ErrAddressHasRole, root, add(func(m *valsetv1.MsgAddValidator) { m.Operator = device.String() })},
		{"fewer than the floor", valsettypes.ErrTooFewValidators, root, &valsetv1.MsgRemoveValidator{Authority: text, ValidatorId: 1}},
		{"a seat that is gone", valsettypes.ErrSeatGone, root, &valsetv1.MsgRemoveValidator{Authority: text, ValidatorId: 5}},
		{"power of a seat that is gone", valsettypes.ErrSeatGone, root, &valsetv1.MsgSetPower{Authority: text, ValidatorId: 5, Power: 500}},
		{"an unknown seat", valsettypes.ErrValidatorNotFound, root, &valsetv1.MsgSetPower{Authority: text, ValidatorId: 77, Power: 500}},
		{"the same power", valsettypes.ErrNothingChanges, root, &valsetv1.MsgSetPower{Authority: text, ValidatorId: 1, Power: 1000}},
		{"no power", valsettypes.ErrInvalidValidator, root, &valsetv1.MsgSetPower{Authority: text, ValidatorId: 1, Power: 0}},
		{"another's seat", valsettypes.ErrUnauthorized, seatOperator(1), &valsetv1.MsgRotateKey{Sender: seatOperator(1).String(), ValidatorId: 2, ConsPubKey: machine("fresh").pubKey()}},
		{"a used key", valsettypes.ErrKeyUsed, seatOperator(1), &valsetv1.MsgRotateKey{Sender: seatOperator(1).String(), ValidatorId: 1, ConsPubKey: seatKey(2).pubKey()}},
		{"its own key", valsettypes.ErrKeyUsed, seatOperator(1), &valsetv1.MsgRotateKey{Sender: seatOperator(1).String(), ValidatorId: 1, ConsPubKey: seatKey(1).pubKey()}},
		{"a floor above the seats", valsettypes.ErrTooFewValidators, root, &valsetv1.MsgUpdateParams{Authority: text, Params: valsetv1.Params{MinValidators: 5, MaxValidators: 9}}},
		{"a ceiling below the seats", valsettypes.ErrInvalidParams, root, &valsetv1.MsgUpdateParams{Authority: text, Params: valsetv1.Params{MinValidators: 4, MaxValidators: 3}}},
		{"nothing offered", ante.ErrNoRole, n.alice, &valsetv1.MsgAcceptNetworkAuthority{Authority: n.alice.String()}},
		{"a device as authority", workgrouptypes.ErrAddressHasRole, root, &valsetv1.MsgProposeNetworkAuthority{Authority: text, NewAuthority: device.String()}},
	})
	n.ok(root, &valsetv1.MsgUpdateParams{Authority: text, Params: valsetv1.Params{MinValidators: 4, MaxValidators: 4}})
	n.refused(valsettypes.ErrTooManyValidators, root, add(func(*valsetv1.MsgAddValidator) {}))
}

func TestKeysAreRotatedAtOnceAndNeverATogetherAThird(t *testing.T) {
	n := newNetworkUnder(t, person("root"), equalSeats(4, 1))
	rotate := func(i int, key actor) sdk.Msg {
		return &valsetv1.MsgRotateKey{Sender: seatOperator(i).String(), ValidatorId: uint64(i), ConsPubKey: key.pubKey()}
	}
	fresh := machine("fresh 1")
	one, two := rotate(1, fresh), rotate(2, machine("fresh 2"))
	results := n.block(n.tx(n.form(seatOperator(1), one), seatOperator(1), one), n.tx(n.form(seatOperator(2), two), seatOperator(2), two))
	require.Zero(t, results[0].Code, results[0].Log)
	n.requireCode(valsettypes.ErrRotationTooLarge, results[1].Codespace, results[1].Code, results[1].Log)
	require.Equal(t, map[string]int64{"seat 1": 0, "fresh 1": 1000}, n.changes(seatKey(1), fresh))
	n.block()
	require.Empty(t, n.updates)
	n.ok(seatOperator(2), two)
	n.ok(n.root, &valsetv1.MsgRemoveValidator{Authority: n.root.String(), ValidatorId: 4})
	for range 4 {
		n.block()
	}
	n.refused(valsettypes.ErrRotationTooLarge, seatOperator(3), rotate(3, machine("fresh 3")))
}

// reports makes the next block report that a key signed twice.
func (n *network) reports(key actor) {
	n.misbehaviour = append(n.misbehaviour, abci.Misbehavior{
		Type: abci.MisbehaviorType_DUPLICATE_VOTE, Height: n.height, Time: n.now, TotalVotingPower: 4000,
		Validator: abci.Validator{Address: cmted25519.PubKey(key.pubKey()).Address(), Power: 1000},
	})
}

// C-10: signing twice costs the seat, once, also with a key that the seat had before.
func TestDoubleSigningCostsTheSeat(t *testing.T) {
	n := newNetworkUnder(t, person("root"), equalSeats(5, 3))
	n.ok(seatOperator(1), &valsetv1.MsgRotateKey{Sender: seatOperator(1).String(), ValidatorId: 1, ConsPubKey: machine("fresh").pubKey()})
	n.block()
	n.reports(seatKey(1))
	n.reports(machine("nobody"))
	n.block()
	require.Equal(t, valsetv1.ValidatorStatus_VALIDATOR_STATUS_TOMBSTONED, n.seat(1).Status, "the rotated key counts too")
	require.Equal(t, map[string]int64{"fresh": 0}, n.changes(machine("fresh")), "a fifth of the power goes at once")
	n.block()
	hash := n.app.LastCommitID().Hash
	for range 3 {
		n.reports(seatKey(1))
		n.reports(machine("nobody"))
		n.block()
		require.Empty(t, n.updates)
		require.Equal(t, hash, n.app.LastCommitID().Hash, "a repeat and an unknown key write nothing")
	}
	n.refused(valsettypes.ErrSeatGone, n.root, &valsetv1.MsgSetPower{Authority: n.root.String(), ValidatorId: 1, Power: 100})
	n.ok(n.root, &valsetv1.MsgRemoveValidator{Authority: n.root.String(), ValidatorId: 2})
	n.reports(seatKey(2))
	n.block()
	require.Equal(t, valsetv1.ValidatorStatus_VALIDATOR_STATUS_TOMBSTONED, n.seat(2).Status, "a removed seat is marked")
}

func TestDoubleSignerStaysAsLongAsTheNetworkNeedsIt(t *testing.T) {
	n := newNetworkUnder(t, person("root"), equalSeats(4, 4))
	n.reports(seatKey(3))
	n.block()
	require.Empty(t, n.updates)
	require.True(t, n.seat(3).DoubleSigned)
	require.Equal(t, valsetv1.ValidatorStatus_VALIDATOR_STATUS_ACTIVE, n.seat(3).Status)
	hash := n.app.LastCommitID().Hash
	n.reports(seatKey(3))
	n.block()
	require.Equal(t, hash, n.app.LastCommitID().Hash)
	n.refused(valsettypes.ErrSeatGone, seatOperator(3), &valsetv1.MsgRotateKey{Sender: seatOperator(3).String(), ValidatorId: 3, ConsPubKey: machine("fresh").pubKey()})
	n.addSeat(seatKey(5), 1000)
	require.Equal(t, valsetv1.ValidatorStatus_VALIDATOR_STATUS_TOMBSTONED, n.seat(3).Status, "its place is taken")
	require.Equal(t, map[string]int64{"seat 3": 1, "seat 5": 1000}, n.changes(seatKey(3), seatKey(5)), "the new one comes first")
	n.block()
	require.Equal(t, map[string]int64{"seat 3": 0}, n.changes(seatKey(3)))
}

func TestNetworkAuthorityChangesHandsInTwoSteps(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			first, next := person("root"), authorityOf(kind, "next", 1)
			n := newNetwork(t)
			if council, is := next.(board); is {
				n.ok(n.alice, council.createMsg(n.alice))
			}
			propose := func(to authority) *valsetv1.MsgProposeNetworkAuthority {
				return &valsetv1.MsgProposeNetworkAuthority{Authority: first.String(), NewAuthority: to.String()}
			}
			accept := &valsetv1.MsgAcceptNetworkAuthority{Authority: next.String()}
			n.ok(first, propose(next))
			n.ok(first, propose(first))
			require.Error(t, next.probe(n, accept), "the offer was taken back")
			n.ok(first, propose(next))
			n.ok(first, &workgroupv1.MsgAddCreator{Authority: first.String(), Creator: person("someone").String()})
			n.acts(next, accept)
			answer, err := n.seats().Authority(n.ctx(), &valsetv1.QueryAuthorityRequest{})
			require.NoError(t, err)
			require.Equal(t, &valsetv1.QueryAuthorityResponse{Authority: next.String()}, answer)
			require.Error(t, next.probe(n, accept), "once")
			n.refused(ante.ErrNoRole, first, propose(first))
			n.block()
			// Modules of the SDK follow.
			n.acts(next, consensusParams(next))
			n.refused(ante.ErrNoRole, first, consensusParams(first))
		})
	}
}

func consensusParams(sender fmt.Stringer) *consensustypes.MsgUpdateParams {
	params := app.DefaultConsensusParams().ToProto()
	return &consensustypes.MsgUpdateParams{Authority: sender.String(), Block: params.Block, Evidence: params.Evidence, Validator: params.Validator}
}

// Neither a key nor a council, which passes no ante handler, may stop the network through its consensus parameters.
func TestConsensusParametersThatWouldStopTheNetworkAreRefused(t *testing.T) {
	for name, change := range map[string]func(*consensustypes.MsgUpdateParams){
		"the authority": func(m *consensustypes.MsgUpdateParams) {
			m.Auth = &cmtproto.AuthorityParams{Authority: person("x").String()}
		},
		"no authority":           func(m *consensustypes.MsgUpdateParams) { m.Auth = &cmtproto.AuthorityParams{} },
		"other keys":             func(m *consensustypes.MsgUpdateParams) { m.Validator.PubKeyTypes = []string{"secp256k1"} },
		"more keys":              func(m *consensustypes.MsgUpdateParams) { m.Validator.PubKeyTypes = []string{"ed25519", "secp256k1"} },
		"small blocks":           func(m *consensustypes.MsgUpdateParams) { m.Block.MaxBytes = 1000 },
		"blocks without gas":     func(m *consensustypes.MsgUpdateParams) { m.Block.MaxGas = 1 },
		"blocks without a limit": func(m *consensustypes.MsgUpdateParams) { m.Block.MaxGas = -1 },
		"vote extensions": func(m *consensustypes.MsgUpdateParams) {
			m.Abci = &cmtproto.ABCIParams{VoteExtensionsEnableHeight: 100}
		},
		"nothing": func(m *consensustypes.MsgUpdateParams) { m.Block = nil },
	} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t)
			msg := consensusParams(n.root)
			change(msg)
			n.refused(valsettypes.ErrConsensusParams, n.root, msg)
		})
	}
	n := newNetwork(t)
	council := newBoard(1, "board", 3)
	n.ok(n.alice, council.createMsg(n.alice))
	n.ok(n.root, &valsetv1.MsgProposeNetworkAuthority{Authority: n.root.String(), NewAuthority: council.String()})
	n.acts(council, &valsetv1.MsgAcceptNetworkAuthority{Authority: council.String()})
	msg := consensusParams(council)
	msg.Auth = &cmtproto.AuthorityParams{Authority: person("x").String()}
	require.ErrorContains(t, council.probe(n, msg), "MsgProposeNetworkAuthority")
}

// Whatever the authority, the operators and evidence do: each update of the set is one that CometBFT takes, less than
// a third changes in a block, no seat goes below the floor, and the set ends as the seats say.
func TestRandomChangesOfTheSetNeverStopTheNetwork(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { walkSet(t, seed) })
	}
}

func walkSet(t *testing.T, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 2))
	start, least := 1+random.IntN(5), 1
	least = 1 + random.IntN(start)
	n := newNetworkUnder(t, person("root"), equalSeats(start, uint32(least)))
	root := n.root
	var members []*cmttypes.Validator
	var keys []actor
	for i := 1; i <= start; i++ {
		members, keys = append(members, cmttypes.NewValidator(cmted25519.PubKey(seatKey(i).pubKey()), 1000)), append(keys, seatKey(i))
	}
	set := cmttypes.NewValidatorSet(members)
	for step := range 150 {
		sender, msgs := root, []sdk.Msg{}
		id := uint64(1 + random.IntN(len(keys)+1))
		power := []int64{100, 1000, 5000, 1_000_000_000}[random.IntN(4)]
		key := keys[random.IntN(len(keys))]
		if random.IntN(4) > 0 {
			key = machine(fmt.Sprintf("%d/%d", seed, step))
		}
		switch random.IntN(7) {
		case 0, 1:
			msgs = append(msgs, &valsetv1.MsgAddValidator{Authority: root.String(), ConsPubKey: key.pubKey(), Operator: root.String(), Power: power})
		case 2:
			msgs = append(msgs, &valsetv1.MsgRemoveValidator{Authority: root.String(), ValidatorId: id})
		case 3:
			msgs = append(msgs, &valsetv1.MsgSetPower{Authority: root.String(), ValidatorId: id, Power: power})
		case 4:
			msgs = append(msgs, &valsetv1.MsgRotateKey{Sender: root.String(), ValidatorId: id, ConsPubKey: key.pubKey()})
		case 5:
			if random.IntN(4) == 0 {
				n.reports(keys[random.IntN(len(keys))])
			}
		}
		var txs [][]byte
		if len(msgs) > 0 {
			txs = append(txs, n.tx(n.form(sender, msgs...), sender, msgs...))
		}
		results := n.block(txs...)
		if len(results) > 0 && results[0].Code == 0 {
			keys = append(keys, key)
		} else if len(results) > 0 {
			require.Equal(t, valsettypes.ModuleName, results[0].Codespace, results[0].Log)
		}
		checkUpdate(t, n, set, least)
	}
	for range 200 {
		n.block()
		if len(n.updates) == 0 {
			break
		}
		checkUpdate(t, n, set, least)
	}
	response, err := n.seats().Validators(n.ctx(), &valsetv1.QueryValidatorsRequest{})
	require.NoError(t, err)
	want := map[string]int64{}
	for _, seat := range response.Validators {
		require.Equal(t, seat.TargetPower, seat.AppliedPower, "seat %d", seat.Id)
		if seat.TargetPower > 0 {
			want[string(cmted25519.PubKey(seat.ConsPubKey).Address())] = seat.TargetPower
		}
	}
	got := map[string]int64{}
	for _, member := range set.Validators {
		got[string(member.Address)] = member.VotingPower
	}
	require.Equal(t, want, got)
	hash := n.app.LastCommitID().Hash
	n.block()
	require.Equal(t, hash, n.app.LastCommitID().Hash)
}

// checkUpdate gives the update of the last block to CometBFT's own set, which refuses what would stop every node.
func checkUpdate(t *testing.T, n *network, set *cmttypes.ValidatorSet, least int) {
	t.Helper()
	total, added, removed := set.TotalVotingPower(), int64(0), int64(0)
	had := set.Size()
	var changes []*cmttypes.Validator
	for _, update := range n.updates {
		key := cmted25519.PubKey(update.PubKey.GetEd25519())
		require.Len(t, key, cmted25519.PubKeySize)
		before := int64(0)
		if _, member := set.GetByAddress(key.Address()); member != nil {
			before = member.VotingPower
		}
		added, removed = added+max(update.Power-before, 0), removed+max(before-update.Power, 0)
		changes = append(changes, cmttypes.NewValidator(key, update.Power))
	}
	require.NoError(t, set.UpdateWithChangeSet(changes))
	require.True(t, added == 0 || 3*added < total, "added %d of %d", added, total)
	require.True(t, removed == 0 || 3*removed < total, "removed %d of %d", removed, total)
	require.GreaterOrEqual(t, set.Size(), min(had, least))
}
