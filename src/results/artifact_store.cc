#include "prow_coverage/results/artifact_store.h"

#include <algorithm>
#include <utility>

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>

#include "prow_coverage/base/file.h"
#include "prow_coverage/base/percent_encode.h"

namespace prow_coverage::results {
namespace {

namespace urls = boost::urls;

constexpr int kMaxRedirects = 3;
constexpr std::size_t kMaxElement = 1024;

Error Refused(std::string message) { return {ErrorCode::kRejected, std::move(message), {}}; }

bool StaysInPlace(const std::string& element) {
  return !element.empty() && element != "." && element != ".." && element.size() <= kMaxElement &&
         element.find('/') == std::string::npos && element.find('\0') == std::string::npos;
}

Result<void> CheckElements(const std::vector<std::string>& elements) {
  if (std::all_of(elements.begin(), elements.end(), StaysInPlace)) return {};
  return Error{ErrorCode::kInvalidArgument, "the path of the artifacts is not plausible", {}};
}

std::string WithoutSlash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

class FileStore final : public ArtifactStore {
 public:
  FileStore(std::string root, std::size_t max_bytes)
      : root_(std::move(root)), max_bytes_(max_bytes) {}

  Task<Result<std::string>> Get(const std::vector<std::string>& elements) override {
    if (auto valid = CheckElements(elements); !valid) co_return valid.error();
    std::string path = root_;
    for (const auto& element : elements) path += "/" + element;
    co_return ReadFile(path, max_bytes_);
  }

 private:
  const std::string root_;
  const std::size_t max_bytes_;
};

class HttpStore final : public ArtifactStore {
 public:
  HttpStore(StoreOptions options, http::Client& http) : options_(std::move(options)), http_(http) {}

  Task<Result<std::string>> Get(const std::vector<std::string>& elements) override {
    if (auto valid = CheckElements(elements); !valid) co_return valid.error();
    std::string url = WithoutSlash(options_.base_url);
    for (const auto& element : elements) url += "/" + PercentEncode(element);
    for (int redirects = 0; redirects <= kMaxRedirects; ++redirects) {
      http::Request request;
      request.url = url;
      request.timeout = options_.timeout;
      request.max_response_bytes = options_.max_bytes;
      auto response = co_await http_.Send(std::move(request));
      if (!response) co_return OfTheStore(response.error());
      if (response->status / 100 != 3) co_return Judge(std::move(*response));
      auto next = Redirected(url, response->header("location").value_or(""));
      if (!next) co_return next.error();
      url = std::move(*next);
    }
    co_return Refused("the artifact store redirects in a circle");
  }

 private:
  // The base URL was checked at the start, so what is not valid is a certificate: mendable.
  static Error OfTheStore(Error error) {
    if (error.code == ErrorCode::kInvalidArgument) error.code = ErrorCode::kUnavailable;
    return error;
  }

  static Result<std::string> Judge(http::Response response) {
    const int status = response.status;
    if (status == 200) return std::move(response.body);
    if (status == 404 || status == 410) {
      return Error{ErrorCode::kNotFound, "it is not there", {}};
    }
    const std::string told = "the artifact store answers " + std::to_string(status);
    if (status == 401 || status == 403) return Error{ErrorCode::kPermissionDenied, told, {}};
    if (status == 429 || status >= 500) return Error{ErrorCode::kUnavailable, told, {}};
    return Refused(told);
  }

  // Another host would be somebody else's word, and perhaps one inside our network.
  static Result<std::string> Redirected(const std::string& from, std::string_view location) {
    const auto base = urls::parse_uri(from);
    const auto reference = urls::parse_uri_reference(location);
    if (!base || !reference) return Refused("the artifact store redirects to no URL");
    urls::url to;
    if (!urls::resolve(*base, *reference, to)) {
      return Refused("the artifact store redirects to no URL");
    }
    if (to.scheme() != base->scheme() || to.encoded_authority() != base->encoded_authority()) {
      return Refused("the artifact store redirects to another host");
    }
    return std::string(to.buffer());
  }

  const StoreOptions options_;
  http::Client& http_;
};

Error BadUrl(std::string_view why) {
  return {ErrorCode::kInvalidArgument,
          "the artifact store's URL " + std::string(why) +
              ": write https://host[/path], http://… or file:///directory",
          {}};
}

}  // namespace

Result<void> CheckStoreUrl(std::string_view base_url) {
  const auto url = urls::parse_uri(base_url);
  if (!url) return BadUrl("is no URL");
  if (url->has_userinfo() || url->has_query() || url->has_fragment()) {
    return BadUrl("has a user, a query or a fragment");
  }
  if (url->scheme() == "file") {
    if (url->encoded_host().empty() && url->encoded_path().starts_with("/")) return {};
    return BadUrl("names no directory");
  }
  if (url->scheme() != "http" && url->scheme() != "https") return BadUrl("is of another kind");
  if (url->encoded_host().empty()) return BadUrl("names no host");
  return {};
}

Result<std::unique_ptr<ArtifactStore>> MakeArtifactStore(StoreOptions options, http::Client& http) {
  if (auto valid = CheckStoreUrl(options.base_url); !valid) return valid.error();
  const auto url = urls::parse_uri(options.base_url);
  std::unique_ptr<ArtifactStore> store;
  if (url->scheme() == "file") {
    store = std::make_unique<FileStore>(WithoutSlash(std::string(url->path())), options.max_bytes);
  } else {
    store = std::make_unique<HttpStore>(std::move(options), http);
  }
  return store;
}

}  // namespace prow_coverage::results
