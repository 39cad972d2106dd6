// The packet filter's rules that are in force here, asked of the kernel. Nothing is started and
// nothing is changed.
#pragma once

#include <string>

#include "base/result.h"

namespace plimsoll::audit {

// As packet_filter_reader.h describes it, in the network namespace of the calling thread; of
// nf_tables and of x_tables. An error where any of it cannot be read: what is missing could be the
// rule that decides. The kernel gets five seconds for each question.
Result<std::string> packet_filter_text();

}  // namespace plimsoll::audit
