#include "image/secrets/private_key.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "image/bytes.h"
#include "image/secrets/value_checks.h"

namespace plimsoll::image {
namespace {

constexpr std::string_view encrypted_kind = "encrypted-private-key";

struct Armour {
  std::string_view label;  // "RSA PRIVATE KEY"
  std::string body;        // base64, put together
  std::size_t size = 0;
  bool is_encrypted = false;  // a header says so
  bool is_whole = false;      // the END was there
};

// The next line, at a line ending or at the two characters that stand for one in JSON and source.
std::string_view next_line(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] != '\n' && text.substr(end, 2) != "\\n" &&
         text.substr(end, 2) != "\\r") {
    ++end;
  }
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), end + (text.substr(end).starts_with('\\') ? 2 : 1)));
  return line;
}

// What source puts around a line: quotes, commas, plus signs at the ends.
std::string_view bare(std::string_view line) {
  constexpr std::string_view around = " \t\r\"'`,;";
  const std::size_t first = line.find_first_not_of(around);
  if (first == std::string_view::npos) return {};
  line = line.substr(first, line.find_last_not_of(around) - first + 1);
  if (line.ends_with("\" +") || line.ends_with("' +")) line = trim(line.substr(0, line.size() - 3));
  if (line.ends_with("\"\\") || line.ends_with("'\\")) line.remove_suffix(2);
  return line.ends_with('\\') ? line.substr(0, line.size() - 1) : line;
}

std::optional<Armour> read_armour(std::string_view text) {
  constexpr std::string_view begin = "-----BEGIN ";
  constexpr std::string_view dashes = "-----";
  constexpr std::size_t longest_label = 48;
  if (!text.starts_with(begin)) return std::nullopt;
  const std::string_view whole = text.substr(0, max_armoured_bytes);
  const std::size_t label_end =
      whole.substr(0, begin.size() + longest_label).find(dashes, begin.size());
  if (label_end == std::string_view::npos) return std::nullopt;
  Armour armour;
  armour.label = whole.substr(begin.size(), label_end - begin.size());
  std::string_view rest = whole.substr(label_end + dashes.size());
  while (!rest.empty()) {
    const std::string_view line = bare(next_line(rest));
    if (line.starts_with("-----END")) {
      armour.is_whole = true;
      break;
    }
    if (line.empty() || (line.starts_with('=') && line.size() == 5)) continue;  // PGP's checksum
    if (line.contains(": ") || line.contains("DEK-Info")) {
      armour.is_encrypted = armour.is_encrypted || line.contains("ENCRYPTED");
      continue;
    }
    if (line.starts_with('#')) continue;  // of OpenVPN's
    const bool is_base64 = std::ranges::all_of(line, [](char c) {
      return is_alpha(c) || is_digit(c) || c == '+' || c == '/' || c == '=';
    });
    if (!is_base64) return std::nullopt;
    armour.body += line;
  }
  armour.size = whole.size() - rest.size();
  return armour;
}

// One value of DER after the other: tag, length, content (X.690, 8.1). What is no DER ends it.
class Der {
 public:
  static constexpr unsigned integer = 0x02;
  static constexpr unsigned octets = 0x04;
  static constexpr unsigned sequence = 0x30;

  explicit Der(std::string_view bytes) : rest_(bytes) {}

  // The content of the next value when it has this tag, or nothing.
  std::optional<std::string_view> next(unsigned tag) {
    const Bytes bytes(rest_, std::endian::big);
    std::uint64_t size = bytes.u8(1);
    std::uint64_t head = 2;
    if (size > 0x80 && size <= 0x84) {
      const std::uint64_t digits = size - 0x80;
      size = 0;
      for (std::uint64_t i = 0; i < digits; ++i) size = size << 8 | bytes.u8(head + i);
      head += digits;
    } else if (size >= 0x80) {
      return std::nullopt;
    }
    if (bytes.u8(0) != tag || !bytes.has(head, size)) return std::nullopt;
    const std::string_view content = bytes.part(head, size);
    rest_ = bytes.from(head + size);
    return content;
  }

 private:
  std::string_view rest_;
};

