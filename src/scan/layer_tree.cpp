#include "scan/layer_tree.h"

#include <algorithm>
#include <map>
#include <span>
#include <vector>

#include "base/byte_count.h"
#include "base/text.h"
#include "base/utf8.h"
#include "scan/summary.h"
#include "subjects/history_instruction.h"

namespace plimsoll::scan {
namespace {

constexpr std::size_t max_places = 4;
constexpr std::size_t max_instruction = 70;  // code points: a line fits a terminal
constexpr std::size_t max_depth = 6;

struct Place {
  std::string_view path;
  std::uint64_t bytes = 0;
};

// A text up to this many code points, not cut in the middle of one.
std::string shortened(const std::string& text, std::size_t limit) {
  if (code_points(text) <= limit) return text;
  std::size_t end = 0;
  for (std::size_t seen = 0; seen < limit; ++seen) {
    ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  }
  return text.substr(0, end) + "…";
}

// As the Dockerfile has it, in one line.
std::string line_of(const ImageLayer& layer) {
  const HistoryInstruction instruction = instruction_of(layer.instruction);
  std::string line(trim(concat(instruction.keyword, " ", instruction.rest)));
  if (line.empty()) return "(the image does not say what made it)";
  std::ranges::replace(line, '\n', ' ');
  std::ranges::replace(line, '\t', ' ');
  return shortened(printable(line), max_instruction);
}

std::string_view up_to_slash(std::string_view path, std::size_t from) {
  return path.substr(0, path.find('/', from));
}

// What lies directly below `directory` ("" for the root), with the bytes of all that is in it.
std::vector<Place> places_below(std::span<const Place> files, std::string_view directory) {
  const std::size_t from = directory.empty() ? 0 : directory.size() + 1;
  std::map<std::string_view, std::uint64_t> bytes;
  for (const Place& file : files) {
    const bool is_below = directory.empty() ||
                          (file.path.size() > directory.size() &&
                           file.path[directory.size()] == '/' && file.path.starts_with(directory));
    if (is_below) bytes[up_to_slash(file.path, from)] += file.bytes;
  }
  std::vector<Place> out;
  for (const auto& [path, size] : bytes) out.push_back({path, size});
  return out;
}

// A directory that holds nearly all of what is in a place says more than the place does; one file
// says less.
Place narrowed(std::span<const Place> files, Place place) {
  for (std::size_t depth = 1; depth < max_depth; ++depth) {
    const std::vector<Place> inner = places_below(files, place.path);
    const auto largest = std::ranges::max_element(inner, {}, &Place::bytes);
    constexpr std::uint64_t nearly_all = 90;  // percent
    if (largest == inner.end() || largest->bytes * 100 < place.bytes * nearly_all) break;
    if (std::ranges::find(files, largest->path, &Place::path) != files.end()) break;
    place = *largest;
  }
  return place;
}

// The largest first; of a directory that holds much, such as usr, what is in it.
std::vector<Place> largest_places(std::span<const Place> files) {
  constexpr std::uint64_t much = 10;  // percent
  std::vector<Place> out;
  const std::vector<Place> tops = places_below(files, "");
  std::uint64_t all = 0;
  for (const Place& top : tops) all += top.bytes;
  for (const Place& top : tops) {
    const std::vector<Place> inner = places_below(files, top.path);
    if (inner.size() > 1 && top.bytes * 100 >= all * much) {
      out.insert(out.end(), inner.begin(), inner.end());
    } else {
      out.push_back(top);
    }
  }
  std::erase_if(out, [](const Place& place) { return place.bytes == 0; });
  std::ranges::stable_sort(out, std::ranges::greater(), &Place::bytes);
  return out;
}

class Drawer {
 public:
  explicit Drawer(const image::ImageReading& reading) : reading_(reading), image_(*reading.image) {}

  std::string draw() {
    text_ = concat(heading_of(image_), "\n");
    for (std::size_t i = 0; i < image_.layers.size(); ++i) draw_layer(i);
    const std::uint64_t bytes = file_bytes_of(image_);
    std::uint64_t wasted = 0;
    for (const ImageLayer& layer : image_.layers) wasted += layer.hidden_bytes;
    text_ += concat(counted(image_.layers.size(), "layer", "layers"), ", ", byte_count(bytes));
    if (wasted != 0) {
      text_ += concat("; ", byte_count(wasted), " (", std::to_string(wasted * 100 / bytes),
                      " %) of it no container sees");
    }
    return text_ + "\n";
  }

 private:
  void draw_layer(std::size_t index) {
    const ImageLayer& layer = image_.layers[index];
    const bool is_last = index + 1 == image_.layers.size();
    text_ += concat(is_last ? "└─ " : "├─ ", std::to_string(index + 1), "  ",
                    byte_count(layer.file_bytes), ", ", counted(layer.files, "path", "paths"), "  ",
                    line_of(layer), "\n");
    std::vector<std::string> lines;
    if (layer.hidden_bytes != 0) {
      lines.push_back(
          concat(byte_count(layer.hidden_bytes), " of it are deleted or replaced by later layers"));
    }
    if (const std::size_t deleted = reading_.layers[index].whiteouts.size() +
                                    reading_.layers[index].opaque_directories.size();
        deleted != 0) {
      lines.push_back(
          concat("deletes ", counted(deleted, "path", "paths"), " of the layers below"));
    }
    add_places(index, lines);
    const std::string_view stem = is_last ? "   " : "│  ";
    for (std::size_t i = 0; i < lines.size(); ++i) {
      text_ += concat(stem, i + 1 == lines.size() ? "└─ " : "├─ ", lines[i], "\n");
    }
  }

  void add_places(std::size_t index, std::vector<std::string>& lines) const {
    std::vector<Place> files;
    for (const ImagePath& path : image_.paths) {
      if (path.layer == index && path.kind == FileKind::file) {
        files.push_back({path.path, path.size});
      }
    }
    const std::vector<Place> places = largest_places(files);
    // One place more takes no more room than to say that there is one.
    const std::size_t shown = places.size() <= max_places + 1 ? places.size() : max_places;
    for (const Place& place : std::span(places).first(shown)) {
      const Place narrow = narrowed(files, place);
      lines.push_back(concat("/", printable(narrow.path), "  ", byte_count(narrow.bytes)));
    }
    if (shown == places.size()) return;
    std::uint64_t rest = 0;
    for (const Place& place : std::span(places).subspan(shown)) rest += place.bytes;
    lines.push_back(
        concat("and ", std::to_string(places.size() - shown), " more places  ", byte_count(rest)));
  }

  const image::ImageReading& reading_;
  const Image& image_;
  std::string text_;
};

}  // namespace

std::string layer_tree(const image::ImageReading& reading) {
  return Drawer(reading).draw();
}

}  // namespace plimsoll::scan
