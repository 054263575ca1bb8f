package app_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

// The steps below are what most stories of secrets begin with. The chain never looks into ciphertexts and grants.

const keyText = "age1pq1key"

// announce lets a device register an age recipient.
func (n *network) announce(devices ...actor) {
	n.t.Helper()
	for _, device := range devices {
		n.ok(device, &workgroupv1.MsgAnnounceDevice{
			Device: device.String(), Info: workgroupv1.DeviceInfo{Platform: "linux/amd64", AgeRecipient: "age1pq1" + device.String()[8:]},
		})
	}
}

// readers are members with an age recipient.
func (n *network) readers(group uint64, count int, tags ...string) []actor {
	n.t.Helper()
	devices := n.members(group, count, tags...)
	n.announce(devices...)
	return devices
}

func (n *network) putMsg(group uint64, name string, version, generation uint64) *workloadv1.MsgPutSecret {
	return &workloadv1.MsgPutSecret{
		Publisher: n.alice.String(), GroupId: group, Name: name, Version: version, Generation: generation,
		KeyRecipient: keyText, Ciphertext: []byte(fmt.Sprintf("sealed %s %d", name, version)),
	}
}

func (n *network) seal(group uint64, name string, version, generation uint64) {
	n.t.Helper()
	n.ok(n.alice, n.putMsg(group, name, version, generation))
}

func (n *network) grantMsg(group uint64, scope string, generation uint64, recipients ...actor) *workloadv1.MsgGrantSecret {
	msg := &workloadv1.MsgGrantSecret{Sender: n.alice.String(), GroupId: group, Scope: scope, Generation: generation}
	for _, recipient := range recipients {
		msg.Grants = append(msg.Grants, workloadv1.SealedKey{Recipient: recipient.String(), Sealed: []byte("to " + recipient.String())})
	}
	return msg
}

func pin(name string, version uint64) workloadv1.SecretVersion {
	return workloadv1.SecretVersion{Name: name, Version: version}
}

// deployWith creates a deployment that pins secrets.
func (n *network) deployWith(group uint64, name string, placement workloadv1.Placement, pins ...workloadv1.SecretVersion) uint64 {
	n.t.Helper()
	return n.deploy(group, name, n.specWith(group, name, pins...), placement, func(m *workloadv1.MsgCreateDeployment) { m.Secrets = pins }).DeploymentId
}

// specWith publishes a spec that declares the pinned secrets.
func (n *network) specWith(group uint64, name string, pins ...workloadv1.SecretVersion) string {
	n.t.Helper()
	var declaration workloadv1.SpecDeclaration
	for _, pin := range pins {
		declaration.Secrets = append(declaration.Secrets, pin.Name)
	}
	return n.spec(group, name, fmt.Sprintf("spec of %s with %v", name, declaration.Secrets), declaration)
}

// repin updates a deployment to other versions of the same secrets.
func (n *network) repin(id uint64, pins ...workloadv1.SecretVersion) {
	n.t.Helper()
	deployment := n.deployment(id)
	n.ok(n.alice, &workloadv1.MsgUpdateDeployment{
		Authority: n.alice.String(), DeploymentId: id, ExpectedRevision: deployment.Revision, SpecHash: deployment.SpecHash,
		Placement: deployment.Placement, Secrets: pins,
	})
}

// restart makes a new revision of a deployment with nothing else changed.
func (n *network) restart(id uint64) {
	n.t.Helper()
	deployment := n.deployment(id)
	n.ok(n.alice, &workloadv1.MsgUpdateDeployment{
		Authority: n.alice.String(), DeploymentId: id, ExpectedRevision: deployment.Revision, SpecHash: deployment.SpecHash,
		Placement: deployment.Placement, Secrets: deployment.Secrets, Restart: true,
	})
}

func (n *network) secret(group uint64, name string, version uint64) (workloadv1.Secret, bool) {
	n.t.Helper()
	secret, err := n.app.WorkloadKeeper.Secret(n.ctx(), group, name, version)
	return secret, err == nil
}

