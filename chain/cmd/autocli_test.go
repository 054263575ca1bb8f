package cmd

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	council = "daonet137g9f040cf0klp05c86fhn9yp4f8fs2rm58dfn"
	closing = `{"@type":"/daonetes.workgroup.v1.MsgCloseGroup","authority":"` + council + `","group_id":"3"}`
)

var offline = []string{"--generate-only", "--offline", "--gas", "100000", "--account-number", "1", "--sequence", "1", "--output", "json"}

// A proposal holds any message of the chain, though Go knows its type only through gogoproto.
func TestSubmitTakesMessagesInsideAMessage(t *testing.T) {
	output, err := run(t, t.TempDir(), append([]string{"tx", "council", "submit", "7", "--messages", closing, "--from", council}, offline...)...)
	require.NoError(t, err, output)
	require.Contains(t, output, `"council_id":"7","messages":[`+closing+`]`)
}

// The first command of a person writes their client.toml; what it was asked for stays its own.
func TestTheChainIDOfOneCommandIsNotTheNextOnes(t *testing.T) {
	home := t.TempDir()
	command := []string{"tx", "workgroup", "close-group", "3", "--from", council}
	output, err := run(t, home, append(command, "--chain-id", "other-1", "--generate-only")...)
	require.NoError(t, err, output)
	output, err = run(t, home, append(command, offline...)...)
	require.NoError(t, err, output)
	require.Contains(t, output, closing)
}