// Whether these are the numbers of PKCS #1 (RFC 8017, A.1.2: a version and eight) or of OpenSSL's
// DSA (a version and five), a key's size each.
bool is_list_of_numbers(Der fields) {
  constexpr std::size_t least_bytes = 60;  // of the modulus or the prime, for 512 bits
  std::size_t numbers = 0;
  std::size_t first_size = 0;
  while (const std::optional<std::string_view> number = fields.next(Der::integer)) {
    if (++numbers == 2) first_size = number->size();
  }
  return (numbers == 6 || numbers == 9) && first_size >= least_bytes;
}

// A key in the clear: PKCS #8 (RFC 5208: version, algorithm, octets), SEC 1 (RFC 5915: version 1,
// octets), PKCS #1 or DSA. Its numbers are not looked at: OpenSSL takes some milliseconds to load
// what it takes for that, and whoever writes a key with its numbers wrong has written no test.
bool is_plain_key(std::string_view bytes) {
  const std::optional<std::string_view> outer = Der(bytes).next(Der::sequence);
  if (!outer) return false;
  Der fields(*outer);
  const std::optional<std::string_view> version = fields.next(Der::integer);
  if (!version || version->size() != 1 || version->front() < 0 || version->front() > 1) {
    return false;
  }
  constexpr std::size_t least_octets = 16;
  Der after = fields;
  if (const auto algorithm = after.next(Der::sequence)) {
    constexpr unsigned object_identifier = 0x06;
    const auto key = after.next(Der::octets);
    return Der(*algorithm).next(object_identifier) && key && key->size() >= least_octets;
  }
  if (const auto key = fields.next(Der::octets)) return key->size() >= least_octets;
  return is_list_of_numbers(Der(*outer));
}

// EncryptedPrivateKeyInfo of PKCS #8: how, and what.
bool is_encrypted_key(std::string_view bytes) {
  const std::optional<std::string_view> outer = Der(bytes).next(Der::sequence);
  if (!outer) return false;
  Der fields(*outer);
  return fields.next(Der::sequence) && fields.next(Der::octets);
}

// PROTOCOL.key of OpenSSH: a magic, then the name of the cipher behind its length.
std::string_view openssh_kind(std::string_view key) {
  constexpr std::string_view magic("openssh-key-v1\0", 15);
  constexpr std::size_t cipher_at = magic.size() + 4;
  if (!key.starts_with(magic) || key.size() < 64) return {};
  const std::uint32_t size = Bytes(key, std::endian::big).u32(magic.size());
  return key.substr(cipher_at, size) == "none" ? "openssh-private-key" : encrypted_kind;
}

// RFC 4880, 4.2 and 5.5.3: a secret-key packet; of what kind its protection is stands behind the
// public part, whose numbers are as many as the algorithm has.
std::string_view pgp_kind(std::string_view packet) {
  constexpr unsigned secret_key = 5;
  if (packet.size() < 64) return {};
  const auto byte = [&](std::size_t at) {
    return at < packet.size() ? static_cast<unsigned char>(packet[at]) : 0u;
  };
  std::size_t at = 1;
  if ((byte(0) & 0x80) == 0) return {};
  if ((byte(0) & 0x40) != 0) {
    if ((byte(0) & 0x3F) != secret_key) return {};
    at += byte(1) < 192 ? 1 : byte(1) < 255 ? 2 : 5;
  } else {
    if ((byte(0) >> 2 & 0x0F) != secret_key) return {};
    at += std::size_t{1} << (byte(0) & 3);
  }
  constexpr std::string_view plain = "pgp-private-key";
  if (byte(at) != 4) return plain;
  const unsigned algorithm = byte(at + 5);
  at += 6;
  const bool has_curve = algorithm == 18 || algorithm == 19 || algorithm == 22;
  if (has_curve) at += 1 + byte(at);
  const std::size_t numbers = has_curve ? 1 : algorithm <= 3 ? 2 : algorithm == 17 ? 4 : 3;
  for (std::size_t i = 0; i < numbers; ++i) at += 2 + ((byte(at) << 8 | byte(at + 1)) + 7) / 8;
  if (algorithm == 18) at += 1 + byte(at);
  return byte(at) == 0 ? plain : encrypted_kind;
}

