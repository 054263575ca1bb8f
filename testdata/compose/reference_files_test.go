package compose

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
)

// outcome is what becomes of one of compose-go's own test files: `same`, `both refuse`, `refused CODES`, `only we accept`
// or `differs PATHS`; the last two with the reason why we want that.
type outcome struct {
	Outcome string `json:"outcome"`
	Reason  string `json:"reason,omitempty"`
}

const outcomesFile = "reference-files.json"

// TestFilesOfTheReferenceImplementation runs every Compose file that compose-go tests itself with, files and texts in its
// test code, through both readers, and compares what becomes of each with the list. `UPDATE=1` writes the list anew and
// keeps its reasons.
func TestFilesOfTheReferenceImplementation(t *testing.T) {
	logrus.SetLevel(logrus.PanicLevel)
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/compose-spec/compose-go/v2").Output()
	if err != nil {
		t.Fatal(err)
	}
	names, questions := referenceFiles(t, strings.TrimSpace(string(module)))
	answers := askOurs(t, questions)
	found := map[string]string{}
	for i, name := range names {
		found[name] = outcomeOf(t, questions[i], answers[i])
	}
	listed := map[string]outcome{}
	if data, err := os.ReadFile(outcomesFile); err == nil {
		if err := json.Unmarshal(data, &listed); err != nil {
			t.Fatal(err)
		}
	}
	if os.Getenv("UPDATE") != "" {
		written := map[string]outcome{}
		for name, text := range found {
			written[name] = outcome{Outcome: text, Reason: listed[name].Reason}
		}
		data, err := json.MarshalIndent(written, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(outcomesFile, append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for name, text := range found {
		entry := listed[name]
		if entry.Outcome != text {
			t.Errorf("%s\n  listed: %s\n  now:    %s", name, entry.Outcome, text)
		}
		if wantsReason(text) && entry.Reason == "" {
			t.Errorf("%s: %s without a reason", name, text)
		}
	}
	for name := range listed {
		if _, still := found[name]; !still {
			t.Errorf("%s is listed and not there", name)
		}
	}
}

func wantsReason(text string) bool {
	return strings.HasPrefix(text, "differs") || strings.HasPrefix(text, "only we")
}

func outcomeOf(t *testing.T, q question, ours answer) string {
	t.Helper()
	project, named, err := askTheirs(q)
	switch {
	case err != nil && ours.Canonical == nil:
		return "both refuse"
	case err != nil:
		return "only we accept"
	case ours.Canonical == nil:
		return "refused " + strings.Join(ours.Codes, " ")
	}
	var paths []string
	for _, d := range differencesOf(t, project, named, ours.Canonical) {
		paths = append(paths, d.path)
		if os.Getenv("EXPLAIN") != "" {
			fmt.Printf("%s/%s %s\n  compose-go: %s\n  canonical:  %s\n", q.Directory, q.File, d.path, text(d.theirs), text(d.ours))
		}
	}
	if len(paths) == 0 {
		return "same"
	}
	return "differs " + strings.Join(paths, " ")
}

var literal = regexp.MustCompile("(?s)`([^`]*)`")

// referenceFiles are the Compose files of the module, and the texts in its tests that are one.
func referenceFiles(t *testing.T, module string) ([]string, []question) {
	t.Helper()
	cases := map[string]question{}
	texts := t.TempDir()
	err := filepath.Walk(module, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		name, _ := filepath.Rel(module, path)
		switch {
		case strings.HasSuffix(path, "_test.go"):
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for number, match := range literal.FindAllStringSubmatch(string(source), -1) {
				if !strings.Contains(match[1], "services:") {
					continue
				}
				folder := filepath.Join(texts, "case", strings.ReplaceAll(name, "/", "_"), fmt.Sprint(number), "case")
				if err := os.MkdirAll(folder, 0o755); err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(folder, "compose.yaml"), []byte(match[1]), 0o644); err != nil {
					return err
				}
				cases[fmt.Sprintf("%s#%03d", name, number)] = question{Directory: folder, File: filepath.Join(folder, "compose.yaml")}
			}
		case strings.HasSuffix(path, ".yaml") || strings.HasSuffix(path, ".yml"):
			if source, err := os.ReadFile(path); err != nil || !strings.Contains(string(source), "services:") {
				return err
			}
			cases[name] = question{Directory: filepath.Dir(path), File: path}
		}
		return nil
	})
	if err != nil || len(cases) == 0 {
		t.Fatal("no test files of compose-go: ", err)
	}
	var names []string
	for name := range cases {
		names = append(names, name)
	}
	sort.Strings(names)
	var questions []question
	for _, name := range names {
		questions = append(questions, cases[name])
	}
	return names, questions
}
