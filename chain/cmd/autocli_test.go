package cmd

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	servercmd "github.com/cosmos/cosmos-sdk/server/cmd"
)

// A proposal holds any message of the chain, though Go knows its type only through gogoproto.
func TestSubmitTakesMessagesInsideAMessage(t *testing.T) {
	root, err := NewRootCommand()
	require.NoError(t, err)
	var output bytes.Buffer
	root.SetOut(&output)
	const council = "daonet137g9f040cf0klp05c86fhn9yp4f8fs2rm58dfn"
	root.SetArgs([]string{
		"tx", "council", "submit", "7", "--messages", `{"@type":"/daonetes.workgroup.v1.MsgCloseGroup","authority":"` + council + `","group_id":"3"}`,
		"--from", council, "--generate-only", "--offline", "--gas", "100000", "--account-number", "1", "--sequence", "1", "--output", "json",
	})
	require.NoError(t, servercmd.Execute(root, envPrefix, t.TempDir()))
	require.Contains(t, output.String(), `"council_id":"7","messages":[{"@type":"/daonetes.workgroup.v1.MsgCloseGroup","authority":"`+council+`","group_id":"3"}]`)
}
