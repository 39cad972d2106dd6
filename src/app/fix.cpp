// A fix can uncover another fault (what hid behind `privileged`), and two fixes can want the same
// line. So the files are checked again with the edits laid over them, in memory, and what is found
// then is fixed, too. A file that no longer reads after an edit is given back as it was: that would
// be a fault of ours, and it must not reach anybody's file.
#include "app/fix.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "fix/combine.h"

namespace plimsoll::app {
namespace {

// The file system with new texts laid over it.
class Overlay final : public Files {
 public:
  explicit Overlay(const Files& below) : below_(below) {}

  void put(const std::string& real, std::string text) { texts_[real] = std::move(text); }
  void drop(const std::string& real) { texts_.erase(real); }
  void add_new(const std::string& path, std::string text) { made_.add(path, std::move(text)); }
  const std::map<std::string, std::string, std::less<>>& texts() const { return texts_; }

  Result<std::string> read(const std::string& path) const override {
    if (const std::string* text = find(path)) return *text;
    return made(path) ? made_.read(path) : below_.read(path);
  }
  Result<std::string> read_prefix(const std::string& path, std::size_t limit) const override {
    if (const std::string* text = find(path)) return text->substr(0, limit);
    return made(path) ? made_.read_prefix(path, limit) : below_.read_prefix(path, limit);
  }
  FileKind kind(const std::string& path) const override {
    return made(path) ? FileKind::file : below_.kind(path);
  }
  Result<std::vector<DirectoryEntry>> list(const std::string& directory) const override {
    Result<std::vector<DirectoryEntry>> entries = below_.list(directory);
    const Result<std::vector<DirectoryEntry>> more = made_.list(directory);
    if (!entries || !more) return entries;
    for (const DirectoryEntry& entry : *more) {
      if (std::ranges::find(*entries, entry.name, &DirectoryEntry::name) == entries->end()) {
        entries->push_back(entry);
      }
    }
    std::ranges::sort(*entries, {}, &DirectoryEntry::name);
    return entries;
  }
  std::string real_path(const std::string& path) const override { return below_.real_path(path); }
  Result<FileStatus> status(const std::string& path) const override {
    return made(path) ? made_.status(path) : below_.status(path);
  }

 private:
  const std::string* find(const std::string& path) const {
    if (texts_.empty()) return nullptr;
    const auto found = texts_.find(below_.real_path(path));
    return found == texts_.end() ? nullptr : &found->second;
  }
  bool made(const std::string& path) const {
    return made_.kind(normal_path(path)) == FileKind::file;
  }

  const Files& below_;
  std::map<std::string, std::string, std::less<>> texts_;  // by real path
  MemoryFiles made_;
};

class Fixer {
 public:
  Fixer(const std::vector<Input>& inputs, const Files& files, const FixOptions& options)
      : inputs_(inputs), files_(files), overlay_(files), options_(options) {
    const bool all = options.unsafe || options.lists;
    options_.check.edits = all ? Certainty::unsafe : Certainty::safe;
    options_.check.all_inputs = inputs_;
  }

  FixResult run() {
    std::vector<std::size_t> todo(inputs_.size());
    for (std::size_t i = 0; i < todo.size(); ++i) todo[i] = i;
    for (int round = 0; !todo.empty(); ++round) {
      wanted_.clear();
      touching_.clear();
      changed_.clear();
      check_inputs(todo);
      if (!apply()) break;
      todo = changed_inputs();
      if (round == max_fix_rounds) {
        give_back_changed();
        check_inputs(todo);
        break;
      }
    }
    return result();
  }

 private:
  // A finding that stays, or is wanted in the last check of its input.
  struct Left {
    std::uint64_t key = 0;  // of what it says and where
    bool fixable = false;
    bool moves_secret = false;
    Unfixed listed;  // filled only where the list is asked for
  };

