// Anything as the documents of an archive: the first line is manifest.json or, where it begins with
// a blank, index.json; the rest is what every other name leads to.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "image/config.h"
#include "image/manifest.h"

namespace {

using namespace plimsoll;

class Documents final : public image::BlobStore {
 public:
  explicit Documents(std::string_view text) {
    const std::size_t line = std::min(text.find('\n'), text.size());
    first_ = text.substr(0, line);
    rest_ = text.substr(std::min(line + 1, text.size()));
  }
  std::string version(const std::string&) const override { return {}; }
  std::optional<std::uint64_t> size(const std::string& name) const override {
    const bool is_archive = !first_.starts_with(' ');
    if (name == "manifest.json" && !is_archive) return std::nullopt;
    if (name == "index.json" && is_archive) return std::nullopt;
    return text_of(name).size();
  }
  Result<void> read(const std::string& name,
                    const std::function<void(std::string_view)>& sink) const override {
    sink(text_of(name));
    return {};
  }

 private:
  std::string_view text_of(const std::string& name) const {
    return name == "manifest.json" || name == "index.json" ? first_ : rest_;
  }

  std::string_view first_;
  std::string_view rest_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Documents documents({reinterpret_cast<const char*>(data), size});
  Sources sources;
  const image::Choice choice{.platform = image::parse_platform("amd64")};
  const Result<image::StoredImage> found = image::find_image(documents, "x", choice, sources);
  if (found) std::ignore = image::read_config(*found->config);
  return 0;
}
