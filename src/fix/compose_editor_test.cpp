#include "fix/compose_editor.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "fix/combine.h"
#include "readers/compose/yaml_tree.h"

namespace plimsoll::fix {
namespace {

// The documents of a text, as the reader of compose files gives them.
struct Documents {
  explicit Documents(const Source& source) {
    Result<compose::YamlReading> reading = compose::read_yaml(source, 0, arena, nullptr);
    if (!reading) return;
    nodes = std::move(reading->documents);
    merges = std::move(reading->merges);
  }
  Arena arena;
  std::vector<const compose::Node*> nodes;
  std::vector<compose::Merge> merges;
};

// The text after changes to the service whose key is the first `web` in it; or why not.
std::string changed(const Source& source, const std::vector<Change>& changes) {
  const std::string_view text = source.text();
  const auto key = static_cast<std::uint32_t>(text.find("web"));
  const Location service{&source, {key, key + 3}};
  const Documents documents(source);
  ComposeEditor editor(source, documents.nodes, documents.merges);
  WantedFix wanted;
  Result<std::vector<Edit>> edits = editor.edits(changes, service);
  if (!edits) return edits.error().message;
  for (Edit& edit : *edits) wanted.splices.push_back({edit.at.span, edit.text, edit.slot});
  return spliced(text, combine(text, std::vector<WantedFix>{wanted}).splices);
}

std::string changed(const std::string& text, const std::vector<Change>& changes) {
  const Source source("compose.yaml", text);
  return changed(source, changes);
}

// The text after a change at the first place where `what` stands; or why not.
std::string changed_at(const std::string& text, Change change, std::string_view what) {
  const Source source("compose.yaml", text);
  const auto begin = static_cast<std::uint32_t>(text.find(what));
  change.at = {&source, {begin, begin + static_cast<std::uint32_t>(what.size())}};
  const auto key = static_cast<std::uint32_t>(text.find("web"));
  const Documents documents(source);
  ComposeEditor editor(source, documents.nodes, documents.merges);
  Result<std::vector<Edit>> edits = editor.edits(change, {&source, {key, key + 3}});
  if (!edits) return edits.error().message;
  WantedFix wanted;
  for (Edit& edit : *edits) wanted.splices.push_back({edit.at.span, edit.text, edit.slot});
  return spliced(text, combine(text, std::vector<WantedFix>{wanted}).splices);
}

struct Row {
  std::string name;
  std::string before;
  std::vector<Change> changes;
  std::string after;
};

TEST(ComposeEditor, AddsInTheWayTheFileIsWritten) {
  const std::vector<Change> limits{change::set("mem_limit", "512m"),
                                   change::add("cap_drop", "ALL")};
  const std::vector<Row> rows{
      {"blocks", "services:\n  web:\n    image: a\n", limits,
       "services:\n  web:\n    image: a\n    cap_drop:\n      - ALL\n    mem_limit: 512m\n"},
      {"another service follows",
       "services:\n  web:\n    image: a  # one\n\n  # two\n  db:\n    image: b\n",
       {change::set("mem_limit", "512m")},
       "services:\n  web:\n    image: a  # one\n    mem_limit: 512m\n\n  # two\n  db:\n    image: "
       "b\n"},
      {"indented by four, lists not at all",
       "services:\n    web:\n        image: a\n        ports:\n        - 1:1\n",
       {change::add("cap_drop", "ALL")},
       "services:\n    web:\n        image: a\n        ports:\n        - 1:1\n        cap_drop:\n  "
       "      - ALL\n"},
      {"the services indent otherwise than the rest",
       "volumes:\n    data: {}\nservices:\n  web:\n    image: a\n",
       {change::set("logging.driver", "local")},
       "volumes:\n    data: {}\nservices:\n  web:\n    image: a\n    logging:\n      driver: "
       "local\n"},
      {"no final line ending",
       "services:\n  web:\n    image: a",
       {change::set("mem_limit", "1g")},
       "services:\n  web:\n    image: a\n    mem_limit: 1g"},
      {"carriage returns",
       "services:\r\n  web:\r\n    image: a\r\n",
       {change::add("cap_drop", "ALL")},
       "services:\r\n  web:\r\n    image: a\r\n    cap_drop:\r\n      - ALL\r\n"},
      {"indented by four behind a byte order mark",
       "\xEF\xBB\xBFservices:\n    web: {image: a}\n",
       {change::declare("secrets.key", "file: ./key")},
       "\xEF\xBB\xBFservices:\n    web: {image: a}\n\nsecrets:\n    key:\n        file: ./key\n"},
      {"a carriage return alone", "services:\n  web:\r    image: a\n", limits,
       "some lines of the file end in a way that is not changed"},
      {"a flow that holds nothing but what it merges",
       "x: &x {}\nservices: {web: {<<: *x}}\n",
       {change::set("mem_limit", "1g")},
       "x: &x {}\nservices: {web: {<<: *x, mem_limit: 1g}}\n"},
      {"flow", "services: {web: {image: a}}\n", limits,
       "services: {web: {image: a, cap_drop: [ALL], mem_limit: 512m}}\n"},
      {"a flow over lines",
       "services:\n  web: {\n    image: a,\n  }\n",
       {change::set("mem_limit", "1g")},
       "services:\n  web: {\n    image: a, mem_limit: 1g\n  }\n"},
      {"a list that is there",
       "services:\n  web:\n    cap_drop:\n      - NET_RAW\n    image: a\n",
       {change::add("cap_drop", "ALL")},
       "services:\n  web:\n    cap_drop:\n      - NET_RAW\n      - ALL\n    image: a\n"},
      {"a flow list",
       "services:\n  web:\n    cap_drop: [NET_RAW]\n",
       {change::add("cap_drop", "ALL")},
       "services:\n  web:\n    cap_drop: [NET_RAW, ALL]\n"},
      {"an empty flow list",
       "services:\n  web:\n    cap_drop: []\n",
       {change::add("cap_drop", "ALL")},
       "services:\n  web:\n    cap_drop: [ALL]\n"},
      {"a key without a value",
       "services:\n  web:\n    image: a\n    cap_drop:\n",
       {change::add("cap_drop", "ALL")},
       "services:\n  web:\n    image: a\n    cap_drop:\n      - ALL\n"},
      {"a list from a merge key",
       "x-c: &c\n  cap_drop:\n    - NET_RAW\nservices:\n  web:\n    <<: *c\n    image: a\n",
       {change::add("cap_drop", "ALL")},
       "x-c: &c\n  cap_drop:\n    - NET_RAW\n    - ALL\nservices:\n  web:\n    <<: *c\n    image: "
       "a\n"},
      {"limits beside deploy.resources",
       "services:\n  web:\n    deploy:\n      resources:\n        reservations:\n          memory: "
       "1m\n",
       {change::set("mem_limit", "1g")},
       "services:\n  web:\n    deploy:\n      resources:\n        reservations:\n          memory: "
       "1m\n"
       "        limits:\n          memory: 1g\n"},
      {"a path below what is there",
       "services:\n  web:\n    ulimits:\n      nproc: 5\n",
       {change::set("ulimits.nofile", "1024")},
       "services:\n  web:\n    ulimits:\n      nproc: 5\n      nofile: 1024\n"},
      {"deeper lines first",
       "services:\n  web:\n    logging:\n      options:\n        a: b\n",
       {change::set("mem_limit", "1g"), change::set("logging.driver", "local"),
        change::set("logging.options.max-size", "10m")},
       "services:\n  web:\n    logging:\n      options:\n        a: b\n        max-size: 10m\n"
       "      driver: local\n    mem_limit: 1g\n"},
      {"several below one key that is not there",
       "services:\n  web:\n    image: a\n",
       {change::set("logging.options.max-size", "10m"), change::add("tmpfs", "/tmp"),
        change::set("logging.options.max-file", "3"), change::set("logging.driver", "json-file"),
        change::add("tmpfs", "/run")},
       "services:\n  web:\n    image: a\n    logging:\n      options:\n        max-size: 10m\n"
       "        max-file: 3\n      driver: json-file\n    tmpfs:\n      - /tmp\n      - /run\n"},
      {"several below one key in a flow",
       "services: {web: {image: a}}\n",
       {change::add("tmpfs", "/tmp"), change::add("tmpfs", "/run"),
        change::set("logging.driver", "local"), change::set("logging.options.max-file", "3")},
       "services: {web: {image: a, logging: {driver: local, options: {max-file: 3}}, tmpfs: "
       "[/tmp, /run]}}\n"},
      {"several to an empty flow list, and to a single text",
       "services:\n  web:\n    cap_drop: []\n    tmpfs: /a\n",
       {change::add("cap_drop", "A"), change::add("cap_drop", "B"), change::add("tmpfs", "/b"),
        change::add("tmpfs", "/c")},
       "services:\n  web:\n    cap_drop: [A, B]\n    tmpfs: [/a, /b, /c]\n"},
      {"several to a key without a value",
       "services:\n  web:\n    cap_drop:\n    image: a\n",
       {change::add("cap_drop", "A"), change::add("cap_drop", "B")},
       "services:\n  web:\n    cap_drop:\n      - A\n      - B\n    image: a\n"},
      {"a comment",
       "services:\n  web:\n    image: a\n",
       {change::set("mem_limit", "1g", "why")},
       "services:\n  web:\n    image: a\n    mem_limit: 1g  # why\n"},
      {"a value that needs quotes",
       "services:\n  web:\n    image: a\n",
       {change::set("user", "10001:10001")},
       "services:\n  web:\n    image: a\n    user: \"10001:10001\"\n"},
      {"a mapping where others have a list",
       "services:\n  web:\n    environment:\n      A: b\n",
       {change::add("environment", "C=d")},
       "services:\n  web:\n    environment:\n      A: b\n      C: d\n"},
      {"a single text where others have a list",
       "services:\n  web:\n    tmpfs: /tmp\n",
       {change::add("tmpfs", "/run")},
       "services:\n  web:\n    tmpfs: [/tmp, /run]\n"},
      {"a single text that a flow list cannot hold",
       "services:\n  web:\n    tmpfs: /tmp]a\n",
       {change::add("tmpfs", "/run")},
       "it is written in a way that a list cannot hold"},
      {"a top-level entry",
       "services:\n  web:\n    image: a\n",
       {change::declare("secrets.key", "file: ./key"), change::add("secrets", "key")},
       "services:\n  web:\n    image: a\n    secrets:\n      - key\n\nsecrets:\n  key:\n    file: "
       "./key\n"},
      {"a top-level entry beside another",
       "secrets:\n  a:\n    file: ./a\nservices:\n  web:\n    image: a\n",
       {change::declare("secrets.key", "file: ./key")},
       "secrets:\n  a:\n    file: ./a\n  key:\n    file: ./key\nservices:\n  web:\n    image: a\n"},
      {"an alias for a service",
       "x: &x {image: a}\nservices:\n  web: *x\n",
       {change::set("mem_limit", "1g")},
       "the service is an alias of another one"},
  };
  for (const Row& row : rows) EXPECT_EQ(changed(row.before, row.changes), row.after) << row.name;
}

// The services `web` and `app`, a fix for each, made together.
std::string changed_for_both(const std::string& before, const Change& for_web,
                             const Change& for_app) {
  const Source source("compose.yaml", before);
  const Documents documents(source);
  ComposeEditor editor(source, documents.nodes, documents.merges);
  std::vector<WantedFix> wanted;
  for (const std::string_view name : {"web", "app"}) {
    const auto key = static_cast<std::uint32_t>(before.find(name));
    const Result<std::vector<Edit>> edits =
        editor.edits(name == "web" ? for_web : for_app, {&source, {key, key + 3}});
    if (!edits) return edits.error().message;
    wanted.push_back({{}, std::string(name)});
    for (const Edit& edit : *edits) {
      for (const SharedEdit& shared : edit.shared) {
        wanted.back().shared.push_back({wanted.back().splices.size(), shared});
      }
      wanted.back().splices.push_back({edit.at.span, edit.text, edit.slot});
    }
  }
  return spliced(before, combine(before, wanted).splices);
}

TEST(ComposeEditor, WritesOnceWhatServicesShare) {
  struct Shared {
    std::string before;
    Change change;
    std::string after;
  };
  const std::vector<Shared> rows{
      {"x: &x\n  cap_drop: &l\n    - A\nservices:\n  web:\n    <<: *x\n  app:\n    cap_drop: *l\n",
       change::add("cap_drop", "ALL"),
       "x: &x\n  cap_drop: &l\n    - A\n    - ALL\nservices:\n  web:\n    <<: *x\n  app:\n    "
       "cap_drop: *l\n"},
      {"x: &x\n  deploy:\n    resources: {}\nservices:\n  web:\n    <<: *x\n  app:\n    <<: *x\n",
       change::set("mem_limit", "1g"),
       "x: &x\n  deploy:\n    resources: {limits: {memory: 1g}}\nservices:\n  web:\n    <<: *x\n  "
       "app:\n    <<: *x\n"},
  };
  for (const Shared& row : rows) {
    EXPECT_EQ(changed_for_both(row.before, row.change, row.change), row.after);
  }
}

TEST(ComposeEditor, AddsOnceWhatServicesAreToShare) {
  const std::string block = "services:\n  web:\n    <<: *x\n  app:\n    <<: *x\n";
  const std::vector<std::pair<std::string, std::string>> rows{
      {"x-c: &x  # for all\n  init: true\n" + block,
       "x-c: &x  # for all\n  init: true\n  cpus: 1  # why\n" + block},
      {"x-c:\n  &x\n  init: true\n" + block,
       "x-c:\n  &x\n  init: true\n  cpus: 1  # why\n" + block},
      {"x-c:\n  all: &x\n    init: true\n" + block,
       "x-c:\n  all: &x\n    init: true\n    cpus: 1  # why\n" + block},
      {"services:\n  web: &web\n    init: true\n  app:\n    <<: *web\n",
       "services:\n  web: &web\n    init: true\n    cpus: 1  # why\n  app:\n    <<: *web\n"},
      {"x-c: &x {init: true}\nservices: {web: {<<: *x}, app: {<<: [*x, *x]}}\n",
       "x-c: &x {init: true, cpus: 1}\nservices: {web: {<<: *x}, app: {<<: [*x, *x]}}\n"},
      {"x-c: &x\n  init: true\nx-d: &y\n  <<: *x\nservices:\n  web:\n    <<: *y\n  app:\n    <<: "
       "*y\n",
       "x-c: &x\n  init: true\nx-d: &y\n  <<: *x\n  cpus: 1  # why\nservices:\n  web:\n    <<: *y\n"
       "  app:\n    <<: *y\n"},
  };
  const Change change = change::set("cpus", "1", "why");
  for (const auto& [before, after] : rows) {
    EXPECT_EQ(changed_for_both(before, change, change), after);
  }
}

// Each service gets its own where the mapping is not theirs alone, or does not reach them alike.
TEST(ComposeEditor, AddsToEachServiceWhatNotAllOfThemShare) {
  const std::string both = "services: {web: {<<: *x}, app: {<<: *x}}\n";
  const std::string each = "services: {web: {<<: *x, cpus: 1}, app: {<<: *x, cpus: 1}}\n";
  const std::string top = "x-c: &x {init: true}\n";
  const auto with = [](std::string services, std::string_view more) {
    return services.insert(services.size() - 2, concat(", ", more));
  };
  const std::vector<std::pair<std::string, std::string>> rows{
      {"c: &x {init: true}\n" + both, "c: &x {init: true}\n" + each},
      {"x-c: &x {}\n" + both, "x-c: &x {}\n" + each},
      {"x-c: &x {init: true, cpus: }\n" + both, "x-c: &x {init: true, cpus: }\n" + each},
      {top + with(both, "b: {<<: *x}"), top + with(each, "b: {<<: *x}")},
      {top + with(both, "b: *x"), top + with(each, "b: *x")},
      {top + with(both, "b: {build: {<<: *x}}"), top + with(each, "b: {build: {<<: *x}}")},
      {top + with(both, "b: {<<: {build: *x}, build: .}"),
       top + with(each, "b: {<<: {build: *x}, build: .}")},
      {top + "x-d: &y {<<: *x}\n" + both, top + "x-d: &y {<<: *x}\n" + each},
      {top + "services: {b: &b {init: true}, web: {<<: [*x, *b]}, app: {<<: *x}}\n",
       top + "services: {b: &b {init: true}, web: {<<: [*x, *b], cpus: 1}, app: {<<: *x, cpus: "
             "1}}\n"},
      {top + "services: {web: &w {<<: *x}, app: {<<: *x}, b: {<<: *w}}\n",
       top + "services: {web: &w {<<: *x, cpus: 1}, app: {<<: *x, cpus: 1}, b: {<<: *w}}\n"},
      {"x-c: &y {init: &x {init: true}}\nx-d: {<<: *y}\n" + both,
       "x-c: &y {init: &x {init: true}}\nx-d: {<<: *y}\n" + each},
  };
  const Change change = change::set("cpus", "1");
  for (const auto& [before, after] : rows) {
    EXPECT_EQ(changed_for_both(before, change, change), after);
  }
  const std::string block = "services:\n  web:\n    <<: *x\n  app:\n    <<: *x\n";
  EXPECT_EQ(changed_for_both(top + both, change::set("cpus", "1"), change::set("cpus", "2")),
            top + "services: {web: {<<: *x, cpus: 1}, app: {<<: *x, cpus: 2}}\n");
  EXPECT_EQ(changed_for_both(top + both, change::set("cpus", "1", "why"), change), top + each);
  // In braces the comment would be lost.
  const Change with_comment = change::set("cpus", "1", "why");
  EXPECT_EQ(changed_for_both(top + block, with_comment, with_comment),
            top +
                "services:\n  web:\n    <<: *x\n    cpus: 1  # why\n  app:\n    <<: *x\n    cpus: 1"
                "  # why\n");
}

// One fix for several services, of which some have it from others that they extend.
TEST(ComposeEditor, AddsOnceWhatServicesInherit) {
  const std::string text =
      "services:\n  base: {image: a}\n  web: {extends: base}\n  app: {extends: {service: web}}\n"
      "  far: {extends: {service: base, file: f.yaml}}\n  odd: {extends: odd}\n";
  const Source source("compose.yaml", text);
  std::vector<Change> changes;
  for (const std::string_view name : {"app", "web", "base", "far", "odd"}) {
    const auto key = static_cast<std::uint32_t>(text.find(concat("  ", name, ":")) + 2);
    const auto end = key + static_cast<std::uint32_t>(name.size());
    changes.push_back(change::set("logging.driver", "local"));
    changes.back().service = {&source, {key, end}};
  }
  EXPECT_EQ(changed(source, changes),
            "services:\n  base: {image: a, logging: {driver: local}}\n  web: {extends: base}\n"
            "  app: {extends: {service: web}}\n"
            "  far: {extends: {service: base, file: f.yaml}, logging: {driver: local}}\n"
            "  odd: {extends: odd, logging: {driver: local}}\n");
  changes[2].value = "journald";
  EXPECT_EQ(changed(source, {changes.begin(), changes.begin() + 3}),
            "services:\n  base: {image: a, logging: {driver: journald}}\n"
            "  web: {extends: base, logging: {driver: local}}\n"
            "  app: {extends: {service: web}}\n"
            "  far: {extends: {service: base, file: f.yaml}}\n  odd: {extends: odd}\n");
}

TEST(ComposeEditor, TakesAwayNoMoreThanWhatIsMeant) {
  struct Removal {
    std::string before;
    std::string what;
    std::string after;
  };
  const std::vector<Removal> rows{
      {"services:\n  web:\n    privileged: true  # why\n    image: a\n", "true",
       "services:\n  web:\n    image: a\n"},
      {"services:\n  web:\n    image: a\n    privileged: true", "true",
       "services:\n  web:\n    image: a"},
      {"services:\n  web:\n    image: a\n\n    privileged: true\n", "true",
       "services:\n  web:\n    image: a\n"},
      {"services:\r\n  web:\r\n    image: a\r\n\r\n    privileged: true", "true",
       "services:\r\n  web:\r\n    image: a"},
      {"services:\n  web: {privileged: true, image: a}\n", "true",
       "services:\n  web: {image: a}\n"},
      {"services:\n  web: {image: a, privileged: true}\n", "true",
       "services:\n  web: {image: a}\n"},
      {"services:\n  web:\n    image: a\n    cap_add:\n      - ALL\n", "ALL",
       "services:\n  web:\n    image: a\n"},
      {"services:\n  web:\n    image: a\n    cap_add:\n      - ALL\n      - NET_RAW\n", "ALL",
       "services:\n  web:\n    image: a\n    cap_add:\n      - NET_RAW\n"},
      {"services:\n  web:\n    cap_add: [A, ALL, B]\n", "ALL",
       "services:\n  web:\n    cap_add: [A, B]\n"},
      {"services:\n  web:\n    image: a\n    volumes:\n      - type: bind\n        source: /etc\n  "
       "      target: /e\n      - b:/b\n",
       "type: bind\n        source: /etc\n        target: /e",
       "services:\n  web:\n    image: a\n    volumes:\n      - b:/b\n"},
      {"services:\n  web:\n    image: a\n    privileged: ${P:-true}\n", "${P:-true}",
       "the value comes from a variable: change it where it is set"},
      {"services:\n  web:\n    image: a\n    volumes: [\"${HOME}:/h\", b]\n", "${HOME}:/h",
       "services:\n  web:\n    image: a\n    volumes: [b]\n"},
      {"x-c: &c\n  init: true\n  cap_add:\n    - ALL\nservices: {}\n", "ALL",
       "x-c: &c\n  init: true\nservices: {}\n"},
      {"x-c: &c\n  cap_add:\n    - ALL\nservices: {}\n", "ALL",
       "nothing would be left in its place"},
      {"services:\n  web:\n    a: 1\n    devices: &d\n      - X\n  app:\n    devices: *d\n", "X",
       "other parts of the file use it through its anchor"},
      {"services:\n  web:\n    a: 1\n    devices: &d\n      - X\n", "X",
       "services:\n  web:\n    a: 1\n"},
      {"services:\n  web:\n    image: a\nx: &x\n  privileged: true\n", "true",
       "nothing would be left in its place"},
      // Comments go with what they speak of, and only with that.
      {"services:\n  web:\n    volumes:\n      - a:/a\n      # to find the others\n      - b:/b\n",
       "b:/b", "services:\n  web:\n    volumes:\n      - a:/a\n"},
      {"services:\n  web:\n    volumes:\n      # data\n      - a:/a\n      - b:/b\n", "a:/a",
       "services:\n  web:\n    volumes:\n      # data\n      - b:/b\n"},
      {"services:\n  web:\n    volumes:\n      - a:/a\n      #- c:/c\n      # - d:/d\n      - "
       "b:/b\n",
       "b:/b", "services:\n  web:\n    volumes:\n      - a:/a\n      #- c:/c\n      # - d:/d\n"},
      {"services:\n  web:\n    # privileged, for the\n    # raw sockets\n    privileged: true\n    "
       "image: a\n",
       "true", "services:\n  web:\n    image: a\n"},
      {"services:\n  web:\n    # limits\n    privileged: true\n    image: a\n", "true",
       "services:\n  web:\n    # limits\n    image: a\n"},
  };
  for (const Removal& row : rows) {
    EXPECT_EQ(changed_at(row.before, change::remove({}), row.what), row.after) << row.before;
  }
}

TEST(ComposeEditor, TakesAwaySeveralAtOnce) {
  struct Removal {
    std::string before;
    std::string all;  // one letter each
    std::string after;
  };
  const std::vector<Removal> rows{
      {"services:\n  web: {a: 1, cap_add: [P, Q, R, S]}\n", "PQ",
       "services:\n  web: {a: 1, cap_add: [R, S]}\n"},
      {"services:\n  web: {a: 1, cap_add: [P, Q, R, S]}\n", "QR",
       "services:\n  web: {a: 1, cap_add: [P, S]}\n"},
      {"services:\n  web: {a: 1, cap_add: [P, Q, R, S]}\n", "RS",
       "services:\n  web: {a: 1, cap_add: [P, Q]}\n"},
      {"services:\n  web: {a: 1, cap_add: [P, Q, R, S]}\n", "PS",
       "services:\n  web: {a: 1, cap_add: [Q, R]}\n"},
      {"services:\n  web: {a: 1, cap_add: [P, Q, R, S]}\n", "SRQ",
       "services:\n  web: {a: 1, cap_add: [P]}\n"},
      {"services:\n  web: {a: 1, cap_add: [P, Q, R, S,]}\n", "RS",
       "services:\n  web: {a: 1, cap_add: [P, Q, ]}\n"},
      {"services:\n  web: {a: 1, cap_add: [P, Q]}\n", "PQ", "services:\n  web: {a: 1}\n"},
      {"services:\n  web:\n    cap_add: [\n      P,\n      Q,\n      R\n    ]\n", "P",
       "services:\n  web:\n    cap_add: [\n      Q,\n      R\n    ]\n"},
      {"services:\n  web:\n    cap_add: [\r\n      P,\r\n      Q,\r\n      R\r\n    ]\r\n", "PQ",
       "services:\n  web:\n    cap_add: [\r\n      R\r\n    ]\r\n"},
      {"services:\n  web:\n    cap_add: [\n      P,\n      Q,\n      R\n    ]\n", "QR",
       "services:\n  web:\n    cap_add: [\n      P\n    ]\n"},
      {"services:\n  web:\n    cap_add: [P, Q, # why\n      R]\n", "QR",
       "services:\n  web:\n    cap_add: [P, # why\n      ]\n"},
      {"services:\n  web:\n    a: 1\n    cap_add:\n      - P\n      - Q\n", "PQ",
       "services:\n  web:\n    a: 1\n"},
      {"services:\n  web:\n    a: 1\n    deploy:\n      x: P\n      y: [Q, R]\n", "RPQ",
       "services:\n  web:\n    a: 1\n"},
      {"services:\n  web:\n    cap_add: P\n    cap_drop: [Q]\n", "PQ",
       "nothing would be left in its place"},
  };
  for (const Removal& row : rows) {
    const Source source("compose.yaml", row.before);
    std::vector<Change> changes;
    for (const char one : row.all) {
      const auto begin = static_cast<std::uint32_t>(row.before.find(one));
      changes.push_back(change::remove({&source, {begin, begin + 1}}));
    }
    EXPECT_EQ(changed(source, changes), row.after) << row.before;
  }
}

TEST(ComposeEditor, SetsAKeyOfAnEntry) {
  struct Entry {
    std::string before;
    std::string what;
    std::string key;
    std::string value;
    std::string after;
  };
  const std::vector<Entry> rows{
      {"services:\n  web:\n    ports:\n      - target: 80\n        published: 8080\n      - 1:1\n",
       "target: 80\n        published: 8080", "host_ip", "127.0.0.1",
       "services:\n  web:\n    ports:\n      - target: 80\n        published: 8080\n        "
       "host_ip: "
       "127.0.0.1\n      - 1:1\n"},
      {"services:\n  web:\n    ports:\n      - target: 80\n", "target: 80", "host_ip", "127.0.0.1",
       "services:\n  web:\n    ports:\n      - target: 80\n        host_ip: 127.0.0.1\n"},
      {"services:\n  web:\n    ports: [{target: 80, host_ip: 0.0.0.0}]\n",
       "{target: 80, host_ip: 0.0.0.0}", "host_ip", "127.0.0.1",
       "services:\n  web:\n    ports: [{target: 80, host_ip: 127.0.0.1}]\n"},
      {"services:\n  web:\n    volumes:\n      - {type: tmpfs, target: /t}\n",
       "{type: tmpfs, target: /t}", "tmpfs.size", "64m",
       "services:\n  web:\n    volumes:\n      - {type: tmpfs, target: /t, tmpfs: {size: 64m}}\n"},
      {"volumes:\n  data:\n    driver_opts: {o: bind, device: /d}\nservices:\n  web:\n    image: "
       "a\n",
       "data", "driver_opts.o", "bind,nosuid",
       "volumes:\n  data:\n    driver_opts: {o: \"bind,nosuid\", device: /d}\nservices:\n  web:\n  "
       "  "
       "image: a\n"},
  };
  for (const Entry& row : rows) {
    EXPECT_EQ(changed_at(row.before, change::set_in({}, row.key, row.value), row.what), row.after);
  }
}

// The text after fixes that each take some entries away, one letter each; "|" parts the fixes.
std::string after_removals(const std::string& text, std::string_view letters) {
  const Source source("compose.yaml", text);
  const Documents documents(source);
  ComposeEditor editor(source, documents.nodes, documents.merges);
  std::vector<WantedFix> wanted;
  for (const std::string_view fix : split(letters, '|')) {
    std::vector<Change> changes;
    for (const char letter : fix) {
      const auto begin = static_cast<std::uint32_t>(text.find(letter));
      changes.push_back(change::remove({&source, {begin, begin + 1}}));
    }
    const Result<std::vector<Edit>> edits = editor.edits(changes, {});
    if (!edits) return edits.error().message;
    WantedFix& one = wanted.emplace_back();
    one.order = fix;
    for (const Edit& edit : *edits) {
      for (const SharedEdit& shared : edit.shared) {
        one.shared.push_back({one.splices.size(), shared});
      }
      one.splices.push_back({edit.at.span, edit.text, edit.slot});
    }
  }
  return spliced(text, combine(text, wanted).splices);
}

TEST(ComposeEditor, TakesTheKeyAwayWithWhatSeveralFixesTake) {
  const std::string block =
      "services:\n  web:\n    image: a\n    cap_add:\n      - P\n      # why\n      - Q\n      - "
      "R\n";
  const std::string flow = "services:\n  web: {image: a, cap_add: [P, Q, R]}\n";
  const std::string nested =
      "services:\n  web:\n    image: a\n    logging:\n      options:\n        x: P\n        y: Q\n";
  for (const std::string_view letters : {"PQ|R", "P|QR", "P|Q|R", "PR|Q", "PQ|QR", "PQR|Q"}) {
    EXPECT_EQ(after_removals(block, letters), "services:\n  web:\n    image: a\n") << letters;
    EXPECT_EQ(after_removals(flow, letters), "services:\n  web: {image: a}\n") << letters;
  }
  EXPECT_EQ(after_removals(nested, "P|Q"), "services:\n  web:\n    image: a\n");
  EXPECT_EQ(after_removals("services:\r\n  web:\r\n    cap_add:\r\n      - P\r\n      - Q\r\n    "
                           "image: a",
                           "P|Q"),
            "services:\r\n  web:\r\n    image: a");
  EXPECT_EQ(after_removals("services:\n  web:\n    image: a\n    x:\n      y: P\n      z: [Q, R]\n",
                           "P|Q|R"),
            "services:\n  web:\n    image: a\n    x:\n      z: [R]\n");
}

// What cannot go with its entries keeps one, for the next round to look at.
TEST(ComposeEditor, NeverLeavesAKeyWithoutEntries) {
  EXPECT_EQ(after_removals("services:\n  web:\n    cap_add: P\n    cap_drop: Q\n", "P|Q"),
            "services:\n  web:\n    cap_drop: Q\n");
  EXPECT_EQ(after_removals("services:\n  web:\n    a: 1\n    devices: &d\n      - P\n      - Q\n"
                           "  app:\n    devices: *d\n",
                           "P|Q"),
            "services:\n  web:\n    a: 1\n    devices: &d\n      - Q\n  app:\n    devices: *d\n");
}

TEST(ComposeEditor, KeepsTheQuotesOfAValue) {
  struct Rewriting {
    std::string before;
    std::string what;
    std::string value;
    std::string after;
  };
  const std::vector<Rewriting> rows{
      {"services:\n  web:\n    restart: always\n", "always", "on-failure:5",
       "services:\n  web:\n    restart: on-failure:5\n"},
      {"services:\n  web:\n    restart: 'always'\n", "'always'", "on-failure:5",
       "services:\n  web:\n    restart: 'on-failure:5'\n"},
      {"services:\n  web:\n    ports:\n      - \"80:80\"\n", "80:80", "127.0.0.1:80:80",
       "services:\n  web:\n    ports:\n      - \"127.0.0.1:80:80\"\n"},
      {"services:\n  web:\n    ports:\n      - \"[::]:80:80\"\n", "\"[::]:80:80\"", "[::1]:80:80",
       "services:\n  web:\n    ports:\n      - \"[::1]:80:80\"\n"},
      {"services:\n  web:\n    volumes:\n      - ${D:-.}/a:/b\n", "${D:-.}/a:/b", "${D:-.}/a:/b:ro",
       "services:\n  web:\n    volumes:\n      - ${D:-.}/a:/b:ro\n"},
      {"services:\n  web:\n    ports: [3000]\n", "3000", "127.0.0.1::3000",
       "services:\n  web:\n    ports: [127.0.0.1::3000]\n"},
      {"services:\n  web:\n    user: app\n", "app", "10:10",
       "services:\n  web:\n    user: \"10:10\"\n"},
      {"services:\n  web:\n    restart: ${R:-always}\n", "${R:-always}", "no",
       "the value comes from a variable: change it where it is set"},
  };
  for (const Rewriting& row : rows) {
    EXPECT_EQ(changed_at(row.before, change::rewrite({}, row.value), row.what), row.after);
  }
}

}  // namespace
}  // namespace plimsoll::fix
