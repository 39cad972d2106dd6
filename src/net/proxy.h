// Which proxy a request goes through, by the variables that curl and Go's programs know.
#pragma once

#include <string>

#include "base/environment.h"
#include "net/url.h"

namespace plimsoll::net {

// The variables that choose_proxy() looks at.
Environment proxy_environment();

// The proxy's URL, which can hold a password; "" for none. HTTPS_PROXY or http_proxy by the
// scheme, then ALL_PROXY, each also in lower case (HTTP_PROXY only so: a CGI program's caller sets
// it by a header). Nothing of this machine is asked through a proxy, nor what NO_PROXY lists:
// hosts with all below them, addresses, networks such as 10.0.0.0/8, each perhaps with a port, or
// `*`.
std::string choose_proxy(const Url& url, const Environment& environment);

}  // namespace plimsoll::net
