#include "readers/shell/shell_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "readers/shell/text_map.h"

namespace plimsoll::shell {
namespace {

// One line for a script: words between blanks, `'…'` where a word holds a blank or is empty, `?`
// behind an unresolved one, `*` behind a pattern; then the redirects; then the operator. In front,
// the marks of where a command stands: c condition, b branch, f function, s substitution, !
// negated, (n) subshells.
std::string dump_word(const Word& word) {
  std::string text(word.text);
  for (char& c : text) {
    if (c == '\n') c = '~';
  }
  if (text.empty() || text.find(' ') != std::string::npos) text = concat("'", text, "'");
  if (!word.resolved) text += '?';
  if (word.glob) text += "<glob>";
  return text;
}

std::string dump(const Script& script) {
  std::string out;
  for (const Command& command : script.commands) {
    if (!out.empty()) out += ' ';
    std::string marks;
    if (command.conditional) marks += 'c';
    if (command.in_branch) marks += 'b';
    if (command.in_function) marks += 'f';
    if (command.in_substitution) marks += 's';
    if (command.negated) marks += '!';
    if (command.subshell_depth > 0) marks += std::to_string(command.subshell_depth);
    if (!marks.empty()) out += concat("[", marks, "]");
    std::string line;
    const auto add = [&](std::string_view part) {
      if (!line.empty()) line += ' ';
      line += part;
    };
    for (const Assignment& one : command.assignments) {
      add(concat(one.name, "=", dump_word(one.value)));
    }
    for (const Word& word : command.words) add(dump_word(word));
    for (const Redirect& redirect : command.redirects) {
      static constexpr std::string_view kinds[] = {"<", ">", ">>", "<<", "<<<", ">&"};
      std::string text = redirect.descriptor == -2  ? "&"
                         : redirect.descriptor >= 0 ? std::to_string(redirect.descriptor)
                                                    : "";
      text += kinds[static_cast<int>(redirect.kind)];
      add(text + dump_word(redirect.target));
    }
    out += line;
    static constexpr std::string_view operators[] = {"", " &&", " ||", " ;", " |", " |&", " &"};
    out += operators[static_cast<int>(command.next)];
  }
  if (!script.complete) {
    out += concat(" BROKEN at ", std::to_string(script.broken_at.span.begin));
  }
  return out;
}

std::string read(const std::string& text, const ReadOptions& options = {}) {
  const Source source("x.sh", text);
  Arena arena;
  return dump(read_script(source.text(), SourcePlaces(source), arena, options));
}

struct Case {
  std::string_view text;
  std::string_view dump;
};

class ShellReader : public testing::TestWithParam<Case> {};

TEST_P(ShellReader, ReadsCommands) {
  EXPECT_EQ(read(std::string(GetParam().text)), GetParam().dump) << GetParam().text;
}

const Case words[] = {
    {"", ""},
    {"# only a comment", ""},
    {"a b c", "a b c"},
    {"a  b\t\\\n  c # d", "a b c"},
    {"a b#c", "a b#c"},
    {"a 'b c' \"d e\" f\\ g", "a 'b c' 'd e' 'f g'"},
    {"a '' \"\" x''", "a '' '' x"},
    {"a 'it'\\''s' \"a\\\"b\\$c\\d\"", "a it's a\"b$c\\d"},
    {"a $'x\\ty\\x41\\u00e9\\'' $\"t\"", "a x\tyA\xc3\xa9' t"},
    {"a *.c 'x*' [ab]? \\*", "a *.c<glob> x* [ab]?<glob> *"},
    {"a {b,c}d ~/x", "a {b,c}d ~/x"},
    {"a @(x|y)z", "a @(x|y)z<glob>"},
    {"a $HOME/x \"$y z\" ${q} $1 $@ $$ $", "a $HOME/x? '$y z'? ${q}? $1? $@? $$? $"},
    {"a\r\nb \\\r\n c\r\n", "a ; b c"},
    {"\\docker 'r'un", "docker run"},
    {"a \\", "a \\"},
};
INSTANTIATE_TEST_SUITE_P(Words, ShellReader, testing::ValuesIn(words));

const Case structure[] = {
    {"a; b\nc & d && e || f | g |& h", "a ; b ; c & d && e || f | g |& h"},
    {"a &&\n\n # c\n b", "a && b"},
    {"! a | b; c", "[!]a | [!]b ; c"},
    {"(a; b) && { c; d; } | e", "[1]a ; [1]b && c ; d | e"},
    {"( (a) )", "[2]a"},
    {"((a + 1)) && b", "(( 'a + 1'? && b"},
    {"((a); (b))", "[2]a ; [2]b"},
    {"if a; then b; elif c; then d; else e; fi; f", "[c]a ; [b]b ; [cb]c ; [b]d ; [b]e ; f"},
    {"if a; b; then c; fi > x", "[c]a ; [c]b ; [b]c ; >x"},
    {"while a; do b; done < x | c", "[c]a ; [b]b ; <x | c"},
    {"until ! a\ndo\nb\ndone", "[c!]a ; [b]b"},
    {"for i in 1 2 $(x); do a $i; done", "[s1]x [b]a $i?"},
    {"for ((i=0; i<3; i++)); do a; done", "[b]a"},
    {"for i; do a; done; select x in a; do b; done", "[b]a ; [b]b"},
    {"case $x in a|b) c ;; (*) d; e;& f) ;; esac; g", "[b]c [b]d ; [b]e ; g"},
    {"f() { a; }; function g { b; }\nfunction h() (c)", "[f]a ; [f]b ; [f1]c"},
    {"[[ $a == *.c && b =~ ^(a|b)$ ]] && c", "[[ $a? == *.c<glob> && b =~ ^(a|b)$? ]] && c"},
    {"time -p a | b", "time -p a | b"},
    {"time { a; }", "a"},
    {"a } fi done", "a } fi done"},
    {"echo if then", "echo if then"},
    {"A=1 B='x y' c D=2", "A=1 B='x y' c D=2"},
    {"A=1; B+=2; C[1]=3; d", "A=1 ; B=2 ; C=3 ; d"},
    {"a > x 2>&1 &>y >>z <w >|v 3<>u", "a >x 2>&1 &>y >>z <w >v 3<u"},
    {"a <<< \"x $y\"", "a <<<'x $y'?"},
    {"a <<EOF | b\nhello\nEOF\nc", "a <<hello~ | b ; c"},
    {"a <<-'X' <<Y\n\tone $z\n\tX\ntwo $z\nY\nc", "a <<'one $z~' <<'two $z~'? ; c"},
    {"a <<E\nx", "a <<x"},
    {"a $(b <<E\nx\nE\n) c", "[s1]b <<x~ ; a '$(b <<E~x~E~)'? c"},
    {"diff <(a) <(b | c)", "[s1]a [s1]b | [s1]c diff <(a)? '<(b | c)'?"},
};
INSTANTIATE_TEST_SUITE_P(Structure, ShellReader, testing::ValuesIn(structure));

const Case nested[] = {
    {"a $(b; c) d", "[s1]b ; [s1]c a '$(b; c)'? d"},
    {"a \"x$(b \"$(c)\")y\"", "[s2]c [s1]b $(c)? a 'x$(b \"$(c)\")y'?"},
    {"a `b \\`c\\` d`", "[s2]c [s1]b `c`? d a '`b \\`c\\` d`'?"},
    {"a $((1 + (2))) b", "a '$((1 + (2)))'? b"},
    {"a ${b:-$(c)} ${#d} ${!e} ${f%%/*} ${g//[a-z]/x}",
     "[s1]c a ${b:-$(c)}? ${#d}? ${!e}? ${f%%/*}? ${g//[a-z]/x}?"},
    {"sh -c 'a && b'; c", "sh -c 'a && b' ; [1]a && [1]b c"},
    {"sudo bash -lc \"a 'x y' \\\"z\\\"\"", "sudo bash -lc 'a 'x y' \"z\"' [1]a 'x y' z"},
    {"sh -c 'a' b; sh x.sh; bash -o pipefail -c 'd | e'",
     "sh -c a b ; [1]a sh x.sh ; bash -o pipefail -c 'd | e' [1]d | [1]e"},
    {"bash <<E\na b\nE\n", "bash <<'a b~' [1]a b"},
    {"cat <<E\na b\nE\n", "cat <<'a b~'"},
    {"eval \"a b\"", "eval 'a b' [1]a b"},
};
INSTANTIATE_TEST_SUITE_P(Nested, ShellReader, testing::ValuesIn(nested));

const Case variables[] = {
    {"A=1; a $A ${A} x${A}y", "A=1 ; a 1 1 x1y"},
    {"A='x y'; a $A \"$A\" p$A", "A='x y' ; a x y 'x y' px y"},
    {"A=; a $A \"$A\" b", "A='' ; a '' b"},
    {"A=1; A=2; a $A", "A=1 ; A=2 ; a 2"},
    {"A=$X; a $A", "A=$X? ; a $A?"},
    {"if x; then A=1; a $A; else A=2; fi; a $A", "[c]x ; [b]A=1 ; [b]a 1 ; [b]A=2 ; a $A?"},
    {"A=1; if x; then A=1; fi; a $A", "A=1 ; [c]x ; [b]A=1 ; a 1"},
    {"A=1; [ -z \"$B\" ] && A=2; a $A", "A=1 ; [<glob> -z $B? ] && A=2 ; a $A?"},
    {"(A=1; a $A); a $A", "[1]A=1 ; [1]a 1 ; a $A?"},
    {"A=1; (A=2); a $A", "A=1 ; [1]A=2 ; a 1"},
    {"f() { local A=1; a $A; }; a $A", "[f]local A=1 ; [f]a 1 ; a $A?"},
    {"A=1; f() { a $A; }; f", "A=1 ; [f]a 1 ; f"},
    {"A=1; f() { a $A; }; A=2; f", "A=1 ; [f]a $A? ; A=2 ; f"},
    {"A=1; for i in x; do a $A; A=2; done", "A=1 ; [b]a $A? ; [b]A=2"},
    {"for i in x; do A=1; a $A; done; a $A", "[b]A=1 ; [b]a 1 ; a $A?"},
    {"export A=1 B='2 3'; a $A \"$B\"", "export A=1 'B=2 3' ; a 1 '2 3'"},
    {"A=1; read A; a $A", "A=1 ; read A ; a $A?"},
    {"A=1; ((A++)); a $A", "A=1 ; (( A++? ; a $A?"},
    {"A=1 b $A; c $A", "A=1 b $A? ; c $A?"},
    {"A=x; a ${A:-y} ${A:+z} ${A-q} ${B:-y}", "A=x ; a x z x ${B:-y}?"},
    {"A=; a ${A:-y z} \"${A:-y z}\" ${A:+z} \"${A-q}\"", "A='' ; a y z 'y z' ''"},
    {"A=(x 'y z'); a \"${A[@]}\" ${A[0]} $A", "A='(x 'y z')'? ; a x 'y z' ${A[0]}? x"},
    {"A=(x); A+=(-v \"$B\"); a \"${A[@]}\" b", "A=(x)? ; A='(-v \"$B\")'? ; a x -v $B? b"},
    {"A=(); a \"${A[@]}\" b", "A=()? ; a b"},
    {"A=(x y); a p\"${A[@]}\"q", "A='(x y)'? ; a px yq"},
    {"A=(x); if b; then A+=(y); fi; a \"${A[@]}\"", "A=(x)? ; [c]b ; [b]A=(y)? ; a x ${A[@]}?"},
    {"A=(x); for i in 1 2; do A+=(-v $i); done; a \"${A[@]}\"",
     "A=(x)? ; [b]A='(-v $i)'? ; a x ${A[@]}?"},
    {"f() { local -a A=(x); A+=(y); a \"${A[@]}\"; }", "[f]local -a A=(x)? ; [f]A=(y)? ; [f]a x y"},
};
INSTANTIATE_TEST_SUITE_P(Variables, ShellReader, testing::ValuesIn(variables));

const Case broken[] = {
    {"a; b 'c\nd", "a ; BROKEN at 5"},
    {"a )", "a BROKEN at 2"},
    {"if a; then b", "[c]a ; [b]b BROKEN at 0"},
    {"a &&", "a && BROKEN at 2"},
    {"a; fi", "a ; BROKEN at 3"},
    {"a ${b", " BROKEN at 2"},
    {"a $(b", "[s1]b BROKEN at 2"},
    {"f() {", " BROKEN at 4"},
    {"; a", " BROKEN at 0"},
    {"a >", " BROKEN at 2"},
};
INSTANTIATE_TEST_SUITE_P(Broken, ShellReader, testing::ValuesIn(broken));

TEST(ShellReaderValues, ComeFromTheSurroundings) {
  ReadOptions options;
  options.variable = [](std::string_view name) -> std::optional<std::string> {
    if (name == "V") return "1 2";
    return std::nullopt;
  };
  EXPECT_EQ(read("a $V \"$V\" $W; V=3; a $V", options), "a 1 2 '1 2' $W? ; V=3 ; a 3");
  options.follow_assignments = false;
  EXPECT_EQ(read("V=3; a $V", options), "V=3 ; a $V?");
}

TEST(ShellReaderPlaces, PointIntoTheSource) {
  const Source source("x.sh",
                      "x; sudo sh -c \"docker 'run' \\\"-v x\\\"\"\nA=(p 'q r'); d \"${A[@]}\"\n");
  Arena arena;
  const Script script = read_script(source.text(), SourcePlaces(source), arena);
  ASSERT_EQ(script.commands.size(), 5u);
  EXPECT_EQ(script.commands[2].at.text(), "docker 'run' \\\"-v x\\\"");
  EXPECT_EQ(script.commands[2].words[1].at.text(), "'run'");
  EXPECT_EQ(script.commands[2].words[2].at.text(), "\"-v x\\\"");
  EXPECT_EQ(script.commands[4].words[2].at.text(), "'q r'");
}

TEST(EffectiveWords, SkipPrefixes) {
  const auto effective = [](std::string text) {
    const Source source("x.sh", std::move(text));
    Arena arena;
    const Script script = read_script(source.text(), SourcePlaces(source), arena);
    std::string out;
    for (const Word& word : effective_words(script.commands.back())) {
      out += concat(out.empty() ? "" : " ", word.text);
    }
    return out;
  };
  EXPECT_EQ(effective("docker run x"), "docker run x");
  EXPECT_EQ(effective("sudo -E -u root A=1 docker run x"), "docker run x");
  EXPECT_EQ(effective("A=1 env -i B=2 nice -n 5 /usr/bin/time -p docker ps"), "docker ps");
  EXPECT_EQ(effective("timeout -k 5 10 docker ps"), "docker ps");
  EXPECT_EQ(effective("command -v docker"), "command -v docker");
  EXPECT_EQ(effective("exec > x"), "");
  EXPECT_EQ(effective("ls | xargs -n 1 -I{} rm {}"), "rm {}");
  EXPECT_EQ(effective("$SUDO docker ps"), "$SUDO docker ps");
}

TEST(ShellReaderBounds, HostileNestingEndsEarly) {
  for (const char* piece : {"(", "$(", "{ ", "`", "\"$(", "${a:-", "if ", "((", "[[ (", "a <(",
                            "sh -c \"", "case a in a) ", "f() { ", "a=(", "! ", "<<", "\\"}) {
    std::string text;
    for (int i = 0; i < 20000; ++i) text += piece;
    const Source source("x.sh", text);
    Arena arena;
    const Script script = read_script(source.text(), SourcePlaces(source), arena);
    EXPECT_LE(script.commands.size(), 20001u) << piece;
  }
}

TEST(ShellReaderBounds, ValuesDoNotGrowWithoutEnd) {
  std::string text = "A=xxxxxxxxxxxxxxxx B=(a b)\n";
  for (int i = 0; i < 200; ++i) text += "A=$A$A$A\nB+=(\"${B[@]}\" \"${B[@]}\")\n";
  text += "a \"$A\" \"${B[@]}\"\n";
  const Source source("x.sh", text);
  Arena arena;
  const Script script = read_script(source.text(), SourcePlaces(source), arena);
  EXPECT_TRUE(script.complete);
}

}  // namespace
}  // namespace plimsoll::shell
