// The report for people. A finding takes three lines: what and where, the line of the file, and
// under it what to do.
//
//   compose.yaml:4:17: critical: service "web" runs privileged [privileged]
//      4 |     privileged: true
//        |                 ^^^^ fix: remove privileged
//
// Everything that comes from a file passes through printable(): a file must not steer the terminal
// of whoever reads about it.
#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/text.h"
#include "base/utf8.h"
#include "reports/excerpt.h"
#include "reports/report.h"

namespace plimsoll {
namespace {

constexpr std::size_t terminal_columns = 160;
constexpr std::size_t number_columns = 4;

// SGR sequences. Empty when there is no colour.
struct Palette {
  std::string_view bold;
  std::string_view dim;
  std::string_view error;
  std::string_view reset;
  std::array<std::string_view, 5> severity;  // by Severity
};

constexpr Palette plain{};
constexpr Palette coloured{
    .bold = "\x1b[1m",
    .dim = "\x1b[2m",
    .error = "\x1b[1;31m",
    .reset = "\x1b[0m",
    .severity = {"\x1b[36m", "\x1b[34m", "\x1b[33m", "\x1b[31m", "\x1b[1;31m"}};

std::string joined(const std::vector<std::string>& parts) {
  return join(parts, ", ");
}

// What a static reader of the place would not expect: the file in front of him did not decide it.
std::string_view surprising_layer(const Finding& finding) {
  if (finding.subject == "dockerfile" || finding.subject == "image") return {};
  if (finding.decided_by == Layer::image) return " (decided by the image)";
  if (finding.decided_by == Layer::dockerfile) return " (decided by the Dockerfile)";
  if (finding.decided_by == Layer::kernel) return " (so the kernel has it)";
  return {};
}

// Who does it: `plimsoll fix`, with --unsafe-fixes or without, or a person.
std::string_view word_before_advice(const Fix& fix) {
  switch (fix.certainty) {
    case Certainty::safe: return "fix: ";
    case Certainty::unsafe: return "unsafe fix: ";
    case Certainty::none: break;
  }
  return "advice: ";
}

class TextWriter {
 public:
  TextWriter(std::string& out, bool colour) : out_(out), palette_(colour ? coloured : plain) {}

  void finding(const Finding& finding) {
    const std::string_view colour = palette_.severity[static_cast<std::size_t>(finding.severity)];
    head(finding, colour, {});
    excerpt(finding.at, colour, word_before_advice(finding.fix), finding.remedy);
    if (finding.related.known()) related(finding.related);
  }

  void suppressed(const SuppressedFinding& suppressed) {
    head(suppressed.finding, palette_.dim, "suppressed ");
    const std::string reason =
        suppressed.reason.empty() ? "no reason is given" : concat("reason: ", suppressed.reason);
    excerpt(suppressed.finding.at, palette_.dim, {}, reason);
  }

  // Questions that stay open for one reason are said once, with all the rules that ask them.
  void open_questions(std::span<const Remark> remarks) {
    std::map<std::string_view, std::vector<std::string>> rules_by_reason;
    for (const Remark& remark : remarks) {
      if (!remark.is_open()) continue;
      std::vector<std::string>& rules = rules_by_reason[remark.why];
      std::string name(remark.rule);
      if (std::ranges::find(rules, name) == rules.end()) rules.push_back(std::move(name));
    }
    for (const auto& [why, rules] : rules_by_reason) {
      text(palette_.error, "open");
      out_ += ": ";
      append_printable(out_, why);
      out_ += ' ';
      text(palette_.dim, "[", joined(rules), "]");
      out_ += '\n';
    }
  }

  void error(const Error& error) {
    if (error.at.known()) {
      place(error.at);
      out_ += ": ";
    } else if (!error.file.empty()) {
      text(palette_.bold, printable(error.file));
      out_ += ": ";
    }
    text(palette_.error, "error");
    out_ += ": ";
    append_printable(out_, error.message);
    out_ += '\n';
    if (error.at.known()) {
      excerpt(error.at, palette_.error, "hint: ", error.hint);
    } else if (!error.hint.empty()) {
      out_ += "  hint: ";
      append_printable(out_, error.hint);
      out_ += '\n';
    }
  }

  void summary(const Totals& totals) {
    const std::vector<std::string> looked_at = subjects(totals);
    if (totals.findings == 0 && looked_at.empty() && totals.errors == 0) {
      out_ += counted(totals.files, "file", "files");
      out_ +=
          " seen, nothing checked: no Dockerfile, compose file, docker run line or engine JSON\n";
      return;
    }
    // A run line that was typed stands in no file.
    if (totals.files == 0 && !looked_at.empty()) {
      out_ += concat(joined(looked_at), " checked: ");
    } else {
      out_ += concat(counted(totals.files, "file", "files"), " checked",
                     looked_at.empty() ? "" : concat(" (", joined(looked_at), ")"), ": ");
    }
    if (totals.findings == 0) {
      out_ += "no findings";
    } else {
      text(palette_.bold, counted(totals.findings, "finding", "findings"));
      std::string_view separator = " (";
      for (std::size_t i = totals.by_severity.size(); i-- > 0;) {
        if (totals.by_severity[i] == 0) continue;
        out_ += separator;
        separator = ", ";
        text(palette_.severity[i],
             concat(std::to_string(totals.by_severity[i]), " ", name_of(static_cast<Severity>(i))));
      }
      out_ += ')';
    }
    if (totals.suppressed != 0) {
      out_ += concat(", ", std::to_string(totals.suppressed), " suppressed");
    }
    if (totals.errors != 0 || totals.open_questions != 0) {
      std::vector<std::string> missing;
      if (totals.errors != 0) missing.push_back(counted(totals.errors, "error", "errors"));
      if (totals.open_questions != 0) {
        missing.push_back(counted(totals.open_questions, "open question", "open questions"));
      }
      out_ += "; ";
      text(palette_.error, concat("incomplete: ", joined(missing)));
    }
    out_ += '\n';
  }