std::string_view kind_of_armour(const Armour& armour) {
  if (armour.label == "OpenVPN Static key V1") {
    const bool is_hex = std::ranges::all_of(armour.body, [](char c) {
      return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
    });
    return is_hex && armour.body.size() == 512 ? "openvpn-static-key" : std::string_view();
  }
  const bool is_pgp = armour.label == "PGP PRIVATE KEY BLOCK";
  if (!is_pgp && (!armour.label.ends_with("PRIVATE KEY") || !armour.is_whole)) return {};
  // The ends of what is cut off are no whole groups.
  const std::optional<std::string> key = decode_base64(armour.body);
  if (!key) return {};
  if (is_pgp) return pgp_kind(*key);
  if (armour.label == "OPENSSH PRIVATE KEY") return openssh_kind(*key);
  if (armour.label == "ENCRYPTED PRIVATE KEY") {
    return is_encrypted_key(*key) ? encrypted_kind : std::string_view();
  }
  if (armour.is_encrypted) return key->size() >= 64 ? encrypted_kind : std::string_view();
  if (!is_plain_key(*key)) return {};
  if (armour.label == "RSA PRIVATE KEY") return "rsa-private-key";
  if (armour.label == "EC PRIVATE KEY") return "ec-private-key";
  if (armour.label == "DSA PRIVATE KEY") return "dsa-private-key";
  return "private-key";
}

// PKCS #12: a sequence with version 3 and the content type data (1.2.840.113549.1.7.1).
bool is_pkcs12(std::string_view content) {
  constexpr std::string_view version("\x02\x01\x03\x30", 4);
  constexpr std::string_view data("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 11);
  const std::string_view head = content.substr(0, 64);
  return head.starts_with('\x30') && head.substr(0, 8).contains(version) && head.contains(data);
}

// sun.security.provider.JavaKeyStore: magic, version, number of entries, then each with its tag: 1
// for a key, 2 for a certificate. A store of certificates alone is no secret.
bool is_java_store_with_key(std::string_view content) {
  constexpr std::size_t tag_at = 12;
  const Bytes bytes(content, std::endian::big);
  const std::uint32_t magic = bytes.u32(0);
  return (magic == 0xFEEDFEED || magic == 0xCECECECE) && bytes.u32(tag_at) == 1;
}

}  // namespace

std::optional<PrivateKey> armoured_key(std::string_view text) {
  const std::optional<Armour> armour = read_armour(text);
  if (!armour) return std::nullopt;
  const std::string_view kind = kind_of_armour(*armour);
  if (kind.empty()) return std::nullopt;
  return PrivateKey{kind, armour->size};
}

std::optional<PrivateKey> putty_key(std::string_view text) {
  const std::string_view head = text.substr(0, max_armoured_bytes);
  const std::size_t encryption = head.substr(0, 256).find("\nEncryption: ");
  if (encryption == std::string_view::npos || !head.contains("\nPrivate-Lines: ")) {
    return std::nullopt;
  }
  const bool is_plain = head.substr(encryption + 13).starts_with("none");
  const std::size_t end = head.find("\nPrivate-MAC: ");
  return PrivateKey{is_plain ? "putty-private-key" : encrypted_kind,
                    std::min(head.size(), end == std::string_view::npos ? end : end + 78)};
}

std::optional<PrivateKey> binary_key(std::string_view content) {
  constexpr std::string_view keepass("\x03\xd9\xa2\x9a", 4);
  if (content.starts_with(keepass)) return PrivateKey{"keepass-database", content.size()};
  if (is_java_store_with_key(content)) return PrivateKey{"java-key-store", content.size()};
  if (is_pkcs12(content)) return PrivateKey{"pkcs12-key-store", content.size()};
  if (content.starts_with('\x30') && content.size() <= max_armoured_bytes && content.size() > 40 &&
      is_plain_key(content)) {
    return PrivateKey{"private-key", content.size()};
  }
  return std::nullopt;
}

}  // namespace plimsoll::image
