package chain_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const modulePath = "github.com/daonetes/daonetes/chain/"

// mayImport says which of our packages a package of ours may import; * stands for the package's own module.
// A package that no row covers fails the test.
var mayImport = []struct {
	from string
	to   []string
}{
	{"gen/", []string{"gen/"}},
	{"x/workload/types", []string{"gen/", "x/workgroup/types"}},
	{"x/internal/queries", nil},
	{"x/workload/keeper", []string{"gen/", "x/internal/queries", "x/workload/types", "x/workgroup/types"}},
	{"x/workload", []string{"gen/", "x/workload/types", "x/workload/keeper"}},
	{"x/*/types", []string{"gen/"}},
	{"x/*/keeper", []string{"gen/", "x/internal/queries", "x/*/types"}},
	{"x/*", []string{"gen/", "x/*/types", "x/*/keeper"}},
	{"app", []string{"gen/", "x/", "app/"}},
	{"peers", nil},
	{"cmd/daonetesd", []string{"cmd"}},
	{"cmd", []string{"gen/", "x/", "app", "peers"}},
}

// genOf is the generated code that a module may import: its own, and what its contract refers to.
var genOf = map[string][]string{
	"workgroup": {"gen/daonetes/workgroup/v1"},
	"workload":  {"gen/daonetes/workload/v1", "gen/daonetes/workgroup/v1"},
	"council":   {"gen/daonetes/council/v1"},
	"admission": {"gen/daonetes/admission/v1"},
	"valset":    {"gen/daonetes/valset/v1"},
}

func TestImportDirections(t *testing.T) {
	files := 0
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from := filepath.ToSlash(filepath.Dir(path))
		for _, spec := range parsed.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			require.NotContains(t, name, "cosmos-sdk/enterprise", path)
			require.NotContains(t, name, "cosmossdk.io/depinject", path)
			if to, ours := strings.CutPrefix(name, modulePath); ours {
				require.True(t, allowed(from, to), "%s imports %s", path, to)
			}
		}
		return nil
	}))
	require.Greater(t, files, 80)
}

func allowed(from, to string) bool {
	for _, row := range mayImport {
		module, matches := match(row.from, from)
		if !matches {
			continue
		}
		for _, target := range row.to {
			target = strings.ReplaceAll(target, "*", module)
			if to != target && !(strings.HasSuffix(target, "/") && strings.HasPrefix(to, target)) {
				continue
			}
			own, isModule := genOf[moduleOf(from)]
			if !isModule || !strings.HasPrefix(to, "gen/") {
				return true
			}
			for _, generated := range own {
				if to == generated {
					return true
				}
			}
		}
		return false
	}
	return false
}

// match compares a package with a pattern and returns what * stands for.
func match(pattern, from string) (string, bool) {
	if strings.HasSuffix(pattern, "/") {
		return "", strings.HasPrefix(from, pattern)
	}
	if pattern == "app" && strings.HasPrefix(from, "app/") {
		return "", true
	}
	left, right := strings.Split(pattern, "/"), strings.Split(from, "/")
	if len(left) != len(right) {
		return "", false
	}
	star := ""
	for i := range left {
		if left[i] == "*" {
			star = right[i]
		} else if left[i] != right[i] {
			return "", false
		}
	}
	return star, true
}

func moduleOf(from string) string {
	parts := strings.Split(from, "/")
	if len(parts) > 1 && parts[0] == "x" {
		return parts[1]
	}
	return ""
}

// Only authority.go of a module compares signers, and only manifest.go writes manifests.
func TestOneFilePerDuty(t *testing.T) {
	for _, duty := range []struct{ text, folder, file string }{
		{"ErrUnauthorized,", "x/workgroup/keeper", "authority.go"},
		{"ErrUnauthorized,", "x/workload/keeper", "authority.go"},
		{"ErrUnauthorized,", "x/valset/keeper", "authority.go"},
		{"ErrUnauthorized,", "x/admission/keeper", "authority.go"},
		{"ErrUnauthorized,", "x/council/keeper", "authority.go"},
		{"ErrNotMember,", "x/council/keeper", "authority.go"},
		{"Status_PROPOSAL_STATUS_EXECUTED); err", "x/council/keeper", "execute.go"},
		{"manifests.Set(", "x/workload/keeper", "manifest.go"},
	} {
		matches, err := filepath.Glob(duty.folder + "/*.go")
		require.NoError(t, err)
		for _, path := range matches {
			if strings.HasSuffix(path, "_test.go") || filepath.Base(path) == duty.file || filepath.Base(path) == "genesis.go" {
				continue
			}
			require.NotContains(t, readText(t, path), duty.text, "%s belongs into %s, found in %s", duty.text, duty.file, path)
		}
	}
}
