package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// Four companies write their seats; whoever collects them gets the same seats, in whatever order the files come.
func TestCompaniesMakeAGenesisTogether(t *testing.T) {
	folder := t.TempDir()
	seats := filepath.Join(folder, "seats")
	require.NoError(t, os.Mkdir(seats, 0o755))
	var files []string
	for _, name := range []string{"north", "south", "east", "west"} {
		home := filepath.Join(folder, name)
		output, err := run(t, home, "init", name, "--chain-id", "daonetes-1", "--home", home)
		require.NoError(t, err, output)
		files = append(files, filepath.Join(seats, name+".seat.json"))
		output, err = run(t, home, "genesis", "write-seat", files[len(files)-1], "--operator", someAddress, "--home", home)
		require.NoError(t, err, output)
	}
	genesis := func(home string) (seats json.RawMessage) {
		raw, err := os.ReadFile(filepath.Join(home, "config", "genesis.json"))
		require.NoError(t, err)
		var content struct {
			State map[string]json.RawMessage `json:"app_state"`
		}
		require.NoError(t, json.Unmarshal(raw, &content))
		return content.State["valset"]
	}
	north, south := filepath.Join(folder, "north"), filepath.Join(folder, "south")
	output, err := run(t, north, "genesis", "collect", seats, "--home", north)
	require.NoError(t, err, output)
	require.Regexp(t, regexp.MustCompile(`^4 seats   sha256 [0-9a-f]{64}\n$`), output)
	output, err = run(t, south, "genesis", "collect", files[2], files[3], files[1], files[0], "--home", south)
	require.NoError(t, err, output)
	require.JSONEq(t, string(genesis(north)), string(genesis(south)))

	// The same seats a second time, a file that is none, and a folder without any change nothing.
	before := string(genesis(north))
	_, err = run(t, north, "genesis", "collect", seats, "--home", north)
	require.ErrorContains(t, err, "twice")
	bad := filepath.Join(folder, "bad.seat.json")
	require.NoError(t, os.WriteFile(bad, []byte(`{"moniker":"x","power":1000,"cons_pub_key":"AAAA","weight":3}`), 0o600))
	_, err = run(t, north, "genesis", "collect", bad, "--home", north)
	require.ErrorContains(t, err, "bad.seat.json")
	_, err = run(t, north, "genesis", "collect", folder, "--home", north)
	require.Error(t, err)
	_, err = run(t, north, "genesis", "write-seat", "north.json", "--home", north)
	require.ErrorContains(t, err, "want a name that ends in .seat.json")
	require.JSONEq(t, before, string(genesis(north)))
}

func TestNodesAreListedInGenesis(t *testing.T) {
	home := t.TempDir()
	output, err := run(t, home, "init", "north", "--home", home)
	require.NoError(t, err, output)
	id := "0123456789abcdef0123456789abcdef01234567"
	_, err = run(t, home, "genesis", "admit-node", "north@10.0.0.2", "--home", home)
	require.ErrorContains(t, err, "40 hexadecimal digits")
	output, err = run(t, home, "genesis", "admit-node", id, "--home", home)
	require.NoError(t, err, output)
	_, err = run(t, home, "genesis", "admit-node", id, "--home", home)
	require.ErrorContains(t, err, "twice")
	raw, err := os.ReadFile(filepath.Join(home, "config", "genesis.json"))
	require.NoError(t, err)
	require.Regexp(t, regexp.MustCompile(`"open_peers": false,\s*"node_ids": \[\s*"`+id+`"\s*\]`), string(raw))
}
