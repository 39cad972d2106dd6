// Prints how compose's own library reads projects, for tests/compose_oracle_test.cpp: whether it accepts
// each, and its model as sorted lines in the form of tests/support/compose_model.cpp.
//
//	compose-oracle DIRECTORY|FILE...
//
// A directory's project is its compose.yaml, overridden by compose.override.yaml where there is one; a
// file is a project of its own. The caller's environment is not used; the project's .env file is.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"
)

const home = "/home/plimsoll-oracle"

type answer struct {
	Project  string   `json:"project"`
	Accepted bool     `json:"accepted"`
	Error    string   `json:"error"`
	Model    []string `json:"model"`
}

type lines struct {
	directory string
	prefix    string
	all       []string
}

func (l *lines) add(name, value string) {
	l.all = append(l.all, l.prefix+name+"="+value)
}

func (l *lines) addText(name, value string) {
	if value != "" {
		l.add(name, value)
	}
}

func (l *lines) addFlag(name string, value bool) {
	if value {
		l.add(name, "true")
	}
}

func (l *lines) addNumber(name string, value int64) {
	if value != 0 {
		l.add(name, fmt.Sprint(value))
	}
}

func (l *lines) addList(name string, values []string) {
	for _, value := range values {
		l.add(name, value)
	}
}

func (l *lines) addWords(name string, words []string) {
	if len(words) == 0 {
		return
	}
	l.add(name, "<"+strings.Join(words, "><")+">")
}

func (l *lines) addMap(name string, values map[string]string) {
	for key, value := range values {
		l.add(name, key+"="+value)
	}
}

// A path as seen from the project directory.
func (l *lines) relative(path string) string {
	if rest, ok := strings.CutPrefix(path, home); ok {
		return "~" + rest
	}
	if !strings.HasPrefix(path, "/") {
		return path
	}
	if relative, err := filepath.Rel(l.directory, path); err == nil && strings.HasPrefix(path, filepath.Dir(l.directory)) {
		return relative
	}
	return path
}

func either[T comparable](a, b T) T {
	var zero T
	if a != zero {
		return a
	}
	return b
}

func (l *lines) service(s types.ServiceConfig) {
	l.prefix = "services." + s.Name + "."
	l.add("present", "true")
	l.addText("image", s.Image)
	l.addText("platform", s.Platform)
	l.addFlag("privileged", s.Privileged)
	l.addFlag("read_only", s.ReadOnly)
	l.addFlag("use_api_socket", s.UseAPISocket)
	l.addFlag("init", s.Init != nil && *s.Init)
	l.addFlag("oom_kill_disable", s.OomKillDisable)
	l.addText("user", s.User)
	l.addText("pid", s.Pid)
	l.addText("ipc", s.Ipc)
	l.addText("uts", s.Uts)
	l.addText("userns_mode", s.UserNSMode)
	l.addText("cgroup", s.Cgroup)
	l.addText("cgroup_parent", s.CgroupParent)
	l.addText("network_mode", s.NetworkMode)
	l.addText("runtime", s.Runtime)
	l.addText("working_dir", s.WorkingDir)
	l.addText("stop_signal", s.StopSignal)
	l.addText("cpuset", s.CPUSet)
	if s.Logging != nil {
		l.addText("log_driver", s.Logging.Driver)
		l.addMap("log_option", s.Logging.Options)
	}
	var limits, reservations types.Resource
	if s.Deploy != nil {
		if s.Deploy.Resources.Limits != nil {
			limits = *s.Deploy.Resources.Limits
		}
		if s.Deploy.Resources.Reservations != nil {
			reservations = *s.Deploy.Resources.Reservations
		}
	}
	l.addNumber("mem_limit", int64(either(limits.MemoryBytes, s.MemLimit)))
	l.addNumber("mem_reservation", int64(either(reservations.MemoryBytes, s.MemReservation)))
	l.addNumber("memswap_limit", int64(s.MemSwapLimit))
	l.addNumber("pids_limit", either(limits.Pids, s.PidsLimit))
	l.addNumber("cpu_shares", s.CPUShares)
	l.addNumber("shm_size", int64(s.ShmSize))
	l.addNumber("oom_score_adj", s.OomScoreAdj)
	cpus := float64(either(limits.NanoCPUs.Value(), s.CPUS))
	if cpus == 0 && s.CPUQuota > 0 {
		cpus = float64(s.CPUQuota) / float64(either(s.CPUPeriod, 100000))
	}
	l.addNumber("milli_cpus", int64(cpus*1000+0.5))
	l.addList("cap_add", s.CapAdd)
	l.addList("cap_drop", s.CapDrop)
	l.addList("security_opt", s.SecurityOpt)
	l.addList("group_add", s.GroupAdd)
	l.addList("dns", s.DNS)
	l.addList("expose", s.Expose)
	l.addList("links", s.Links)
	l.addList("volumes_from", s.VolumesFrom)
	l.addList("device_cgroup_rule", s.DeviceCgroupRules)
	l.addList("profile", s.Profiles)
	l.addMap("sysctl", s.Sysctls)
	l.addWords("command", s.Command)
	l.addWords("entrypoint", s.Entrypoint)
	if s.HealthCheck != nil {
		if s.HealthCheck.Disable {
			l.add("healthcheck", "disabled")
		} else {
			l.addWords("healthcheck", s.HealthCheck.Test)
		}
	}
	for _, port := range s.Ports {
		published := port.Published
		if published == "0" {
			published = ""
		}
		l.add("port", fmt.Sprintf("%s|%s|%d/%s", port.HostIP, published, port.Target, either(port.Protocol, "tcp")))
	}
	for _, volume := range s.Volumes {
		l.volume(volume)
	}
	for _, tmpfs := range s.Tmpfs {
		target, options, _ := strings.Cut(tmpfs, ":")
		mode, size := "rw", ""
		for _, option := range strings.Split(options, ",") {
			if option == "ro" {
				mode = "ro"
			}
			if text, ok := strings.CutPrefix(option, "size="); ok {
				var bytes types.UnitBytes
				if err := bytes.DecodeMapstructure(text); err == nil {
					size += fmt.Sprintf("size=%d", bytes)
				}
			}
		}
		l.add("volume", fmt.Sprintf("tmpfs||%s|%s|||%s", filepath.Clean(target), mode, size))
	}
	for _, device := range s.Devices {
		l.add("device", fmt.Sprintf("%s|%s|%s", device.Source, either(device.Target, device.Source), either(device.Permissions, "rwm")))
	}
	for name, limit := range s.Ulimits {
		soft, hard := limit.Soft, limit.Hard
		if limit.Single != 0 {
			soft, hard = limit.Single, limit.Single
		}
		l.add("ulimit", fmt.Sprintf("%s|%d|%d", name, soft, hard))
	}
	for name, value := range s.Environment {
		if value == nil {
			l.add("environment", name)
		} else {
			l.add("environment", name+"="+*value)
		}
	}
	l.addMap("label", s.Labels)
	for name := range s.Networks {
		if name != "default" {
			l.add("network", name)
		}
	}
	for _, secret := range s.Secrets {
		l.add("secret", secret.Source)
	}
	for _, config := range s.Configs {
		l.add("config", config.Source)
	}
	if s.Build != nil {
		l.prefix += "build."
		l.add("context", l.relative(s.Build.Context))
		if s.Build.Dockerfile != "Dockerfile" {
			l.addText("dockerfile", s.Build.Dockerfile)
		}
		l.addText("target", s.Build.Target)
		for name, value := range s.Build.Args {
			if value == nil {
				l.add("arg", name)
			} else {
				l.add("arg", name+"="+*value)
			}
		}
	}
}

