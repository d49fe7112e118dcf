#pragma once

#include <string>

#include "prow_coverage/http/client.h"

#include "handles.h"

namespace prow_coverage::http {

// True for an RFC 9110 token: a method or a header's name.
[[nodiscard]] bool IsToken(std::string_view text);

// True when requests of this method carry a body, be it an empty one.
[[nodiscard]] bool HasBody(const Request& request);

// The request's header fields as libcurl takes them; `host` "" for the URL's.
// Errors: kInvalidArgument for a name that is no token or a value with a control character (a line
// end would smuggle in another header); values are never told.
[[nodiscard]] Result<StringList> MakeHeaderList(const Request& request, const std::string& host);

}  // namespace prow_coverage::http
