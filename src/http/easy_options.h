#pragma once

#include <curl/curl.h>

namespace prow_coverage::http {

// Sets options of an easy handle and remembers the first that failed.
class EasyOptions {
 public:
  explicit EasyOptions(CURL* easy) : easy_(easy) {}

  // `value` must have the type that libcurl documents: long, pointer or curl_off_t.
  template <class T>
  EasyOptions& Set(CURLoption option, T value) {
    if (code_ == CURLE_OK) code_ = curl_easy_setopt(easy_, option, value);
    return *this;
  }

  [[nodiscard]] CURLcode code() const { return code_; }

 private:
  CURL* easy_;
  CURLcode code_ = CURLE_OK;
};

}  // namespace prow_coverage::http