func (n *network) grants(group uint64, scope string, generation uint64) []workloadv1.SecretGrant {
	n.t.Helper()
	answer, err := n.loads().SecretGrants(n.ctx(), &workloadv1.QuerySecretGrantsRequest{GroupId: group, Scope: scope, Generation: generation})
	require.NoError(n.t, err)
	return answer.Grants
}

func TestPutSecretRefuses(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	stranger := person("stranger")
	n.ok(n.root, &workgroupv1.MsgAddCreator{Authority: n.root.String(), Creator: stranger.String()})
	n.ok(stranger, &workgroupv1.MsgCreateGroup{Creator: stranger.String(), Name: "theirs"})
	n.seal(group, "shop/DB", 1, 1)
	put := func(edit func(*workloadv1.MsgPutSecret)) *workloadv1.MsgPutSecret {
		msg := n.putMsg(group, "shop/DB", 2, 1)
		edit(msg)
		return msg
	}
	named := func(name string) *workloadv1.MsgPutSecret {
		return put(func(m *workloadv1.MsgPutSecret) { m.Name, m.Version = name, 1 })
	}
	refusals := []refusal{
		{"in another's group", workloadtypes.ErrUnauthorized, stranger, put(func(m *workloadv1.MsgPutSecret) { m.Publisher = stranger.String() })},
		{"in no group", workgrouptypes.ErrGroupNotFound, n.alice, put(func(m *workloadv1.MsgPutSecret) { m.GroupId = 77 })},
		{"the same version again", workloadtypes.ErrStaleSecret, n.alice, put(func(m *workloadv1.MsgPutSecret) { m.Version = 1 })},
		{"version 0", workloadtypes.ErrStaleSecret, n.alice, put(func(m *workloadv1.MsgPutSecret) { m.Version = 0 })},
		{"a version beyond the next", workloadtypes.ErrStaleSecret, n.alice, put(func(m *workloadv1.MsgPutSecret) { m.Version = 3 })},
		{"generation 0", workloadtypes.ErrSecretGeneration, n.alice, put(func(m *workloadv1.MsgPutSecret) { m.Generation = 0 })},
		{"a generation beyond the next", workloadtypes.ErrSecretGeneration, n.alice, put(func(m *workloadv1.MsgPutSecret) { m.Generation = 3 })},
		{"another recipient of the same key", workloadtypes.ErrInvalidKeyRecipient, n.alice, put(func(m *workloadv1.MsgPutSecret) { m.KeyRecipient = "age1pq1other" })},
		{"a new key without recipient", workloadtypes.ErrInvalidKeyRecipient, n.alice, put(func(m *workloadv1.MsgPutSecret) { m.Generation, m.KeyRecipient = 2, "" })},
		{"an identity as recipient", workloadtypes.ErrInvalidKeyRecipient, n.alice, put(func(m *workloadv1.MsgPutSecret) { m.Generation, m.KeyRecipient = 2, "AGE-SECRET-KEY-PQ-1X" })},
		{"a long recipient", workloadtypes.ErrInvalidKeyRecipient, n.alice, put(func(m *workloadv1.MsgPutSecret) {
			m.Generation, m.KeyRecipient = 2, "age1"+strings.Repeat("q", 2_045)
		})},
		{"no ciphertext", workloadtypes.ErrEmptyCiphertext, n.alice, put(func(m *workloadv1.MsgPutSecret) { m.Ciphertext = nil })},
		{"a ciphertext above the limit", workloadtypes.ErrLargeCiphertext, n.alice, put(func(m *workloadv1.MsgPutSecret) {
			m.Ciphertext = make([]byte, workloadtypes.MaxCiphertextBytes+1)
		})},
	}
	for _, name := range []string{"", "/", "a/", "a//b", "a/b/c/d", "-a", ".a", "a b", "ä", "a\x00", strings.Repeat("a", 64), strings.Repeat("a/", 2) + strings.Repeat("b", 64)} {
		refusals = append(refusals, refusal{"the name " + name, workloadtypes.ErrInvalidSecretName, n.alice, named(name)})
	}
	n.refuseAll(refusals)
	// At the limits.
	n.ok(n.alice, put(func(m *workloadv1.MsgPutSecret) { m.Ciphertext = make([]byte, workloadtypes.MaxCiphertextBytes) }))
	n.ok(n.alice, named(strings.Repeat("a", 63)+"/"+strings.Repeat("b", 63)))
	n.ok(n.alice, named("registry/localhost:5000"))
}

