#pragma once

#include <string_view>

#include <curl/curl.h>

#include "prow_coverage/base/error.h"

namespace prow_coverage::http {

// What a failed exchange means for its caller. `detail` is libcurl's own text, "" for none.
[[nodiscard]] Error ToError(CURLcode code, std::string_view host, std::string_view detail);

}  // namespace prow_coverage::http
