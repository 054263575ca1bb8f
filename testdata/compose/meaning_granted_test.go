package compose

import (
	"sort"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// granted is what a service gets with the consent of a device's owner, and the namespaces it shares.
func granted(s types.ServiceConfig) map[string]any {
	out := map[string]any{
		"blkio_config":        blkio(s.BlkioConfig),
		"cpu_period":          s.CPUPeriod,
		"cpu_quota":           s.CPUQuota,
		"device_cgroup_rules": deviceRules(s.DeviceCgroupRules),
		"devices":             devices(s.Devices),
		"gpus":                gpus(s),
		"ipc":                 own(s.Ipc),
		"pid":                 own(s.Pid),
		"privileged":          s.Privileged,
		"runtime":             s.Runtime,
		"security_opt":        securityOptions(s.SecurityOpt),
		"storage_opt":         texts(s.StorageOpt),
		"cgroup":              own(s.Cgroup),
		"userns_mode":         own(s.UserNSMode),
		"uts":                 own(s.Uts),
	}
	if s.CPUPeriod == 100_000 {
		delete(out, "cpu_period")
	}
	return out
}

// A namespace of its own is the default.
func own(mode string) string {
	if mode == "private" {
		return ""
	}
	return mode
}

func blkio(in *types.BlkioConfig) map[string]any {
	if in == nil {
		return nil
	}
	var weights []any
	for _, device := range in.WeightDevice {
		weights = append(weights, map[string]any{"path": device.Path, "weight": int64(device.Weight)})
	}
	return fields(map[string]any{
		"weight":            int64(in.Weight),
		"weight_device":     byKey("path", weights),
		"device_read_bps":   throttles(in.DeviceReadBps),
		"device_read_iops":  throttles(in.DeviceReadIOps),
		"device_write_bps":  throttles(in.DeviceWriteBps),
		"device_write_iops": throttles(in.DeviceWriteIOps),
	})
}

func throttles(in []types.ThrottleDevice) []any {
	var out []any
	for _, device := range in {
		out = append(out, map[string]any{"path": device.Path, "rate": int64(device.Rate)})
	}
	return byKey("path", out)
}

func letters(in string) string {
	out := ""
	for _, letter := range "rwm" {
		if strings.ContainsRune(in, letter) {
			out += string(letter)
		}
	}
	return out
}

func deviceRules(in []string) []any {
	var out []string
	for _, rule := range in {
		kind, rest, _ := strings.Cut(rule, " ")
		numbers, access, _ := strings.Cut(rest, " ")
		out = append(out, kind+" "+numbers+" "+letters(access))
	}
	return sorted(out)
}

func devices(in []types.DeviceMapping) []any {
	var out []any
	for _, device := range in {
		permissions := letters(device.Permissions)
		if permissions == "rwm" {
			permissions = ""
		}
		out = append(out, fields(map[string]any{"source": device.Source, "target": device.Target, "permissions": permissions}))
	}
	return byKey("target", out)
}

// gpus are device requests that always have the capability gpu; reservations name their capabilities.
func gpus(s types.ServiceConfig) []any {
	var out []any
	add := func(request types.DeviceRequest, words []string) {
		entry := map[string]any{
			"capabilities": sorted(words),
			"driver":       request.Driver,
			"device_ids":   sorted(request.IDs),
			"options":      texts(request.Options),
		}
		if len(request.IDs) == 0 {
			count := int64(request.Count)
			if count == 0 {
				count = -1
			}
			entry["count"] = count
		}
		out = append(out, fields(entry))
	}
	for _, request := range s.Gpus {
		add(request, append([]string{"gpu"}, request.Capabilities...))
	}
	if reserved := resources(s).Reservations; reserved != nil {
		for _, request := range reserved.Devices {
			add(request, request.Capabilities)
		}
	}
	return out
}

// no-new-privileges holds always; a colon means the same as the sign of equality.
func securityOptions(in []string) []any {
	var out []string
	for _, option := range in {
		name, value, _ := strings.Cut(strings.Replace(option, ":", "=", 1), "=")
		if name == "no-new-privileges" && (value == "" || value == "true") {
			continue
		}
		out = append(out, name+"="+value)
	}
	return sorted(out)
}

func byKey(key string, in []any) []any {
	sort.SliceStable(in, func(i, j int) bool {
		return in[i].(map[string]any)[key].(string) < in[j].(map[string]any)[key].(string)
	})
	return in
}

// fileReferences are configs mounted as files.
func fileReferences(in []types.ServiceConfigObjConfig) []any {
	var out []any
	for _, reference := range in {
		target := reference.Target
		if target == "" {
			target = "/" + reference.Source
		}
		if !strings.HasPrefix(target, "/") {
			target = "/" + target
		}
		entry := map[string]any{"source": reference.Source, "target": target}
		if reference.Mode != nil && *reference.Mode != 0o444 {
			entry["mode"] = always(int64(*reference.Mode))
		}
		for name, text := range map[string]string{"uid": reference.UID, "gid": reference.GID} {
			entry[name], _ = strconv.ParseInt(text, 10, 64)
		}
		out = append(out, fields(entry))
	}
	return byKey("target", out)
}
