#pragma once

#include <string>

#include "prow_coverage/http/client.h"

#include "handles.h"

namespace prow_coverage::http {

// Where a request goes.
struct Target {
  UrlHandle url;
  std::string host;  // for error messages: host, or host:port; never user, path or query
  // Set when TLS has to be spoken to another name than the URL's host: the URL then names
  // that one, `connect_to` leads libcurl to the real host, and `host_header` keeps it.
  StringList connect_to;
  std::string host_header;
};

// Errors: kInvalidArgument for what is no complete http or https URL.
[[nodiscard]] Result<Target> ParseTarget(const Request& request);

}  // namespace prow_coverage::http