  // What is kept of an input's last check.
  struct InputState {
    std::vector<Left> left;
    std::vector<Error> errors;
    std::vector<std::unique_ptr<Sources>> sources;  // for the errors
    std::size_t findings = 0;
    bool checked = false;
    std::size_t errors_at_first = 0;
    std::size_t findings_at_first = 0;
    std::set<std::string, std::less<>> files;  // that its findings point into, by real path
  };

  // Hands on what was found in each input of a round.
  class Parts final : public PartSink {
   public:
    Parts(Fixer& fixer, const std::vector<std::size_t>& todo) : fixer_(fixer), todo_(todo) {}
    std::string render(const Report&) const override { return {}; }
    void take(std::size_t input, Report part, std::string) override {
      fixer_.take_part(todo_[input], std::move(part));
    }

   private:
    Fixer& fixer_;
    const std::vector<std::size_t>& todo_;
  };

  struct NewFile {
    std::string path;
    std::string text;
    bool is_secret = false;
    std::string needed_by;  // the real path of the file that was changed with it; "" for none
  };

  struct Wish {
    fix::WantedFix fix;
    std::vector<NewFile> new_files;
    std::size_t input = 0;
    int turn = 0;
  };

  struct File {
    std::string path;
    std::string before;
    std::vector<Wish> wishes;
  };

  void check_inputs(const std::vector<std::size_t>& todo) {
    std::vector<Input> chosen;
    for (const std::size_t index : todo) chosen.push_back(inputs_[index]);
    Parts parts(*this, todo);
    check(chosen, overlay_, options_.check, parts);
  }

  void take_part(std::size_t input, Report part) {
    InputState& state = states_[input];
    if (!state.checked) {
      state.findings_at_first = part.findings.size();
      state.errors_at_first = part.errors.size();
    }
    state.checked = true;
    state.findings = part.findings.size();
    state.left.clear();
    const Source* source = nullptr;
    for (const Finding& finding : part.findings) {
      if (finding.at.source != source) {
        source = finding.at.source;
        state.files.insert(real_path(source->path()));
      }
      if (!part.errors.empty()) {
        leave(state, finding, "not changed: the file was not read whole");
      } else if (!may_apply(finding)) {
        leave(state, finding, options_.lists ? reason(finding) : std::string());
      } else if (!options_.moves_secrets && moves_secret(finding)) {
        leave(state, finding, "moves a secret, which a diff would show: --write makes the change");
        state.left.back().moves_secret = true;
      } else if (const std::string_view path = secret_in_the_way(finding); !path.empty()) {
        leave(state, finding, concat("not changed: there is a ", path));
        state.left.back().fixable = false;
      } else {
        leave(state, finding, "not changed: the fix does not take hold here");
        want(input, finding);
      }
    }
    state.errors = std::move(part.errors);
    state.sources.clear();
    if (!state.errors.empty()) state.sources = std::move(part.sources);
  }

  bool may_apply(const Finding& finding) const {
    if (!finding.fix.offered() || finding.fix.edits.empty()) return false;
    return options_.unsafe || finding.fix.certainty == Certainty::safe;
  }

  static bool moves_secret(const Finding& finding) {
    return std::ranges::any_of(finding.fix.edits, &Edit::is_secret);
  }

  // A secret's file that is there already, or is made by another fix, holds another secret.
  std::string_view secret_in_the_way(const Finding& finding) const {
    for (const Edit& edit : finding.fix.edits) {
      if (!edit.is_secret) continue;
      const std::string path = normal_path(edit.new_file);
      const auto ours = secrets_.find(path);
      const bool taken = ours == secrets_.end() ? files_.kind(path) != FileKind::missing
                                                : ours->second != edit.text;
      if (taken) return edit.new_file;
    }
    return {};
  }

  static std::string reason(const Finding& finding) {
    if (!finding.fix.refusal.empty()) return concat("not changed: ", finding.fix.refusal);
    if (finding.fix.offered()) return "can change behaviour: --unsafe-fixes applies it";
    return concat("a person must decide: ",
                  finding.remedy.empty() ? "see the rule's page" : finding.remedy);
  }

