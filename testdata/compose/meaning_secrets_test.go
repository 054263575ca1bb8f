package compose

import (
	"path"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// secrets are the mounts of secrets of a service. What differs for every file: a secret has a name in the group, its mode
// is 0400 and not 0444 unless the file says otherwise, nobody may write or execute it, and it belongs to the numeric user
// of the service unless the file says otherwise, because that one has to read it.
func secrets(project *types.Project, s types.ServiceConfig) []any {
	uid, gid, _ := strings.Cut(s.User, ":")
	if _, err := strconv.ParseInt(uid, 10, 64); err != nil {
		uid, gid = "", ""
	}
	var out []any
	for _, reference := range s.Secrets {
		target := reference.Target
		if target == "" {
			target = reference.Source
		}
		if !strings.HasPrefix(target, "/") {
			target = "/run/secrets/" + target
		}
		name := project.Name + "/" + reference.Source
		if source := project.Secrets[reference.Source]; source.External {
			name = source.Name
		}
		entry := map[string]any{"source": name, "target": path.Clean(target)}
		if reference.Mode != nil && *reference.Mode&0o444 != 0o400 {
			entry["mode"] = always(int64(*reference.Mode & 0o444))
		}
		for field, texts := range map[string][2]string{"uid": {reference.UID, uid}, "gid": {reference.GID, gid}} {
			text := texts[0]
			if text == "" {
				text = texts[1]
			}
			entry[field], _ = strconv.ParseInt(text, 10, 64)
		}
		out = append(out, fields(entry))
	}
	return byKey("target", out)
}

// sealed takes the variables that are sealed out of both: compose-go has their values, and the spec their names alone.
// What remains in ours names a variable that Compose does not have, or a secret of another deployment.
func sealed(project *types.Project, theirs, ours map[string]any) {
	for name, service := range ours["services"].(map[string]any) {
		names, _ := service.(map[string]any)["secret_environment"].(map[string]any)
		other, _ := theirs["services"].(map[string]any)[name].(map[string]any)
		environment, _ := other["environment"].(map[string]any)
		for variable, secret := range names {
			if value, ok := environment[variable].(string); !ok || value == "" || !strings.HasPrefix(secret.(string), project.Name+"/") {
				continue
			}
			delete(environment, variable)
			delete(names, variable)
		}
		if len(names) == 0 {
			delete(service.(map[string]any), "secret_environment")
		}
		if len(environment) == 0 {
			delete(other, "environment")
		}
	}
}
