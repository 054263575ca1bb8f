package compose

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
)

// TestP37RandomFilesMeanTheSame writes random Compose files and puts them to both readers: what both accept means the same,
// and what we accept compose-go accepts. FUZZ_RUNS is how many, FUZZ_SEED which ones; the seed is printed.
func TestP37RandomFilesMeanTheSame(t *testing.T) {
	logrus.SetLevel(logrus.PanicLevel)
	runs, seed := setting("FUZZ_RUNS", 200), setting("FUZZ_SEED", int(time.Now().UnixNano()%1_000_000_000))
	fmt.Printf("FUZZ_SEED=%d FUZZ_RUNS=%d\n", seed, runs)
	folder := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	node := filepath.Join(root, "node_modules/.bin/node")
	if _, err := os.Stat(node); err != nil {
		t.Skip("npm packages are not installed: our reader cannot be asked")
	}
	write := exec.Command(node, "--conditions=daonetes-source", filepath.Join(root, "ts-client/scripts/compose-random.ts"), folder, strconv.Itoa(runs), strconv.Itoa(seed))
	if output, err := write.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*/case/compose.yaml"))
	if err != nil || len(files) != runs {
		t.Fatal("files: ", len(files), err)
	}
	var questions []question
	for _, file := range files {
		questions = append(questions, question{Directory: filepath.Dir(file), File: file})
	}
	same, failed := 0, 0
	refused := map[string]int{}
	for i, ours := range askOurs(t, questions) {
		project, named, err := askTheirs(questions[i])
		switch {
		case ours.Canonical == nil:
			refused[strings.Join(ours.Codes, " ")]++
			continue
		case err != nil:
			t.Errorf("FUZZ_SEED=%d file %d: we accept what compose-go refuses: %v\n%s", seed, i, err, read(files[i]))
			failed++
		default:
			differences := differencesOf(t, project, named, ours.Canonical)
			if len(differences) == 0 {
				same++
				continue
			}
			failed++
			for _, d := range differences {
				t.Errorf("FUZZ_SEED=%d file %d: %s\n  compose-go: %s\n  canonical:  %s", seed, i, d.path, text(d.theirs), text(d.ours))
			}
			t.Log(read(files[i]))
		}
		if failed == 5 {
			t.Fatal("and so on")
		}
	}
	fmt.Printf("%d of %d mean the same, refused by us: %v\n", same, runs, refused)
	if same < runs*6/10 {
		t.Errorf("only %d of %d files say anything: the generator is off", same, runs)
	}
}

func setting(name string, fallback int) int {
	if value, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return value
	}
	return fallback
}

func read(file string) string {
	data, _ := os.ReadFile(file)
	return string(data)
}
