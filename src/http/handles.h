#pragma once

#include <memory>

#include <curl/curl.h>

namespace prow_coverage::http {

// libcurl's objects with their owners.
template <auto kRelease>
struct Releases {
  template <class T>
  void operator()(T* object) const {
    kRelease(object);
  }
};

using EasyHandle = std::unique_ptr<CURL, Releases<curl_easy_cleanup>>;
using MultiHandle = std::unique_ptr<CURLM, Releases<curl_multi_cleanup>>;
using UrlHandle = std::unique_ptr<CURLU, Releases<curl_url_cleanup>>;
using StringList = std::unique_ptr<curl_slist, Releases<curl_slist_free_all>>;

// Puts `text` at the end of `list`.
inline void Append(StringList& list, const char* text) {
  if (curl_slist* longer = curl_slist_append(list.get(), text)) {
    static_cast<void>(list.release());
    list.reset(longer);
  } else {
    throw std::bad_alloc();
  }
}

}  // namespace prow_coverage::http
