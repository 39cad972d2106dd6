// Memory for what is made once, read often and dropped all at once: the texts and lists that a
// reader makes of a file. What it gives stays where it is until the arena goes, so views and spans
// into it may be kept; nothing in it is ever destroyed one by one, so only plain data goes in.
//
// An arena is filled by one thread. Moving it leaves everything where it is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace plimsoll {

class Arena {
 public:
  Arena() = default;
  Arena(Arena&& other) noexcept { swap(other); }
  Arena& operator=(Arena&& other) noexcept {
    swap(other);
    return *this;
  }

  // Copies that stay.
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* const place = reinterpret_cast<char*>(allocate(text.size(), 1));
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }
  template <class T>
  std::span<T> copy(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    if (items.empty()) return {};
    T* const place = reinterpret_cast<T*>(allocate(items.size_bytes(), alignof(T)));
    std::uninitialized_copy(items.begin(), items.end(), place);
    return {place, items.size()};
  }
  template <class T>
  std::span<T> copy(const std::vector<T>& items) {
    return copy(std::span<const T>(items));
  }
  template <class T, class... Arguments>
  T* make(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T(std::forward<Arguments>(arguments)...);
  }

 private:
  // The first block serves an ordinary file; a large one soon has few blocks.
  static constexpr std::size_t first_block = 8 * 1024;
  static constexpr std::size_t largest_block = 256 * 1024;

  std::byte* allocate(std::size_t size, std::size_t alignment) {
    const std::size_t padding = (alignment - used_ % alignment) % alignment;
    if (capacity_ - used_ < size + padding) {
      grow(size);
      used_ = size;
      return block_;
    }
    std::byte* const place = block_ + used_ + padding;
    used_ += padding + size;
    return place;
  }

  void grow(std::size_t size) {
    const std::size_t usual =
        std::min(first_block << std::min<std::size_t>(blocks_.size(), 8), largest_block);
    capacity_ = std::max(size, usual);
    // Not zeroed: each byte is written before it is handed out.
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(capacity_));
    block_ = blocks_.back().get();
    used_ = 0;
  }

  void swap(Arena& other) noexcept {
    std::swap(blocks_, other.blocks_);
    std::swap(block_, other.block_);
    std::swap(used_, other.used_);
    std::swap(capacity_, other.capacity_);
  }

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* block_ = nullptr;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace plimsoll