func TestGrantSecretRefuses(t *testing.T) {
	n := newNetwork(t)
	group, other := n.group("lab"), n.group("other")
	operator, publisher, mute := person("operator"), person("publisher"), person("mute operator")
	n.ok(n.alice, &workgroupv1.MsgUpdateGroup{
		Authority: n.alice.String(), GroupId: group, Publishers: []string{publisher.String()}, Operators: []string{operator.String(), mute.String()},
	})
	n.ok(operator, &workgroupv1.MsgSetRecipient{Address: operator.String(), AgeRecipient: "age1pq1operator"})
	d := n.readers(group, 3, "site=lab")
	cordoned := n.readers(group, 1)[0]
	keyless := n.members(group, 1)[0]
	foreign := n.readers(other, 1)[0]
	room := n.ticket(group, 1, false)
	waiting := machine("waiting")
	n.ok(room, n.joinMsg(group, room, waiting, workgroupv1.DeviceInfo{AgeRecipient: "age1pq1waiting"}))
	revoked := n.readers(group, 1)[0]
	n.seal(group, "shop/DB", 1, 1)
	n.seal(group, "alone", 1, 1)
	n.seal(group, "registry/ghcr.io", 1, 1)
	n.seal(other, "shop/DB", 1, 1)
	n.deployWith(group, "shop", onDevices(d[0], d[1], cordoned, keyless, revoked), pin("shop/DB", 1))
	n.deployWith(group, "else", onDevices(d[2]), pin("alone", 1))
	n.ok(n.alice, &workgroupv1.MsgCordonDevice{Authority: n.alice.String(), Device: cordoned.String()})
	n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: n.alice.String(), Device: revoked.String()})
	by := func(sender actor, recipients ...actor) *workloadv1.MsgGrantSecret {
		msg := n.grantMsg(group, "shop", 1, recipients...)
		msg.Sender = sender.String()
		return msg
	}
	edited := func(edit func(*workloadv1.MsgGrantSecret)) *workloadv1.MsgGrantSecret {
		msg := by(n.alice, d[0])
		edit(msg)
		return msg
	}
	many := make([]actor, 51)
	for i := range many {
		many[i] = machine(fmt.Sprintf("many %d", i))
	}
	n.refuseAll([]refusal{
		{"to a waiting device", workloadtypes.ErrRecipientPending, n.alice, by(n.alice, waiting)},
		{"to a revoked device", workloadtypes.ErrRecipientRevoked, n.alice, by(n.alice, revoked)},
		{"to another group's device", workloadtypes.ErrRecipientForeign, n.alice, by(n.alice, foreign)},
		{"to a device that does not use it", workloadtypes.ErrRecipientUnassigned, n.alice, by(n.alice, d[2])},
		{"to a device without age recipient", workloadtypes.ErrRecipientMissing, n.alice, by(n.alice, keyless)},
		{"to an operator without age recipient", workloadtypes.ErrRecipientMissing, n.alice, by(n.alice, mute)},
		{"to a publisher", workloadtypes.ErrRecipientNotEntitled, n.alice, by(n.alice, publisher)},
		{"to a stranger", workloadtypes.ErrRecipientNotEntitled, n.alice, by(n.alice, person("stranger"))},
		{"one of several", workloadtypes.ErrRecipientPending, n.alice, by(n.alice, d[0], waiting)},
		{"by a device that does not hold it", workloadtypes.ErrGrantNotHeld, d[0], by(d[0], d[1])},
		{"by another group's device", workloadtypes.ErrGrantNotHeld, foreign, by(foreign, d[1])},
		{"of no key", workloadtypes.ErrSecretKeyNotFound, n.alice, edited(func(m *workloadv1.MsgGrantSecret) { m.Generation = 2 })},
		{"of no scope", workloadtypes.ErrSecretKeyNotFound, n.alice, edited(func(m *workloadv1.MsgGrantSecret) { m.Scope = "none" })},
		{"of a name that is no scope", workloadtypes.ErrInvalidSecretName, n.alice, edited(func(m *workloadv1.MsgGrantSecret) { m.Scope = "shop/DB" })},
		{"in no group", workgrouptypes.ErrGroupNotFound, n.alice, edited(func(m *workloadv1.MsgGrantSecret) { m.GroupId = 77 })},
		{"to nobody", workloadtypes.ErrInvalidGrants, n.alice, by(n.alice)},
		{"to too many", workloadtypes.ErrInvalidGrants, n.alice, by(n.alice, many...)},
		{"twice to one", workloadtypes.ErrInvalidGrants, n.alice, by(n.alice, d[0], d[0])},
		{"with nothing sealed", workloadtypes.ErrInvalidGrants, n.alice, edited(func(m *workloadv1.MsgGrantSecret) { m.Grants[0].Sealed = nil })},
		{"with too much sealed", workloadtypes.ErrInvalidGrants, n.alice, edited(func(m *workloadv1.MsgGrantSecret) { m.Grants[0].Sealed = make([]byte, 4_097) })},
		{"to no address", workgrouptypes.ErrInvalidAddress, n.alice, edited(func(m *workloadv1.MsgGrantSecret) { m.Grants[0].Recipient = "x" })},
	})
	require.Empty(t, n.grants(group, "shop", 1), "nothing half happened")
	// A publisher stages, and hands on nothing.
	require.Error(t, publisher.probe(n, by(publisher, d[0])))

	n.ok(n.alice, by(n.alice, d[0], cordoned, operator))
	n.refused(workloadtypes.ErrGrantExists, d[0], by(d[0], operator))
	n.refused(workloadtypes.ErrRecipientUnassigned, d[0], by(d[0], d[2]))
	n.ok(d[0], by(d[0], d[1]))
	n.refused(workloadtypes.ErrGrantNotHeld, cordoned, by(cordoned, d[1]))
	require.Equal(t, &workloadv1.MsgGrantSecretResponse{}, must(n, &workloadv1.MsgGrantSecretResponse{}, operator, by(operator, d[1])), "an operator replaces it")
	require.Len(t, n.grants(group, "shop", 1), 4)
	for _, grant := range n.grants(group, "shop", 1) {
		if grant.Recipient == operator.String() {
			_, want := hashOf("age1pq1operator")
			require.Equal(t, want, grant.RecipientHash)
		}
	}
	// Credentials of a registry are for whoever runs anything.
	registry := n.grantMsg(group, "registry/ghcr.io", 1, d[2])
	n.ok(n.alice, registry)
	idle := n.readers(group, 1)[0]
	n.refused(workloadtypes.ErrRecipientUnassigned, n.alice, n.grantMsg(group, "registry/ghcr.io", 1, idle))
}

