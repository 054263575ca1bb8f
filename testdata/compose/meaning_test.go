package compose

import (
	"fmt"
	"math"
	"path"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
)

// meaning turns what compose-go understood into the shape of canonical.json, so that both can be compared field by
// field. It is written from the Compose specification and from what Docker Compose asks of the Engine, not from the
// TypeScript code. What differs on purpose for every file is done here and said where it is done; what differs in one
// case stands in wanted-differences.json.
func meaning(project *types.Project, named bool) map[string]any {
	project = project.WithoutUnnecessaryResources()
	root := map[string]any{"format": "daonetes.spec.v1", "services": services(project)}
	if named {
		root["name"] = project.Name
	}
	networks := map[string]any{}
	for name, network := range project.Networks {
		if network.External {
			networks[name] = map[string]any{"shared": network.Name}
			continue
		}
		networks[name] = fields(map[string]any{
			"subnets":     subnets(network.Ipam),
			"internal":    network.Internal,
			"enable_ipv6": network.EnableIPv6 != nil && *network.EnableIPv6,
			"labels":      texts(network.Labels),
		})
	}
	volumes := map[string]any{}
	for name, volume := range project.Volumes {
		if volume.External {
			volumes[name] = map[string]any{"external": volume.Name}
			continue
		}
		volumes[name] = fields(map[string]any{"labels": texts(volume.Labels)})
	}
	snapshots := map[string]any{}
	projectContent(project, snapshots, volumes)
	root["networks"], root["volumes"], root["snapshots"], root["configs"] = networks, volumes, snapshots, configs(project)
	return fields(root)
}

func services(project *types.Project) map[string]any {
	out := map[string]any{}
	for name, s := range project.Services {
		out[name] = fields(service(project, s))
	}
	return out
}

func service(project *types.Project, s types.ServiceConfig) map[string]any {
	out := map[string]any{
		"image":           image(s.Image),
		"cap_add":         capabilities(s.CapAdd),
		"cap_drop":        capabilities(s.CapDrop),
		"cpu_shares":      s.CPUShares,
		"cpus":            cpus(s),
		"cpuset":          s.CPUSet,
		"depends_on":      dependencies(project, s),
		"dns":             list(s.DNS),
		"dns_opt":         list(s.DNSOpts),
		"dns_search":      list(s.DNSSearch),
		"domainname":      s.DomainName,
		"environment":     environment(s.Environment),
		"expose":          exposed(s.Expose),
		"extra_hosts":     hosts(s.ExtraHosts),
		"group_add":       sorted(s.GroupAdd),
		"healthcheck":     healthcheck(s.HealthCheck),
		"hostname":        s.Hostname,
		"init":            s.Init != nil && *s.Init,
		"labels":          texts(s.Labels),
		"logging":         logging(s.Logging),
		"mem_limit":       int64(s.MemLimit),
		"mem_reservation": int64(s.MemReservation),
		"memswap_limit":   int64(s.MemSwapLimit),
		"network_mode":    s.NetworkMode,
		"networks":        networks(project, s),
		"oom_score_adj":   s.OomScoreAdj,
		"pids_limit":      s.PidsLimit,
		"platform":        s.Platform,
		"ports":           ports(s.Ports),
		"read_only":       s.ReadOnly,
		"restart":         restart(s),
		"shm_size":        int64(s.ShmSize),
		"stdin_open":      s.StdinOpen,
		"stop_signal":     s.StopSignal,
		"sysctls":         texts(s.Sysctls),
		"tty":             s.Tty,
		"ulimits":         ulimits(s.Ulimits),
		"update_order":    updateOrder(project, s),
		"user":            s.User,
		"configs":         fileReferences(s.Configs),
		"secrets":         secrets(project, s),
		"volumes":         mounts(project, s),
		"working_dir":     s.WorkingDir,
	}
	for name, value := range granted(s) {
		out[name] = value
	}
	// An empty command differs from none.
	if s.Command != nil {
		out["command"] = always(list(s.Command))
	}
	if s.Entrypoint != nil {
		out["entrypoint"] = always(list(s.Entrypoint))
	}
	if limits := resources(s).Limits; limits != nil {
		if limits.MemoryBytes != 0 {
			out["mem_limit"] = int64(limits.MemoryBytes)
		}
		if limits.Pids != 0 {
			out["pids_limit"] = limits.Pids
		}
	}
	if reserved := resources(s).Reservations; reserved != nil && reserved.MemoryBytes != 0 {
		out["mem_reservation"] = int64(reserved.MemoryBytes)
	}
	if s.MemSwappiness != 0 {
		out["mem_swappiness"] = int64(s.MemSwappiness)
	}
	if s.StopGracePeriod != nil {
		out["stop_grace_period"] = always(int64(*s.StopGracePeriod))
	}
	// Defaults are not written.
	for field, fallback := range map[string]any{"pids_limit": int64(512), "shm_size": int64(64 << 20), "stop_grace_period": always(int64(10 * time.Second))} {
		if out[field] == fallback {
			delete(out, field)
		}
	}
	return out
}

