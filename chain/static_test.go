package chain_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// consensusPackages run inside blocks.
var consensusPackages = []string{
	"app", "app/ante",
	"x/workgroup", "x/workgroup/keeper", "x/workgroup/types",
	"x/workload", "x/workload/keeper", "x/workload/types",
	"x/council", "x/council/keeper", "x/council/types",
	"x/admission", "x/admission/keeper", "x/admission/types",
	"x/valset", "x/valset/keeper", "x/valset/types",
}

// excused starts the comment that allows what the gate forbids, on the line before it, with a reason.
const excused = "// not consensus: "

// C-16: no map range, float, wall clock, goroutine, select, randomness or pointer text in consensus code.
func TestConsensusCodeIsDeterministic(t *testing.T) {
	exports := exportFiles(t)
	for _, folder := range consensusPackages {
		fset := token.NewFileSet()
		var files []*ast.File
		paths, err := filepath.Glob(folder + "/*.go")
		require.NoError(t, err)
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
			require.NoError(t, err)
			files = append(files, file)
		}
		info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
		config := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
			return os.Open(exports[path])
		})}
		_, err = config.Check(modulePath+folder, fset, files, info)
		require.NoError(t, err)
		for _, file := range files {
			for _, finding := range findings(fset, file, info) {
				t.Error(finding)
			}
		}
	}
}

// The gate itself finds what it is for.
func TestTheGateFindsWhatItForbids(t *testing.T) {
	exports := exportFiles(t)
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "sample.go", `package sample

import ("time"; "fmt")

func sample(m map[string]int, c chan int) {
	for range m {}
	go sample(m, c)
	select { case <-c: }
	var f float64 = 1.5
	fmt.Printf("%p %v %v", &f, f, time.Now())
	// not consensus: allowed here.
	for range m {}
}`, parser.ParseComments)
	require.NoError(t, err)
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })}
	_, err = config.Check("sample", fset, []*ast.File{file}, info)
	require.NoError(t, err)
	require.Len(t, findings(fset, file, info), 7)
}

// exportFiles are the compiled forms of all packages that ours import.
func exportFiles(t *testing.T) map[string]string {
	t.Helper()
	args := append([]string{"list", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}} {{.Export}}{{end}}"}, "./app/...", "./x/...")
	output, err := exec.Command("go", args...).Output()
	require.NoError(t, err)
	files := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(output)), "\n") {
		name, file, found := strings.Cut(line, " ")
		if found {
			files[name] = file
		}
	}
	return files
}

func findings(fset *token.FileSet, file *ast.File, info *types.Info) []string {
	excusedLines := map[int]bool{}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if strings.HasPrefix(comment.Text, excused) {
				excusedLines[fset.Position(comment.End()).Line+1] = true
			}
		}
	}
	var list []string
	report := func(node ast.Node, what string) {
		position := fset.Position(node.Pos())
		if !excusedLines[position.Line] {
			list = append(list, position.String()+": "+what)
		}
	}
	for _, spec := range file.Imports {
		if strings.Contains(spec.Path.Value, "math/rand") || strings.Contains(spec.Path.Value, "crypto/rand") {
			report(spec, "randomness")
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.RangeStmt:
			if _, isMap := info.TypeOf(node.X).Underlying().(*types.Map); isMap {
				report(node, "range over a map: its order differs from node to node")
			}
		case *ast.GoStmt:
			report(node, "goroutine")
		case *ast.SelectStmt:
			report(node, "select")
		case *ast.BasicLit:
			if node.Kind == token.FLOAT {
				report(node, "float")
			}
			if node.Kind == token.STRING && strings.Contains(node.Value, "%p") {
				report(node, "text of a pointer")
			}
		case *ast.Ident:
			if object, ok := info.Uses[node]; ok && object.Pkg() == nil && (object.Name() == "float64" || object.Name() == "float32") {
				report(node, "float")
			}
		case *ast.SelectorExpr:
			if object, ok := info.Uses[node.Sel]; ok && object.Pkg() != nil && object.Pkg().Path() == "time" {
				switch object.Name() {
				case "Now", "Since", "Until", "After", "Sleep", "Tick", "NewTimer", "NewTicker":
					if _, method := object.(*types.Func); method && object.(*types.Func).Signature().Recv() == nil {
						report(node, "wall clock")
					}
				}
			}
		}
		return true
	})
	return list
}

func readText(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(raw)
}
