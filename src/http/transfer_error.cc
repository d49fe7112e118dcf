#include "transfer_error.h"

#include <string>

namespace prow_coverage::http {
namespace {

// The server's TLS alert about our client certificate. OpenSSL reports it, with TLS 1.3, from the
// first read instead of the handshake, so libcurl's code does not tell it from a cut connection.
bool CertificateRefused(std::string_view detail) {
  return detail.find("alert") != std::string_view::npos &&
         (detail.find("certificate") != std::string_view::npos ||
          detail.find("unknown ca") != std::string_view::npos);
}

// The server's certificate names our CA as its issuer, but that CA's key has not signed it: two
// clusters of kind, say, whose CAs all bear one name. libcurl calls it a failed handshake and tells
// OpenSSL's oldest complaint, which is then not one of its TLS code.
bool ForgedIssuer(CURLcode code, std::string_view detail) {
  return code == CURLE_SSL_CONNECT_ERROR && detail.find("routines:") != std::string_view::npos &&
         detail.find("SSL routines:") == std::string_view::npos;
}

ErrorCode Kind(CURLcode code, std::string_view detail) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
      return ErrorCode::kInvalidArgument;
    case CURLE_ABORTED_BY_CALLBACK:
      return ErrorCode::kCancelled;
    default:
      return CertificateRefused(detail) ? ErrorCode::kInvalidArgument : ErrorCode::kUnavailable;
  }
}

}  // namespace

Error ToError(CURLcode code, std::string_view host, std::string_view detail) {
  if (detail.starts_with("Unsupported proxy")) {
    // libcurl goes on with the whole URL, the proxy's password included.
    return ToError(CURLE_URL_MALFORMAT, host, "the proxy's URL is not one that can be used");
  }
  if (ForgedIssuer(code, detail)) {
    return ToError(CURLE_PEER_FAILED_VERIFICATION, host,
                   "the server's certificate was signed by another CA of the same name");
  }
  const std::string_view reason = detail.empty() ? curl_easy_strerror(code) : detail;
  return Error{Kind(code, detail), std::string(host) + ": " + std::string(reason), {}};
}

}  // namespace prow_coverage::http