// The digest is checked apart: compose-go does not resolve tags.
func image(text string) map[string]any {
	name, _, _ := strings.Cut(text, "@")
	tag := ""
	if colon := strings.LastIndex(name, ":"); colon > strings.LastIndex(name, "/") {
		name, tag = name[:colon], name[colon+1:]
	}
	domain, rest, found := strings.Cut(name, "/")
	if !found || (!strings.ContainsAny(domain, ".:") && domain != "localhost") {
		domain, rest = "docker.io", name
	}
	if domain == "docker.io" && !strings.Contains(rest, "/") {
		rest = "library/" + rest
	}
	return fields(map[string]any{"name": domain + "/" + rest, "tag": tag})
}

// Capabilities are written in upper case, without CAP_, sorted.
func capabilities(in []string) []any {
	var out []string
	for _, capability := range in {
		out = append(out, strings.TrimPrefix(strings.ToUpper(capability), "CAP_"))
	}
	return sorted(out)
}

func resources(s types.ServiceConfig) types.Resources {
	if s.Deploy == nil {
		return types.Resources{}
	}
	return s.Deploy.Resources
}

func cpus(s types.ServiceConfig) int64 {
	value := s.CPUS
	if limits := resources(s).Limits; limits != nil && limits.NanoCPUs != 0 {
		value = limits.NanoCPUs.Value()
	}
	// compose-go holds a float32: what people write has far fewer digits.
	return int64(math.Round(float64(value)*1e6)) * 1000
}

// Only services that run are waited for.
func dependencies(project *types.Project, s types.ServiceConfig) map[string]any {
	out := map[string]any{}
	for name, d := range s.DependsOn {
		if _, runs := project.Services[name]; !runs {
			continue
		}
		entry := map[string]any{"condition": d.Condition, "restart": d.Restart}
		if !d.Required {
			entry["required"] = always(false)
		}
		out[name] = fields(entry)
	}
	return out
}

func environment(in types.MappingWithEquals) map[string]any {
	out := map[string]any{}
	for name, value := range in {
		if value == nil {
			out[name] = always(nil)
		} else {
			out[name] = always(*value)
		}
	}
	return out
}

// Ranges are expanded and the protocol is always written.
func exposed(in []string) []any {
	var out []string
	for _, text := range in {
		numbers, protocol, found := strings.Cut(text, "/")
		if !found {
			protocol = "tcp"
		}
		first, last, ranged := strings.Cut(numbers, "-")
		if !ranged {
			last = first
		}
		from, _ := strconv.Atoi(first)
		to, _ := strconv.Atoi(last)
		for port := from; port <= to; port++ {
			out = append(out, fmt.Sprintf("%d/%s", port, protocol))
		}
	}
	return sorted(out)
}

func hosts(in types.HostsList) []any {
	var out []string
	for name, addresses := range in {
		for _, address := range addresses {
			out = append(out, name+"="+strings.Trim(address, "[]"))
		}
	}
	return sorted(out)
}

func healthcheck(in *types.HealthCheckConfig) map[string]any {
	if in == nil {
		return nil
	}
	if in.Disable || (len(in.Test) > 0 && in.Test[0] == "NONE") {
		return map[string]any{"disable": true}
	}
	out := map[string]any{
		"test":           list(in.Test),
		"interval":       duration(in.Interval),
		"timeout":        duration(in.Timeout),
		"start_period":   duration(in.StartPeriod),
		"start_interval": duration(in.StartInterval),
	}
	if in.Retries != nil {
		out["retries"] = int64(*in.Retries)
	}
	return fields(out)
}