func (l *lines) volume(volume types.ServiceVolumeConfig) {
	source := volume.Source
	if volume.Type == "bind" {
		source = l.relative(source)
	}
	mode := "rw"
	if volume.ReadOnly {
		mode = "ro"
	}
	propagation, selinux, options := "", "", ""
	if volume.Bind != nil {
		propagation, selinux = volume.Bind.Propagation, volume.Bind.SELinux
	}
	if volume.Tmpfs != nil && volume.Tmpfs.Size != 0 {
		options = fmt.Sprintf("size=%d", volume.Tmpfs.Size)
	}
	l.add("volume", strings.Join([]string{volume.Type, source, volume.Target, mode, propagation, selinux, options}, "|"))
}

func (l *lines) resource(section, name string, external, internal bool, driver string, options map[string]string) {
	if section == "networks" && name == "default" {
		return
	}
	l.prefix = section + "." + name + "."
	l.add("present", "true")
	l.addFlag("external", external)
	l.addFlag("internal", internal)
	l.addText("driver", driver)
	l.addMap("driver_opt", options)
}

func read(directory string) answer {
	result := answer{Project: directory, Model: []string{}}
	directory, err := filepath.Abs(directory)
	if err != nil {
		result.Error = err.Error()
		return result
	}
	files := []string{filepath.Join(directory, "compose.yaml")}
	if status, err := os.Stat(directory); err == nil && !status.IsDir() {
		files = []string{directory}
		directory = filepath.Dir(directory)
	}
	override := filepath.Join(directory, "compose.override.yaml")
	if _, err := os.Stat(override); err == nil && filepath.Base(files[0]) == "compose.yaml" {
		files = append(files, override)
	}
	options, err := cli.NewProjectOptions(files,
		cli.WithWorkingDirectory(directory),
		cli.WithName("oracle"),
		cli.WithEnvFiles(),
		cli.WithDotEnv,
		cli.WithProfiles([]string{"*"}))
	if err == nil {
		var project *types.Project
		project, err = options.LoadProject(context.Background())
		if err == nil {
			result.Accepted = true
			result.Model = model(project, directory)
		}
	}
	if err != nil {
		result.Error = err.Error()
	}
	return result
}

func model(project *types.Project, directory string) []string {
	l := &lines{directory: directory, all: []string{}}
	for _, service := range project.Services {
		l.service(service)
	}
	for name, network := range project.Networks {
		l.resource("networks", name, bool(network.External), network.Internal, network.Driver, network.DriverOpts)
	}
	for name, volume := range project.Volumes {
		for option, value := range volume.DriverOpts {
			if option == "device" {
				volume.DriverOpts[option] = l.relative(value)
			}
		}
		l.resource("volumes", name, bool(volume.External), false, volume.Driver, volume.DriverOpts)
	}
	for name, secret := range project.Secrets {
		l.resource("secrets", name, bool(secret.External), false, secret.Driver, secret.DriverOpts)
	}
	for name, config := range project.Configs {
		l.resource("configs", name, bool(config.External), false, config.Driver, config.DriverOpts)
	}
	sort.Strings(l.all)
	return l.all
}

// A defect of the library must not take the other projects with it.
func guarded(directory string) (result answer) {
	defer func() {
		if failure := recover(); failure != nil {
			result = answer{Project: directory, Error: fmt.Sprint("panic: ", failure), Model: []string{}}
		}
	}()
	return read(directory)
}

func main() {
	logrus.SetOutput(io.Discard)
	os.Setenv("HOME", home)
	answers := []answer{}
	for _, directory := range os.Args[1:] {
		answers = append(answers, guarded(directory))
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answers); err != nil {
		os.Exit(1)
	}
}
