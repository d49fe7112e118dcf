#include "header_list.h"

#include <algorithm>

#include <strings.h>

namespace prow_coverage::http {
namespace {

bool IsTokenChar(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kOthers.find(c) != std::string_view::npos;
}

bool IsControl(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

bool Names(const Headers& headers, const char* name) {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& header) {
    return strcasecmp(header.first.c_str(), name) == 0;
  });
}

// libcurl drops "Name:" and sends "Name;" as a field without a value.
std::string Line(const std::string& name, const std::string& value) {
  return value.empty() ? name + ";" : name + ": " + value;
}

}  // namespace

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar);
}

bool HasBody(const Request& request) {
  return !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
         request.method == "PATCH";
}

Result<StringList> MakeHeaderList(const Request& request, const std::string& host) {
  StringList list;
  if (!host.empty()) Append(list, ("Host: " + host).c_str());
  for (const auto& [name, value] : request.headers) {
    if (!IsToken(name)) return Error{ErrorCode::kInvalidArgument, "bad header name", {}};
    if (std::any_of(value.begin(), value.end(), IsControl)) {
      return Error{ErrorCode::kInvalidArgument,
                   "the value of header " + name + " holds a control character",
                   {}};
    }
    Append(list, Line(name, value).c_str());
  }
  if (HasBody(request)) {
    // Waiting for "100 Continue" costs a round trip, or a second with servers that never send it.
    Append(list, "Expect:");
    if (!Names(request.headers, "content-type")) Append(list, "Content-Type:");
  }
  return list;
}

}  // namespace prow_coverage::http