// Without a driver the Engine's default is meant, json-file; max-size is read by the Engine with k = 1000.
func logging(in *types.LoggingConfig) map[string]any {
	if in == nil {
		return nil
	}
	out := map[string]any{"driver": in.Driver}
	if in.Driver == "" {
		out["driver"] = "json-file"
	}
	if known := map[string]bool{"local": true, "json-file": true, "none": true, "": true}; !known[in.Driver] {
		out["options"] = texts(in.Options)
		return fields(out)
	}
	if size := in.Options["max-size"]; size != "" {
		unit := map[byte]int64{'k': 1e3, 'm': 1e6, 'g': 1e9}[size[len(size)-1]]
		number, _ := strconv.ParseInt(size[:len(size)-1], 10, 64)
		out["max_size"] = number * unit
	}
	if files := in.Options["max-file"]; files != "" {
		out["max_file"], _ = strconv.ParseInt(files, 10, 64)
	}
	// A default is not written.
	if out["max_file"] == int64(3) {
		delete(out, "max_file")
	}
	return fields(out)
}

// container_name and the aliases of links become names on the networks.
func networks(project *types.Project, s types.ServiceConfig) map[string]any {
	if s.NetworkMode != "" {
		return nil
	}
	out := map[string]any{}
	for name, settings := range s.Networks {
		var aliases []string
		if settings != nil {
			aliases = append(aliases, settings.Aliases...)
		}
		if s.ContainerName != "" && s.ContainerName != s.Name {
			aliases = append(aliases, s.ContainerName)
		}
		for _, other := range project.Services {
			for _, link := range other.Links {
				target, alias, found := strings.Cut(link, ":")
				if _, shared := other.Networks[name]; found && shared && target == s.Name && alias != target {
					aliases = append(aliases, alias)
				}
			}
		}
		entry := map[string]any{"aliases": sorted(aliases)}
		if settings != nil {
			entry["ipv4_address"], entry["ipv6_address"] = settings.Ipv4Address, settings.Ipv6Address
			entry["priority"] = int64(settings.Priority)
		}
		out[name] = fields(entry)
	}
	return out
}

func ports(in []types.ServicePortConfig) []any {
	type key struct {
		target       uint32
		protocol, ip string
		published    int64
	}
	var keys []key
	for _, p := range in {
		published, _ := strconv.ParseInt(p.Published, 10, 64)
		keys = append(keys, key{p.Target, p.Protocol, p.HostIP, published})
	}
	sort.Slice(keys, func(i, j int) bool {
		a, b := keys[i], keys[j]
		if a.target != b.target {
			return a.target < b.target
		}
		if a.protocol != b.protocol {
			return a.protocol < b.protocol
		}
		if a.ip != b.ip {
			return a.ip < b.ip
		}
		return a.published < b.published
	})
	var out []any
	for i, k := range keys {
		if i > 0 && keys[i-1] == k {
			continue
		}
		out = append(out, fields(map[string]any{
			"target": int64(k.target), "protocol": k.protocol, "host_ip": k.ip, "published": k.published,
		}))
	}
	return out
}

// deploy.restart_policy counts before restart, as Docker Compose has it.
func restart(s types.ServiceConfig) map[string]any {
	policy, attempts, _ := strings.Cut(s.Restart, ":")
	out := map[string]any{"policy": policy}
	if attempts != "" {
		out["max_attempts"], _ = strconv.ParseInt(attempts, 10, 64)
	}
	if s.Deploy != nil && s.Deploy.RestartPolicy != nil {
		p := s.Deploy.RestartPolicy
		names := map[string]string{"none": "no", "any": "always", "": "always"}
		policy = p.Condition
		if known, ok := names[policy]; ok {
			policy = known
		}
		out = map[string]any{"policy": policy, "delay": duration(p.Delay), "window": duration(p.Window)}
		if p.MaxAttempts != nil {
			out["max_attempts"] = int64(*p.MaxAttempts)
		}
	}
	if policy == "" || policy == "no" {
		return nil
	}
	return fields(out)
}

func ulimits(in map[string]*types.UlimitsConfig) map[string]any {
	out := map[string]any{}
	for name, limit := range in {
		soft, hard := limit.Soft, limit.Hard
		if limit.Single != 0 {
			soft, hard = limit.Single, limit.Single
		}
		out[name] = map[string]any{"soft": int64(soft), "hard": int64(hard)}
	}
	return out
}

