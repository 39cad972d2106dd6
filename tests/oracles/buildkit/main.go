// Asks BuildKit's own Dockerfile parser, instruction layer and converter what they make of texts, so that a
// test can compare Plimsoll's reader with them.
//
// Standard input holds records, each a decimal length, a newline and that many bytes. For each record one
// record in the same form is written. With the argument `words` a record is one word for the shell lexer.
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// quote makes any text one printable ASCII word.
func quote(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c < 0x20 || c >= 0x7f || c == '"' || c == '\\' {
			fmt.Fprintf(&out, "\\x%02x", c)
		} else {
			out.WriteByte(c)
		}
	}
	out.WriteByte('"')
	return out.String()
}

func arguments(node *parser.Node) []string {
	var words []string
	for next := node.Next; next != nil; next = next.Next {
		if len(next.Children) == 0 {
			words = append(words, next.Value)
		}
	}
	return words
}

// flag leaves out values that quotes, escapes or variables change on the way.
func flag(text string) string {
	name, value, found := strings.Cut(text, "=")
	if found && !strings.ContainsAny(value, "$\"'\\` ") {
		return name + "=" + value
	}
	return name
}

// describe writes one instruction, in the form that the test writes Plimsoll's.
func describe(out *strings.Builder, node *parser.Node) {
	name := strings.ToLower(node.Value)
	out.WriteString(name)
	if name != "arg" && name != "stopsignal" {
		for _, text := range node.Flags {
			out.WriteString(" " + quote(flag(text)))
		}
	}
	if node.Attributes["json"] {
		out.WriteString(" json")
	}
	copies := name == "add" || name == "copy"
	words := arguments(node)
	if name == "healthcheck" && len(words) > 0 {
		words = words[1:]
	}
	for _, word := range words {
		if copies && len(node.Heredocs) > 0 && parser.MustParseHeredoc(word) != nil {
			continue
		}
		// What quotes and variables make of a JSON string is only known after it is expanded.
		if node.Attributes["json"] && (copies || name == "volume") {
			word = "..."
		}
		out.WriteString(" " + quote(word))
	}
	heredocs := node.Heredocs
	if name == "onbuild" {
		// They are described with the trigger.
		heredocs = nil
	}
	for _, heredoc := range heredocs {
		content := heredoc.Content
		if heredoc.Chomp {
			content = parser.ChompHeredocContent(content)
		}
		fmt.Fprintf(out, " heredoc(%s %t %t %d %s)", quote(heredoc.Name), heredoc.Expand,
			heredoc.Chomp, heredoc.FileDescriptor, quote(content))
	}
	if node.Next != nil {
		for _, child := range node.Next.Children {
			out.WriteString(" (")
			inner := *child
			inner.Heredocs = node.Heredocs
			describe(out, &inner)
			out.WriteString(")")
		}
	}
}

// images answers that every image exists and sets nothing.
type images struct{}

func (images) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config := `{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:` +
		strings.Repeat("0", 64) + `"]},"config":{"WorkingDir":"/work"}}`
	return ref, "", []byte(config), nil
}

func convert(text []byte, out *strings.Builder) error {
	result, err := dockerfile2llb.Dockerfile2LLB(context.Background(), text, dockerfile2llb.ConvertOpt{
		MetaResolver:   images{},
		TargetPlatform: &ocispecs.Platform{OS: "linux", Architecture: "amd64"},
	})
	if err != nil {
		return err
	}
	config := result.Image.Config
	for _, variable := range config.Env {
		if !strings.HasPrefix(variable, "PATH=") {
			out.WriteString("env " + quote(variable) + "\n")
		}
	}
	out.WriteString("user " + quote(config.User) + "\n")
	out.WriteString("stopsignal " + quote(config.StopSignal) + "\n")
	line := func(name string, words []string) {
		out.WriteString(name)
		for _, word := range words {
			out.WriteString(" " + quote(word))
		}
		out.WriteString("\n")
	}
	// Of a shell form the shell comes before the line; the last word is enough.
	last := func(words []string) []string { return words[max(0, len(words)-1):] }
	line("cmd", last(config.Cmd))
	line("entrypoint", last(config.Entrypoint))
	keys := func(set map[string]struct{}) []string {
		var names []string
		for name := range set {
			names = append(names, name)
		}
		slices.Sort(names)
		return names
	}
	line("volumes", keys(config.Volumes))
	var labels []string
	for name, value := range config.Labels {
		labels = append(labels, name+"="+value)
	}
	slices.Sort(labels)
	line("labels", labels)
	return nil
}

func judge(text []byte) (answer string) {
	defer func() {
		// The converter may meet its own bugs; they are no verdict.
		if problem := recover(); problem != nil {
			answer = fmt.Sprintf("panic %v\n", problem)
		}
	}()
	result, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return "refused parse " + quote(err.Error()) + "\n"
	}
	var out strings.Builder
	if _, _, err := instructions.Parse(result.AST, linter.New(&linter.Config{SkipAll: true})); err != nil {
		fmt.Fprintf(&out, "refused instructions %s\n", quote(err.Error()))
	} else {
		var image strings.Builder
		if err := convert(text, &image); err != nil {
			fmt.Fprintf(&out, "refused convert %s\n", quote(err.Error()))
		} else {
			out.WriteString("accepted\n" + image.String())
		}
	}
	out.WriteString("--\n")
	for _, node := range result.AST.Children {
		describe(&out, node)
		out.WriteString("\n")
	}
	return out.String()
}

func words(text string) string {
	environment := shell.EnvsFromSlice([]string{
		"A=alpha", "EMPTY=", "P=/usr/local/bin:/bin", "SPACES=one two", "UMLAUT=\u00e4b\u00e4", "STAR=a*b"})
	lex := shell.NewLex('\\')
	var out strings.Builder
	word, _, err := lex.ProcessWord(text, environment)
	if err != nil {
		out.WriteString("refused\n")
	} else {
		out.WriteString(quote(word) + "\n")
	}
	list, err := lex.ProcessWords(text, environment)
	if err != nil {
		out.WriteString("refused")
	}
	for _, part := range list {
		out.WriteString(" " + quote(part))
	}
	out.WriteString("\n")
	if heredoc, err := parser.ParseHeredoc(text); err == nil && heredoc != nil {
		fmt.Fprintf(&out, "heredoc(%s %t %t %d)\n", quote(heredoc.Name), heredoc.Expand, heredoc.Chomp,
			heredoc.FileDescriptor)
	}
	return out.String()
}

func main() {
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		var size int
		if _, err := fmt.Fscanf(in, "%d\n", &size); err != nil {
			return
		}
		text := make([]byte, size)
		if _, err := io.ReadFull(in, text); err != nil {
			return
		}
		answer := ""
		if len(os.Args) > 1 && os.Args[1] == "words" {
			answer = words(string(text))
		} else {
			answer = judge(text)
		}
		fmt.Fprintf(out, "%d\n%s", len(answer), answer)
	}
}
