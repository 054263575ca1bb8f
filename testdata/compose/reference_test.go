// Package compose puts the valid cases of this folder to compose-go, the reference implementation, and compares what it
// understands with canonical.json, field by field.
package compose

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"
)

type caseOptions struct {
	Files       []string          `json:"files"`
	Environment map[string]string `json:"environment"`
	EnvFiles    []string          `json:"envFiles"`
	Profiles    []string          `json:"profiles"`
	ProjectName string            `json:"projectName"`
	// Why the case is not compared.
	Oracle string `json:"oracle"`
}

// wanted is a difference that we want: the case, the field as a path, and why. An entry that matches no difference is
// an error, so the list cannot outlive its reasons.
type wanted struct {
	Case   string `json:"case"`
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

func TestP37ValidCasesMeanWhatComposeUnderstands(t *testing.T) {
	logrus.SetLevel(logrus.PanicLevel)
	var list []wanted
	readJSON(t, "wanted-differences.json", &list)
	folders, err := filepath.Glob("valid/*")
	if err != nil || len(folders) == 0 {
		t.Fatal("no valid cases", err)
	}
	used := map[wanted]bool{}
	for _, folder := range folders {
		name := filepath.Base(folder)
		t.Run(name, func(t *testing.T) {
			if options := optionsOf(t, folder); options.Oracle != "" {
				t.Skip(options.Oracle)
			}
			for _, difference := range compare(t, folder) {
				if entry, ok := find(list, name, difference.path); ok {
					used[entry] = true
					continue
				}
				t.Errorf("%s\n  compose-go: %s\n  canonical:  %s", difference.path, text(difference.theirs), text(difference.ours))
			}
		})
	}
	for _, entry := range list {
		if entry.Reason == "" {
			t.Errorf("wanted difference %s %s gives no reason", entry.Case, entry.Path)
		}
		if !used[entry] {
			t.Errorf("wanted difference %s %s is none any more", entry.Case, entry.Path)
		}
	}
}

type difference struct {
	path         string
	theirs, ours any
}

func compare(t *testing.T, folder string) []difference {
	t.Helper()
	project, named, err := load(folder)
	if err != nil {
		return []difference{{path: "(load)", theirs: err.Error()}}
	}
	var ours map[string]any
	readJSON(t, filepath.Join(folder, "canonical.json"), &ours)
	for _, service := range ours["services"].(map[string]any) {
		delete(service.(map[string]any)["image"].(map[string]any), "digest")
	}
	// Worked out from the rest of the spec, and refused where it says anything else.
	delete(ours, "requires")
	theirs := roundTrip(t, meaning(project, named)).(map[string]any)
	sealed(project, theirs, ours)
	var out []difference
	walk("", theirs, ours, &out)
	sort.Slice(out, func(i, j int) bool { return out[i].path < out[j].path })
	return out
}

// load reads a case as `docker compose` would; named tells whether the file itself has a name.
func load(folder string) (*types.Project, bool, error) {
	var options caseOptions
	if data, err := os.ReadFile(filepath.Join(folder, "options.json")); err == nil {
		if err := json.Unmarshal(data, &options); err != nil {
			return nil, false, err
		}
	}
	if len(options.Files) == 0 {
		options.Files = []string{"compose.yaml"}
	}
	directory, err := filepath.Abs(folder)
	if err != nil {
		return nil, false, err
	}
	var files, envFiles, environment []string
	for _, file := range options.Files {
		files = append(files, filepath.Join(directory, file))
	}
	for _, file := range options.EnvFiles {
		envFiles = append(envFiles, filepath.Join(directory, file))
	}
	for name, value := range options.Environment {
		environment = append(environment, name+"="+value)
	}
	read := func(more ...cli.ProjectOptionsFn) (*types.Project, error) {
		settings := append([]cli.ProjectOptionsFn{
			cli.WithWorkingDirectory(directory),
			cli.WithEnv(environment),
			cli.WithEnvFiles(envFiles...),
			cli.WithDotEnv,
			cli.WithProfiles(options.Profiles),
			cli.WithResolvedPaths(true),
		}, more...)
		projectOptions, err := cli.NewProjectOptions(files, settings...)
		if err != nil {
			return nil, err
		}
		return projectOptions.LoadProject(context.Background())
	}
	if unnamed, err := read(); err != nil {
		return nil, false, err
	} else if unnamed.Name != filepath.Base(directory) {
		return unnamed, true, nil
	}
	if options.ProjectName == "" {
		options.ProjectName = "case"
	}
	project, err := read(cli.WithName(options.ProjectName))
	return project, false, err
}

func walk(path string, theirs, ours any, out *[]difference) {
	a, aIsMap := theirs.(map[string]any)
	b, bIsMap := ours.(map[string]any)
	if aIsMap && bIsMap {
		names := map[string]bool{}
		for name := range a {
			names[name] = true
		}
		for name := range b {
			names[name] = true
		}
		for name := range names {
			x, inA := a[name]
			y, inB := b[name]
			next := path + "/" + name
			if inA != inB {
				*out = append(*out, difference{next, presence(x, inA), presence(y, inB)})
				continue
			}
			walk(next, x, y, out)
		}
		return
	}
	if !reflect.DeepEqual(theirs, ours) {
		*out = append(*out, difference{path, theirs, ours})
	}
}

func optionsOf(t *testing.T, folder string) caseOptions {
	t.Helper()
	var options caseOptions
	if _, err := os.Stat(filepath.Join(folder, "options.json")); err == nil {
		readJSON(t, filepath.Join(folder, "options.json"), &options)
	}
	return options
}

type absent struct{}

func presence(value any, present bool) any {
	if present {
		return value
	}
	return absent{}
}

func text(value any) string {
	if _, ok := value.(absent); ok {
		return "(absent)"
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}

func find(list []wanted, name, path string) (wanted, bool) {
	for _, entry := range list {
		if entry.Case == name && entry.Path == path {
			return entry, true
		}
	}
	return wanted{}, false
}

func readJSON(t *testing.T, path string, target any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, target)
	}
	if err != nil {
		t.Fatal(path, err)
	}
}

// roundTrip gives numbers the type that decoded JSON has.
func roundTrip(t *testing.T, value any) any {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