// Mounts of volumes and of tmpfs are one list, sorted by target.
func mounts(project *types.Project, s types.ServiceConfig) []any {
	byTarget := map[string]map[string]any{}
	for _, v := range s.Volumes {
		mount := map[string]any{"type": v.Type, "target": v.Target, "source": v.Source, "read_only": v.ReadOnly}
		if v.Volume != nil {
			mount["nocopy"] = v.Volume.NoCopy
		}
		if v.Tmpfs != nil {
			mount["size"], mount["mode"] = int64(v.Tmpfs.Size), int64(v.Tmpfs.Mode)
		}
		if v.Type == types.VolumeTypeBind {
			mount = pathMount(project, v)
		}
		byTarget[path.Clean(v.Target)] = mount
		mount["target"] = path.Clean(v.Target)
	}
	for _, text := range s.Tmpfs {
		target, options, _ := strings.Cut(text, ":")
		mount := map[string]any{"type": "tmpfs", "target": path.Clean(target)}
		for _, option := range strings.Split(options, ",") {
			name, value, _ := strings.Cut(option, "=")
			number, _ := strconv.ParseInt(strings.TrimSuffix(value, "m"), 10, 64)
			switch name {
			case "size":
				mount["size"] = number << 20
			case "mode":
				mount["mode"], _ = strconv.ParseInt(value, 8, 64)
			case "uid", "gid":
				mount[name] = number
			case "ro":
				mount["read_only"] = true
			case "exec":
				mount["exec"] = true
			}
		}
		byTarget[path.Clean(target)] = mount
	}
	var targets []string
	for target, mount := range byTarget {
		if mount["type"] == "tmpfs" && mount["mode"] == int64(0o1777) {
			delete(mount, "mode")
		}
		targets = append(targets, target)
	}
	sort.Strings(targets)
	var out []any
	for _, target := range targets {
		out = append(out, fields(byTarget[target]))
	}
	return out
}

func duration(d *types.Duration) any {
	if d == nil {
		return nil
	}
	return int64(*d)
}

// kept is a value that is written although it is empty.
type kept struct{ value any }

func always(value any) kept { return kept{value} }

// fields drops what is empty: absent means the default.
func fields(in map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range in {
		switch v := value.(type) {
		case nil:
		case kept:
			out[name] = v.value
		case string:
			if v != "" {
				out[name] = v
			}
		case bool:
			if v {
				out[name] = v
			}
		case int64:
			if v != 0 {
				out[name] = v
			}
		case []any:
			if len(v) > 0 {
				out[name] = v
			}
		case map[string]any:
			if len(v) > 0 {
				out[name] = unkept(v)
			}
		default:
			panic(fmt.Sprintf("%s: %T", name, value))
		}
	}
	return out
}

func unkept(in map[string]any) map[string]any {
	for name, value := range in {
		if k, ok := value.(kept); ok {
			in[name] = k.value
		}
	}
	return in
}

func texts[M ~map[string]string](in M) map[string]any {
	out := map[string]any{}
	for name, value := range in {
		out[name] = value
	}
	return out
}

func list[S ~[]string](in S) []any {
	out := []any{}
	for _, item := range in {
		out = append(out, item)
	}
	return out
}

func sorted(in []string) []any {
	unique := map[string]bool{}
	for _, item := range in {
		unique[item] = true
	}
	var out []string
	for item := range unique {
		out = append(out, item)
	}
	sort.Strings(out)
	return list(out)
}

func subnets(in types.IPAMConfig) []any {
	var out []any
	for _, family := range []bool{false, true} {
		for _, pool := range in.Config {
			if pool != nil && pool.Subnet != "" && strings.Contains(pool.Subnet, ":") == family {
				out = append(out, fields(map[string]any{"subnet": pool.Subnet, "gateway": pool.Gateway, "ip_range": pool.IPRange}))
			}
		}
	}
	return out
}

// updateOrder is what the file says of it, where two containers of the service can run at once.
func updateOrder(project *types.Project, s types.ServiceConfig) string {
	if s.Deploy == nil || s.Deploy.UpdateConfig == nil || s.Deploy.UpdateConfig.Order != "start-first" || s.NetworkMode == "host" {
		return ""
	}
	for _, port := range s.Ports {
		if port.Published != "" {
			return ""
		}
	}
	for _, network := range s.Networks {
		if network != nil && (network.Ipv4Address != "" || network.Ipv6Address != "") {
			return ""
		}
	}
	lent := "service:" + s.Name
	for _, other := range project.Services {
		for _, mode := range []string{other.NetworkMode, other.Pid, other.Ipc} {
			if mode == lent || (other.Name == s.Name && strings.HasPrefix(mode, "service:")) {
				return ""
			}
		}
	}
	return "start-first"
}