 private:
  static std::vector<std::string> subjects(const Totals& totals) {
    std::vector<std::string> parts;
    const auto add = [&parts](std::size_t count, std::string_view one, std::string_view many) {
      if (count > 0) parts.push_back(counted(count, one, many));
    };
    add(totals.dockerfiles, "Dockerfile", "Dockerfiles");
    add(totals.compose_projects, "compose project", "compose projects");
    add(totals.run_lines, "run line", "run lines");
    add(totals.json_documents, "JSON document", "JSON documents");
    add(totals.daemons, "engine", "engines");
    add(totals.containers, "container", "containers");
    add(totals.hosts, "host", "hosts");
    add(totals.images, "image", "images");
    return parts;
  }

  template <class... Words>
  void text(std::string_view colour, const Words&... words) {
    out_ += colour;
    ((out_ += words), ...);
    if (!colour.empty()) out_ += palette_.reset;
  }

  void look_up(const Location& at) {
    if (at == place_.at) return;
    if (at.source != place_.at.source) place_.path = printable(at.source->path());
    place_.at = at;
    const Position position = at.source->position(at.span.begin);
    place_.line = std::to_string(position.line);
    place_.column = std::to_string(position.column);
  }

  void place(const Location& at) {
    look_up(at);
    // A thing that is no text (a directory, a program) has a name and no lines.
    if (at.source->text().empty()) return text(palette_.bold, place_.path);
    text(palette_.bold, place_.path, ":", place_.line, ":", place_.column);
  }

  void head(const Finding& finding, std::string_view colour, std::string_view before_severity) {
    place(finding.at);
    out_ += ": ";
    text(colour, before_severity, name_of(finding.severity));
    out_ += ": ";
    append_printable(out_, finding.message);
    out_ += surprising_layer(finding);
    out_ += ' ';
    text(palette_.dim, "[", finding.rule, "]");
    out_ += '\n';
  }

  void gutter(std::string_view number) {
    out_ += palette_.dim;
    if (number.size() < number_columns) out_.append(number_columns - number.size(), ' ');
    out_ += number;
    out_ += " |";
    if (!palette_.dim.empty()) out_ += palette_.reset;
  }

  // The line, the caret under the place, and behind it the advice; on a line of its own when it
  // would run off the terminal. A service without limits has ten findings on its key: the line that
  // has just been shown is not shown again.
  void excerpt(const Location& at, std::string_view colour, std::string_view word,
               std::string_view advice) {
    look_up(at);
    if (at.source->text().empty()) return advice_alone(word, advice);
    if (at != shown_at_) {
      Excerpt excerpt = excerpt_of(at);
      const bool same_line = shown_at_.source == at.source && shown_line_ == place_.line &&
                             shown_.text == excerpt.text;
      shown_at_ = at;
      shown_line_ = place_.line;
      shown_ = std::move(excerpt);
      if (!same_line) {
        gutter(shown_line_);
        if (!shown_.text.empty()) out_ += ' ';
        out_ += shown_.text;
        out_ += '\n';
      }
    }
    const Excerpt& excerpt = shown_;
    const std::string blanks(shown_line_.size(), ' ');
    gutter(blanks);
    out_.append(excerpt.caret_column + 1, ' ');
    out_ += colour;
    out_.append(excerpt.caret_width, '^');
    if (!colour.empty()) out_ += palette_.reset;
    if (!advice.empty()) {
      advice_ = word;
      append_printable(advice_, advice);
      const std::size_t used = number_columns + 4 + excerpt.caret_column + excerpt.caret_width;
      if (used + columns_of(advice_) <= terminal_columns) {
        out_ += ' ';
      } else {
        out_ += '\n';
        gutter(blanks);
        out_ += ' ';
      }
      out_ += advice_;
    }
    out_ += '\n';
  }

  void advice_alone(std::string_view word, std::string_view advice) {
    if (advice.empty()) return;
    out_.append(number_columns, ' ');
    out_ += " = ";
    out_ += word;
    append_printable(out_, advice);
    out_ += '\n';
  }

  void related(const RelatedPlace& related) {
    place(related.at);
    out_ += concat(": note: ", related.what, "\n");
    excerpt(related.at, palette_.dim, {}, {});
  }

  std::string& out_;
  const Palette& palette_;
  // What was asked for last: most findings stand where the one before them does.
  struct Place {
    Location at;
    std::string path;  // printable
    std::string line;
    std::string column;
  };
  Place place_;
  // What was shown last.
  Location shown_at_;
  std::string shown_line_;
  Excerpt shown_;
  std::string advice_;  // kept for its memory
};

}  // namespace

std::string text_of(const Report& part, const ReportOptions& options) {
  constexpr std::size_t usual_size = 256;
  std::string text;
  text.reserve(part.findings.size() * usual_size);
  TextWriter writer(text, options.colour);
  for (const Finding& finding : part.findings) writer.finding(finding);
  if (options.show_suppressed) {
    for (const SuppressedFinding& suppressed : part.suppressed) writer.suppressed(suppressed);
  }
  writer.open_questions(part.remarks);
  return text;
}

std::string text_summary(const Totals& totals, const ReportOptions& options) {
  std::string text;
  if (options.summary) TextWriter(text, options.colour).summary(totals);
  return text;
}

void write_error(const Error& error, bool colour, std::ostream& out) {
  std::string text;
  TextWriter(text, colour).error(error);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace plimsoll