  void leave(InputState& state, const Finding& finding, std::string why) const {
    Left& left = state.left.emplace_back();
    const std::hash<std::string_view> hash;
    constexpr std::uint64_t spread = 0x9E3779B97F4A7C15u;
    for (const std::string_view part :
         {finding.at.source->path(), finding.rule, std::string_view(finding.message)}) {
      left.key = left.key * spread + hash(part);
    }
    left.key = left.key * spread + finding.at.span.begin;
    left.fixable = finding.fix.offered() && finding.fix.refusal.empty();
    if (!options_.lists) return;
    const Position at = finding.at.source->position(finding.at.span.begin);
    left.listed = {concat(finding.at.source->path(), ":", std::to_string(at.line), ":",
                          std::to_string(at.column)),
                   finding.rule,
                   finding.severity,
                   finding.message,
                   std::move(why),
                   left.fixable};
  }

  void want(std::size_t input, const Finding& finding) {
    // One file a fix, and new files beside it; the editors see to that.
    fix::WantedFix wanted;
    const Source* source = nullptr;
    std::vector<NewFile> new_files;
    for (const Edit& edit : finding.fix.edits) {
      if (!edit.new_file.empty()) {
        new_files.push_back({normal_path(edit.new_file), edit.text, edit.is_secret, {}});
        if (edit.is_secret) secrets_[new_files.back().path] = edit.text;
        continue;
      }
      source = edit.at.source;
      for (const SharedEdit& shared : edit.shared) {
        wanted.shared.push_back({wanted.splices.size(), shared});
      }
      wanted.splices.push_back({edit.at.span, edit.text, edit.slot});
    }
    // Of fixes that exclude each other the one that stands first wins, then the one by name.
    const std::string place = std::to_string(1'000'000'000 + finding.at.span.begin);
    wanted.order = concat(place, finding.rule, finding.message);
    if (source == nullptr) {
      for (NewFile& file : new_files) make_file(std::move(file));
      touching_.insert(input);
      return;
    }
    File& file = wanted_[real_path(source->path())];
    if (file.path.empty()) {
      file.path = source->path();
      file.before = source->text();
    }
    file.wishes.push_back({std::move(wanted), std::move(new_files), input, finding.fix.turn});
  }

  // Asked once for each path: the way to a file does not change while it is fixed.
  const std::string& real_path(std::string_view path) {
    const auto known = real_paths_.find(path);
    if (known != real_paths_.end()) return known->second;
    std::string real = files_.real_path(std::string(path));
    if (real.empty()) real = path;
    return real_paths_.emplace(path, std::move(real)).first->second;
  }

  void make_file(NewFile file) {
    if (files_.kind(file.path) != FileKind::missing || new_files_.contains(file.path)) return;
    overlay_.add_new(file.path, file.text);
    new_files_[file.path] = std::move(file);
  }

  // Whether anything was changed. Those whose turn comes later are asked for again in the next
  // round, when what they would inherit is there.
  bool apply() {
    std::set<int> turns;
    for (const auto& [real, file] : wanted_) {
      for (const Wish& wish : file.wishes) turns.insert(wish.turn);
    }
    const bool made_files = !touching_.empty();
    bool any = false;
    for (const int turn : turns) {
      if (any) {
        for (const auto& [real, file] : wanted_) {
          for (const Wish& wish : file.wishes) {
            if (wish.turn >= turn) touching_.insert(wish.input);
          }
        }
        break;
      }
      for (auto& [real, file] : wanted_) any = apply(real, file, turn) || any;
    }
    return any || made_files;
  }

  bool apply(const std::string& real, File& file, int turn) {
    std::vector<Wish*> wishes;
    std::vector<fix::WantedFix> fixes;
    for (Wish& wish : file.wishes) {
      if (wish.turn != turn) continue;
      wishes.push_back(&wish);
      fixes.push_back(wish.fix);
    }
    const fix::Combination combination = fix::combine(file.before, fixes);
    if (combination.applied.empty()) return false;
    std::string after = fix::spliced(file.before, combination.splices);
    if (after == file.before) return false;
    originals_.try_emplace(real, file.path, file.before);
    overlay_.put(real, std::move(after));
    changed_.insert(real);
    for (const std::size_t index : combination.applied) {
      for (NewFile& made : wishes[index]->new_files) {
        made.needed_by = real;
        make_file(std::move(made));
      }
    }
    for (const Wish* wish : wishes) touching_.insert(wish->input);
    return true;
  }

  // Those that a change concerns, and those that judge a file that another input's fix changed: a
  // service and the Dockerfile that it is built from.
  std::vector<std::size_t> changed_inputs() {
    for (const auto& [input, state] : states_) {
      const bool read = std::ranges::any_of(
          state.files, [&](const std::string& file) { return changed_.contains(file); });
      if (read) touching_.insert(input);
    }
    return {touching_.begin(), touching_.end()};
  }

  FixResult result() {
    FixResult out;
    undo_what_broke();
    out.errors = std::move(withheld_);
    std::unordered_set<std::uint64_t> said;
    for (auto& [input, state] : states_) {
      if (state.findings_at_first > state.findings) {
        out.fixed += state.findings_at_first - state.findings;
      }
      // Two inputs can judge one text, and were not always checked in the same round.
      for (Left& left : state.left) {
        if (!said.insert(left.key).second) continue;
        ++out.left;
        out.left_fixable += left.fixable ? 1 : 0;
        out.secrets_left += left.moves_secret ? 1 : 0;
        if (options_.lists) {
          left.listed.fixable = left.fixable;
          out.unfixed.push_back(std::move(left.listed));
        }
      }
      std::ranges::move(state.errors, std::back_inserter(out.errors));
      std::ranges::move(state.sources, std::back_inserter(out.sources));
    }
    for (const auto& [real, original] : originals_) {
      const auto now = overlay_.texts().find(real);
      if (now == overlay_.texts().end() || now->second == original.second) continue;
      out.files.push_back({original.first, original.second, now->second, false, false, {}});
    }
    for (const auto& [path, file] : new_files_) {
      // Not beside a file that is given back as it was.
      if (!file.needed_by.empty() && !overlay_.texts().contains(file.needed_by)) continue;
      const auto needed_by = originals_.find(file.needed_by);
      out.files.push_back({path, "", file.text, true, file.is_secret,
                           needed_by == originals_.end() ? "" : needed_by->second.first});
    }
    std::ranges::sort(out.files, {}, &FixedFile::path);
    return out;
  }

  // A fix that does not take hold would be made again each time.
  void give_back_changed() {
    for (const std::string& real : changed_) {
      overlay_.drop(real);
      withheld_.push_back(
          {.message = "the fix is withheld, the file would be changed again and again",
           .file = originals_[real].first});
    }
  }

  // An input that reads worse than before gets its files back.
  void undo_what_broke() {
    for (auto& [input, state] : states_) {
      if (state.errors.size() <= state.errors_at_first) continue;
      for (const std::string& path : inputs_[input].paths) overlay_.drop(files_.real_path(path));
      for (Error& error : state.errors) {
        error.message =
            concat("the fix is withheld, the file would not be read after it: ", error.message);
      }
    }
  }

  const std::vector<Input>& inputs_;
  const Files& files_;
  Overlay overlay_;
  FixOptions options_;
  std::map<std::size_t, InputState> states_;
  std::map<std::string, File> wanted_;  // of this round, by real path
  std::set<std::size_t> touching_;      // inputs that a change of this round concerns
  std::map<std::string, std::string, std::less<>> real_paths_;
  std::set<std::string> changed_;  // files that were changed in this round, by real path
  std::map<std::string, std::pair<std::string, std::string>>
      originals_;  // path, text, by real path
  std::vector<Error> withheld_;
  std::map<std::string, NewFile> new_files_;    // by path
  std::map<std::string, std::string> secrets_;  // the wanted ones, by path
};

}  // namespace

FixResult fix(const std::vector<Input>& inputs, const Files& files, const FixOptions& options) {
  return Fixer(inputs, files, options).run();
}

}  // namespace plimsoll::app
