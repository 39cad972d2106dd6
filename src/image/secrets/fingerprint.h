// What stands for a secret in a report. Two readers are to be served: whoever mends the image wants
// to see that two findings are one secret, in this report and the next; whoever only sees the
// report must not find the value by trying.
//
// Values that a machine drew cannot be tried out: of them the fingerprint is the SHA-256 of the
// value, with the kind as its salt, cut to 64 bits. It is the same on every machine, in every image
// and next year.
//
// A password that a person chose could be found with a list of a million words in a second, with a
// salt that is known as well, and with a slow hash within a day; a secret salt would have to be
// kept somewhere, and a CI's machine that lives for one job keeps nothing. So nothing of such a
// value is in its fingerprint: that is made of where it stands, the kind, the path and the name of
// the variable, counted where a file has several of one name. It is the same next year, too, and
// says nothing else.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll::image {

// 16 hexadecimal digits.
std::string fingerprint_of_value(std::string_view kind, std::string_view value);
std::string fingerprint_of_place(std::string_view kind, std::string_view path,
                                 std::string_view name);

}  // namespace plimsoll::image
