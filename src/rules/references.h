// Where a rule's demand comes from. A reference to another tool's or benchmark's check is also an
// alias: `explain DL3006` and `--select cis-5.5` find the rule through it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll {

struct Reference {
  enum class Kind : std::uint8_t {
    guideline,  // one of the five guideline documents; id "S0" to "S4"
    cis,        // CIS Docker Benchmark 1.6, a recommendation's number
    owasp,      // OWASP Docker Security Cheat Sheet, a rule's number
    hadolint,   // "DL3006"
    trivy,      // "DS-0002"
    checkov,    // "CKV_DOCKER_3"
    dockle,     // "CIS-DI-0001", "DKL-DI-0005"
    buildkit,   // a build check's name: "StageNameCasing"
    shellcheck,
    document,  // a page; id is its title, url its address
  };
  Kind kind = Kind::document;
  std::string_view id;
  std::string_view note = {};  // the guideline's section, or the page's address
};

consteval Reference guideline(std::string_view id, std::string_view section) {
  return {Reference::Kind::guideline, id, section};
}
consteval Reference cis(std::string_view number) {
  return {Reference::Kind::cis, number};
}
consteval Reference owasp(std::string_view number) {
  return {Reference::Kind::owasp, number};
}
consteval Reference hadolint(std::string_view id) {
  return {Reference::Kind::hadolint, id};
}
consteval Reference trivy(std::string_view id) {
  return {Reference::Kind::trivy, id};
}
consteval Reference checkov(std::string_view id) {
  return {Reference::Kind::checkov, id};
}
consteval Reference dockle(std::string_view id) {
  return {Reference::Kind::dockle, id};
}
consteval Reference buildkit(std::string_view id) {
  return {Reference::Kind::buildkit, id};
}
consteval Reference document(std::string_view title, std::string_view url) {
  return {Reference::Kind::document, title, url};
}

// The alias that a reference gives its rule ("cis-5.5", "owasp-3", "DL3006"), or "" for none.
std::string alias_of(const Reference& reference);
// "CIS Docker Benchmark 1.6, 5.5", with the address for a document.
std::string describe(const Reference& reference);

// A short list that is a constant: std::initializer_list members are refused in constinit objects.
template <class T, std::size_t Capacity>
class ShortList {
 public:
  consteval ShortList() = default;
  template <class... Items>
    requires(sizeof...(Items) >= 1 && sizeof...(Items) <= Capacity)
  consteval ShortList(Items... items) : items_{items...}, size_(sizeof...(Items)) {}

  constexpr const T* begin() const { return items_.data(); }
  constexpr const T* end() const { return items_.data() + size_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }

 private:
  std::array<T, Capacity> items_{};
  std::size_t size_ = 0;
};

}  // namespace plimsoll
