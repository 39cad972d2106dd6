// Structs as bytes, for files that the same program writes and reads.
//
// Numbers are in LEB128, the lower seven bits first; texts and lists have their length in front.
// Nothing is named and nothing can be skipped, so whoever keeps such bytes sees to it that another
// version of the program does not read them.
//
// Each struct names its members once, for writing and for reading, so that the two cannot disagree:
//   template <class Archive>
//   void members(Archive& archive, Is<Point> auto& point) { archive(point.x, point.y); }
// They stand in the namespace of the two classes that are derived from these:
//   struct Writer : BinaryWriter<Writer> {};
//   struct Reader : BinaryReader<Reader> { using BinaryReader::BinaryReader; };
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace plimsoll {

template <class T, class U>
concept Is = std::same_as<std::remove_const_t<T>, U>;

// A number in LEB128.
inline void append_number(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

// Takes one off the front; false when there is none that fits. One number has one form.
inline bool take_number(std::string_view& bytes, std::uint64_t& number) {
  number = 0;
  for (unsigned shift = 0; !bytes.empty() && shift <= 63; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (shift == 63 && byte > 1) return false;
    number |= std::uint64_t{byte & 0x7fu} << shift;
    if ((byte & 0x80) == 0) return byte != 0 || shift == 0;
  }
  return false;
}

template <class Derived>
class BinaryWriter {
 public:
  template <class... Values>
  void operator()(const Values&... values) {
    (put(values), ...);
  }

  // One of `count` values of an enumeration.
  template <class Enum>
  void choice(Enum value, std::size_t /*count*/) {
    put(static_cast<std::uint64_t>(value));
  }

  std::string take() { return std::move(bytes_); }

 private:
  void put(bool value) { bytes_ += value ? '\1' : '\0'; }
  template <std::unsigned_integral Number>
    requires(!std::same_as<Number, bool>)
  void put(Number value) {
    append_number(bytes_, value);
  }
  void put(std::string_view text) {
    put(text.size());
    bytes_ += text;
  }
  void put(const std::string& text) { put(std::string_view(text)); }
  template <class T>
  void put(const std::vector<T>& list) {
    put(list.size());
    for (const T& item : list) put(item);
  }
  template <class T>
    requires std::is_class_v<T>
  void put(const T& value) {
    members(static_cast<Derived&>(*this), value);
  }

  std::string bytes_;
};

// The bytes may be anybody's: no length is believed before that many bytes are there. They outlive
// the views that are read from them. What is read into may hold something else already: its lists
// keep their memory.
template <class Derived>
class BinaryReader {
 public:
  // `max_items` bounds what a few bytes can ask for: of all lists together.
  BinaryReader(std::string_view bytes, std::uint64_t max_items)
      : left_(bytes), items_left_(max_items) {}

  template <class... Values>
  void operator()(Values&... values) {
    (get(values), ...);
  }

  template <class Enum>
  void choice(Enum& value, std::size_t count) {
    std::uint64_t number = 0;
    get(number);
    if (number >= count) return fail();
    value = static_cast<Enum>(number);
  }

  // What is read after a failure is empty.
  void fail() {
    failed_ = true;
    left_ = {};
  }
  bool has_failed() const { return failed_; }
  bool at_end() const { return left_.empty(); }
  // Whether these were the bytes of what was read, whole and with nothing behind them.
  bool is_whole() const { return !failed_ && left_.empty(); }

 private:
  void get(bool& value) {
    if (left_.empty() || static_cast<unsigned char>(left_.front()) > 1) return fail();
    value = left_.front() == 1;
    left_.remove_prefix(1);
  }
  template <std::unsigned_integral Number>
    requires(!std::same_as<Number, bool>)
  void get(Number& value) {
    std::uint64_t number = 0;
    if (!take_number(left_, number)) return fail();
    value = static_cast<Number>(number);
    if (value != number) fail();
  }
  void get(std::string_view& text) {
    std::uint64_t size = 0;
    get(size);
    if (size > left_.size()) return fail();
    text = left_.substr(0, size);
    left_.remove_prefix(size);
  }
  void get(std::string& text) {
    std::string_view view;
    get(view);
    text = view;
  }
  template <class T>
  void get(std::vector<T>& list) {
    std::uint64_t size = 0;
    get(size);
    // Memory grows with the items that are there, whatever their number is said to be.
    constexpr std::uint64_t usual_items = 16;
    list.reserve(std::min(size, usual_items));
    std::size_t read = 0;
    for (; read < size && !failed_; ++read) {
      if (items_left_ == 0) return fail();
      --items_left_;
      if (read == list.size()) list.emplace_back();
      get(list[read]);
    }
    list.resize(read);
  }
  template <class T>
    requires std::is_class_v<T>
  void get(T& value) {
    members(static_cast<Derived&>(*this), value);
  }

  std::string_view left_;
  std::uint64_t items_left_;
  bool failed_ = false;
};

}  // namespace plimsoll
