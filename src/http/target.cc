#include "target.h"

#include <new>
#include <string_view>

namespace prow_coverage::http {
namespace {

using UrlText = std::unique_ptr<char, Releases<curl_free>>;

std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  return UrlText(text).get();
}

Error BadUrl(std::string_view reason) {
  // The URL itself is not told: it may carry a credential.
  return Error{ErrorCode::kInvalidArgument, "bad URL: " + std::string(reason), {}};
}

void TalkTlsTo(const std::string& server_name, Target& target) {
  const std::string host = Part(target.url.get(), CURLUPART_HOST);
  const std::string port = Part(target.url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  Append(target.connect_to, ("::" + host + ":" + port).c_str());
  target.host_header = target.host;
  if (curl_url_set(target.url.get(), CURLUPART_HOST, server_name.c_str(), 0) != CURLUE_OK) {
    target.url.reset();
  }
}

}  // namespace

Result<Target> ParseTarget(const Request& request) {
  Target target;
  target.url.reset(curl_url());
  if (!target.url) throw std::bad_alloc();
  CURLU* url = target.url.get();
  if (const auto code = curl_url_set(url, CURLUPART_URL, request.url.c_str(), 0);
      code != CURLUE_OK) {
    return BadUrl(curl_url_strerror(code));
  }
  const std::string scheme = Part(url, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return BadUrl("scheme is neither http nor https");
  target.host = Part(url, CURLUPART_HOST);
  if (const std::string port = Part(url, CURLUPART_PORT); !port.empty()) target.host += ":" + port;
  if (scheme == "https" && request.tls && !request.tls->server_name.empty()) {
    TalkTlsTo(request.tls->server_name, target);
    if (!target.url) return BadUrl("\"" + request.tls->server_name + "\" is no server name");
  }
  return target;
}

}  // namespace prow_coverage::http
