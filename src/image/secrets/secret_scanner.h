// Looks for secrets in the files of a layer, in one pass over the bytes as they come.
//
// A file is looked at in blocks that overlap, so that what is found depends on its bytes alone and
// not on the pieces that they came in. vectorscan finds the places worth a look (triggers.h); there
// the form, the issuer's checksum, the entropy of the value and what stands around it decide. A key
// is decoded.
//
// Text is searched for everything. Of other files only those that no package brought are, and only
// for tokens that speak for themselves: a program of one's own holds what its sources did.
//
// A value is kept in the block that is being read and nowhere else: what is found is its kind, its
// place and its fingerprint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "image/layer.h"
#include "image/secrets/secret_kind.h"
#include "image/secrets/secret_place.h"

namespace plimsoll::image {

// Bounds on one file; what passes them is an error in the layer.
inline constexpr std::size_t max_secrets_of_file = 100;
inline constexpr std::size_t max_places_of_block = 8192;  // that are worth a look

inline constexpr std::size_t secret_block_bytes = 128u << 10;

struct FoundSecret {
  const SecretKind* kind = nullptr;
  SecretCertainty certainty = SecretCertainty::certain;
  std::uint64_t begin = 0;  // of the value, in the file
  std::uint64_t end = 0;
  std::uint32_t line = 0;  // from 1; 0 for the file as a whole
  std::string name;        // of the variable that it is the value of, or ""
  std::string fingerprint;
};

class SecretScanner {
 public:
  SecretScanner();
  ~SecretScanner();
  SecretScanner(SecretScanner&&) noexcept;

  // One file after the other: begin, its bytes, end.
  void begin(std::string_view path);
  void begin(std::string_view path, const SecretPlace& place);
  void push(std::string_view piece);
  // Whether more of the file's bytes would tell more.
  bool wants_more() const;
  // What was found, in order; the same value once.
  std::vector<FoundSecret> end();
  // Of the file that has just ended, or of the whole search: nothing is left out without a word.
  std::vector<Error> take_errors();

 private:
  class Search;
  std::unique_ptr<Search> search_;
};

// The secrets of a file for the layer.
void add_secrets(std::vector<FoundSecret> found, std::string_view path, Layer& layer);

}  // namespace plimsoll::image