func TestRemoveSecretRefuses(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.readers(group, 1)
	n.seal(group, "shop/DB", 1, 1)
	n.seal(group, "shop/DB", 2, 1)
	id := n.deployWith(group, "shop", onDevices(d...), pin("shop/DB", 1))
	remove := func(name string, version uint64) *workloadv1.MsgRemoveSecret {
		return &workloadv1.MsgRemoveSecret{Authority: n.alice.String(), GroupId: group, Name: name, Version: version}
	}
	n.refuseAll([]refusal{
		{"a version in use", workloadtypes.ErrSecretInUse, n.alice, remove("shop/DB", 1)},
		{"all with one in use", workloadtypes.ErrSecretInUse, n.alice, remove("shop/DB", 0)},
		{"no such version", workloadtypes.ErrSecretNotFound, n.alice, remove("shop/DB", 3)},
		{"no such secret", workloadtypes.ErrSecretNotFound, n.alice, remove("shop/none", 0)},
		{"a bad name", workloadtypes.ErrInvalidSecretName, n.alice, remove("shop/", 0)},
	})
	result := n.send(n.alice, remove("shop/DB", 1))
	require.Contains(t, result.Log, "by shop revision 1", "the refusal names who uses it")
	n.repin(id, pin("shop/DB", 2))
	result = n.send(n.alice, remove("shop/DB", 2))
	require.Contains(t, result.Log, "by shop revision 2")
	n.refused(workloadtypes.ErrSecretInUse, n.alice, remove("shop/DB", 1))
}

