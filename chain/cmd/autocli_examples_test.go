package cmd

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
	"cosmossdk.io/log/v2"

	servercmd "github.com/cosmos/cosmos-sdk/server/cmd"

	"github.com/daonetes/daonetes/chain/app"
)

const someAddress = "daonet1nrxutzj9rcqh2ee3n4kw9l0m0pl2pnc830rkmn"

// The example of each transaction command of our modules makes the message that it is for.
func TestExamplesOfTransactionCommandsWork(t *testing.T) {
	shape := app.New(log.NewNopLogger(), dbm.NewMemDB(), true, noOptions{})
	home := t.TempDir()
	t.Chdir(home)
	tried := 0
	described := shape.AutoCLIOptions().ModuleOptions
	for _, module := range slices.Sorted(maps.Keys(described)) {
		options := described[module]
		if options.Tx == nil || !strings.HasPrefix(options.Tx.Service, "daonetes.") {
			continue
		}
		byMethod := map[string]*autocliv1.RpcCommandOptions{}
		for _, row := range options.Tx.RpcCommandOptions {
			byMethod[row.RpcMethod] = row
		}
		for _, method := range methodsOf(t, shape, options.Tx.Service) {
			row, found := byMethod[method]
			require.True(t, found, "%s of %s has no command text", method, module)
			if row.Skip {
				continue
			}
			require.NotEmpty(t, row.Short, method)
			words := shellWords(row.Example)
			require.Equal(t, []string{"daonetesd", "tx", module, strings.Fields(row.Use)[0]}, words[:min(4, len(words))], "the example of %s", method)
			writeParams(t, shape, module)
			output, err := run(t, home, append(fromAddress(words[1:]), "--generate-only", "--chain-id", "daonetes-1")...)
			require.NoError(t, err, "%s: %s", row.Example, output)
			var tx struct {
				Body struct {
					Messages []map[string]any `json:"messages"`
				} `json:"body"`
			}
			require.NoError(t, json.Unmarshal([]byte(output), &tx), "%s: %s", row.Example, output)
			require.Len(t, tx.Body.Messages, 1)
			service := strings.TrimSuffix(options.Tx.Service, ".Msg")
			require.Equal(t, "/"+service+".Msg"+method, tx.Body.Messages[0]["@type"], row.Example)
			_, err = shape.TxConfig().TxJSONDecoder()([]byte(output))
			require.NoError(t, err, row.Example)
			tried++
		}
	}
	require.Greater(t, tried, 30)
}

func methodsOf(t *testing.T, shape *app.App, service string) []string {
	t.Helper()
	var methods []string
	for _, url := range shape.InterfaceRegistry().ListImplementations("cosmos.base.v1beta1.Msg") {
		if name, ours := strings.CutPrefix(url, "/"+strings.TrimSuffix(service, ".Msg")+".Msg"); ours {
			methods = append(methods, name)
		}
	}
	require.NotEmpty(t, methods)
	return methods
}

// writeParams writes params.json with the parameters that a module starts with.
func writeParams(t *testing.T, shape *app.App, module string) {
	t.Helper()
	state, err := shape.DefaultGenesis()
	require.NoError(t, err)
	var genesis struct {
		Params json.RawMessage `json:"params"`
	}
	require.NoError(t, json.Unmarshal(state[module], &genesis))
	require.NoError(t, os.WriteFile("params.json", genesis.Params, 0o600))
}

// run runs a command line of the daemon, for a person whose home folder this is, and returns what it wrote.
func run(t *testing.T, home string, args ...string) (string, error) {
	t.Helper()
	t.Setenv("HOME", home)
	root, err := NewRootCommand()
	require.NoError(t, err)
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err = servercmd.Execute(root, envPrefix, home)
	return out.String(), err
}

var word = regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`)

// shellWords splits as a shell does what our examples hold: words and whole words in quotes.
func shellWords(text string) []string {
	words := word.FindAllString(text, -1)
	for i, text := range words {
		words[i] = strings.Trim(text, `'"`)
		if text[0] == '\'' {
			words[i] = text[1 : len(text)-1]
		}
	}
	return words
}

// fromAddress replaces the name of the key, which the test does not have, by an address.
func fromAddress(words []string) []string {
	for i := range words {
		if i > 0 && words[i-1] == "--from" {
			words[i] = someAddress
		}
	}
	return words
}
