#include "tls_options.h"

#include <string>

namespace prow_coverage::http {
namespace {

void SetBlob(EasyOptions& options, CURLoption option, const std::string& pem) {
  // libcurl does not write through the pointer.
  curl_blob blob{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_NOCOPY};
  options.Set(option, &blob);
}

}  // namespace

void SetTls(EasyOptions& options, const Tls& tls) {
  if (!tls.ca_pem.empty()) {
    SetBlob(options, CURLOPT_CAINFO_BLOB, tls.ca_pem);
    // The blob takes the place of the system's bundle but not of its directory of CAs.
    options.Set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (!tls.certificate_pem.empty()) {
    SetBlob(options, CURLOPT_SSLCERT_BLOB, tls.certificate_pem);
    SetBlob(options, CURLOPT_SSLKEY_BLOB, tls.key_pem);
  }
  if (tls.insecure_skip_verify) {
    options.Set(CURLOPT_SSL_VERIFYPEER, 0L).Set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

}  // namespace prow_coverage::http
