package compose

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// blobs are the hashes of content, cut at 48 KiB.
func blobs(content []byte) []any {
	var out []any
	for len(content) > 0 {
		end := min(len(content), 48<<10)
		out = append(out, fmt.Sprintf("sha256:%x", sha256.Sum256(content[:end])))
		content = content[end:]
	}
	return out
}

func configs(project *types.Project) map[string]any {
	out := map[string]any{}
	for name, config := range project.Configs {
		content := []byte(config.Content)
		if config.File != "" {
			content, _ = os.ReadFile(config.File)
		} else if config.Environment != "" {
			content = []byte(project.Environment[config.Environment])
		}
		out[name] = fields(map[string]any{"blobs": blobs(content)})
	}
	return out
}

// projectPath is a path of the project below its folder.
func projectPath(project *types.Project, source string) (string, bool) {
	below, err := filepath.Rel(project.WorkingDir, source)
	return below, err == nil && below != "." && below != ".." && !strings.HasPrefix(below, "../")
}

// snapshot is what stands at a path of the project: a file, or a folder with files in it; nil where it is data. The
// cases are read as if git tracked everything.
func snapshot(path string) map[string]any {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	if !info.IsDir() {
		return file(path)
	}
	files := map[string]any{}
	kept := 0
	_ = filepath.Walk(path, func(at string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			below, _ := filepath.Rel(path, at)
			files[below] = file(at)
			if below != ".gitkeep" && below != ".gitignore" {
				kept++
			}
		}
		return err
	})
	if kept == 0 {
		return nil
	}
	return map[string]any{"files": files}
}

func file(path string) map[string]any {
	content, _ := os.ReadFile(path)
	info, err := os.Stat(path)
	return fields(map[string]any{"blobs": blobs(content), "executable": err == nil && info.Mode()&0o111 != 0})
}

// pathMount turns a mount of a path into a snapshot, a volume or a mount of the device.
func pathMount(project *types.Project, v types.ServiceVolumeConfig) map[string]any {
	if below, inside := projectPath(project, v.Source); inside {
		if snapshot(v.Source) != nil {
			return map[string]any{"type": "snapshot", "source": below, "target": v.Target}
		}
		return map[string]any{"type": "volume", "source": folderVolume(below), "target": v.Target, "read_only": v.ReadOnly}
	}
	mount := map[string]any{"type": "bind", "source": v.Source, "target": v.Target, "read_only": v.ReadOnly}
	shared := v.Source == "/etc/localtime" || v.Source == "/etc/timezone"
	if v.Bind != nil && !shared {
		mount["create"] = bool(v.Bind.CreateHostPath) && !strings.HasSuffix(v.Source, ".sock")
		if strings.HasSuffix(v.Bind.Propagation, "slave") {
			mount["propagation"] = "rslave"
		}
	}
	return mount
}

func folderVolume(below string) string {
	return "dir." + strings.ReplaceAll(below, "/", ".")
}

// projectContent adds the snapshots and volumes that mounts of paths became.
func projectContent(project *types.Project, snapshots, volumes map[string]any) {
	for _, service := range project.Services {
		for _, v := range service.Volumes {
			below, inside := projectPath(project, v.Source)
			if v.Type != types.VolumeTypeBind || !inside {
				continue
			}
			if taken := snapshot(v.Source); taken != nil {
				snapshots[below] = taken
			} else {
				volumes[folderVolume(below)] = map[string]any{}
			}
		}
	}
}