func TestPinsAreChecked(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.readers(group, 1)
	n.seal(group, "shop/DB", 1, 1)
	hash := n.specWith(group, "shop", pin("shop/DB", 1))
	create := func(pins ...workloadv1.SecretVersion) *workloadv1.MsgCreateDeployment {
		return &workloadv1.MsgCreateDeployment{Authority: n.alice.String(), GroupId: group, Name: "shop", SpecHash: hash, Placement: onDevices(d...), Secrets: pins}
	}
	n.refused(workloadtypes.ErrSecretNotFound, n.alice, create(pin("shop/DB", 2)))
	n.refused(workloadtypes.ErrInvalidSecrets, n.alice, create())
	n.refused(workloadtypes.ErrInvalidSecrets, n.alice, create(pin("shop/DB", 1), pin("shop/DB", 1)))
	n.ok(n.alice, create(pin("shop/DB", 1)))
	update := &workloadv1.MsgUpdateDeployment{
		Authority: n.alice.String(), DeploymentId: 1, ExpectedRevision: 1, SpecHash: hash, Placement: onDevices(d...), Secrets: []workloadv1.SecretVersion{pin("shop/DB", 2)},
	}
	n.refused(workloadtypes.ErrSecretNotFound, n.alice, update)
	n.seal(group, "shop/DB", 2, 1)
	n.ok(n.alice, update)
	assignment, _ := n.assignment(d[0], 1)
	require.Equal(t, []workloadv1.SecretVersion{pin("shop/DB", 2)}, assignment.Secrets, "other pins are an update")
}

func TestSecretsAreCapped(t *testing.T) {
	n := newNetwork(t)
	params := workloadtypes.DefaultParams()
	params.MaxSecrets, params.MaxSecretBytes = 3, 65_536
	n.ok(n.root, &workloadv1.MsgUpdateParams{Authority: n.root.String(), Params: params})
	for field, spoil := range map[string]func(*workloadv1.Params){
		"max_secrets":      func(p *workloadv1.Params) { p.MaxSecrets = 0 },
		"max_secret_bytes": func(p *workloadv1.Params) { p.MaxSecretBytes = 1 },
	} {
		bad := params
		spoil(&bad)
		result := n.send(n.root, &workloadv1.MsgUpdateParams{Authority: n.root.String(), Params: bad})
		n.requireCode(workloadtypes.ErrInvalidParams, result.Codespace, result.Code, result.Log)
		require.Contains(t, result.Log, field)
	}
	group := n.group("lab")
	large := n.putMsg(group, "a", 1, 1)
	large.Ciphertext = make([]byte, 36_000)
	n.ok(n.alice, large)
	second := n.putMsg(group, "b", 1, 1)
	second.Ciphertext = make([]byte, 29_537)
	n.refused(workloadtypes.ErrCapReached, n.alice, second)
	second.Ciphertext = second.Ciphertext[:29_500]
	n.ok(n.alice, second)
	d := n.readers(group, 1)
	n.deployWith(group, "app", onDevices(d...), pin("a", 1))
	grant := n.grantMsg(group, "a", 1, d[0])
	grant.Grants[0].Sealed = make([]byte, 37)
	n.refused(workloadtypes.ErrCapReached, n.alice, grant)
	grant.Grants[0].Sealed = make([]byte, 30)
	n.ok(n.alice, grant)
	// The same grant again takes no room but what it is larger.
	grant.Grants[0].Sealed = make([]byte, 36)
	n.ok(n.alice, grant)
	n.ok(n.alice, &workloadv1.MsgRemoveSecret{Authority: n.alice.String(), GroupId: group, Name: "b"})
	n.seal(group, "b", 2, 2)
	n.seal(group, "c", 1, 1)
	n.refused(workloadtypes.ErrCapReached, n.alice, n.putMsg(group, "d", 1, 1))
}
