package compose

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// question is a Compose file put to both readers.
type question struct {
	Directory string   `json:"directory"`
	File      string   `json:"file"`
	Profiles  []string `json:"profiles,omitempty"`
}

// answer is what our reader says: a canonical spec, or the codes of the errors.
type answer struct {
	Canonical map[string]any `json:"canonical"`
	Codes     []string       `json:"codes"`
}

// askOurs puts the questions to the TypeScript reader, all in one process.
func askOurs(t *testing.T, questions []question) []answer {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	node := filepath.Join(root, "node_modules/.bin/node")
	if _, err := os.Stat(node); err != nil {
		t.Skip("npm packages are not installed: our reader cannot be asked")
	}
	var input bytes.Buffer
	for _, q := range questions {
		if err := json.NewEncoder(&input).Encode(q); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, node, "--conditions=daonetes-source", filepath.Join(root, "ts-client/scripts/compose-canonical.ts"))
	command.Stdin, command.Stderr = &input, os.Stderr
	output, err := command.Output()
	if err != nil {
		t.Fatal("our reader: ", err)
	}
	var answers []answer
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var a answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	if len(answers) != len(questions) {
		t.Fatalf("%d answers to %d questions", len(answers), len(questions))
	}
	return answers
}

// askTheirs reads one file as `docker compose` would, with an empty environment.
func askTheirs(q question) (project *types.Project, named bool, err error) {
	read := func(more ...cli.ProjectOptionsFn) (*types.Project, error) {
		settings := append([]cli.ProjectOptionsFn{
			cli.WithWorkingDirectory(q.Directory),
			cli.WithEnv(nil),
			cli.WithEnvFiles(),
			cli.WithDotEnv,
			cli.WithProfiles(q.Profiles),
			cli.WithResolvedPaths(true),
		}, more...)
		options, err := cli.NewProjectOptions([]string{q.File}, settings...)
		if err != nil {
			return nil, err
		}
		return options.LoadProject(context.Background())
	}
	if unnamed, err := read(); err == nil && unnamed.Name != loaderName(q.Directory) {
		return unnamed, true, nil
	}
	project, err = read(cli.WithName("case"))
	return project, false, err
}

// loaderName is the name that a folder gives a project.
func loaderName(directory string) string {
	name := ""
	for _, r := range filepath.Base(directory) {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		if (r >= 'a' && r <= 'z') || (r >= '0' && r <= '9') || (name != "" && (r == '-' || r == '_')) {
			name += string(r)
		}
	}
	return name
}

// differencesOf compares what both readers understood.
func differencesOf(t *testing.T, project *types.Project, named bool, ours map[string]any) []difference {
	t.Helper()
	delete(ours, "requires")
	for _, service := range ours["services"].(map[string]any) {
		delete(service.(map[string]any)["image"].(map[string]any), "digest")
	}
	theirs := roundTrip(t, meaning(project, named)).(map[string]any)
	sealed(project, theirs, ours)
	var out []difference
	walk("", theirs, ours, &out)
	sort.Slice(out, func(i, j int) bool { return out[i].path < out[j].path })
	return out
}
