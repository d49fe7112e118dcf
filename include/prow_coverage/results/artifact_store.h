#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/base/error.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/http/client.h"

namespace prow_coverage::results {

inline constexpr std::string_view kPublicStore = "https://storage.googleapis.com";
inline constexpr std::string_view kSummaryFile = "coverage-summary.json";

// Where jobs leave their files. Thread: one at a time, that of the http::Client.
class ArtifactStore {
 public:
  virtual ~ArtifactStore() = default;

  // The file at <base>/<element>/<element>/…; the elements are bucket, path and name, unescaped.
  // Errors: kNotFound; kTooLarge; kInvalidArgument for an element that would leave its place ("",
  // ".", "..", a slash in it); kRejected for an answer that is none (a redirect to another host, an
  // unexpected status); kPermissionDenied (401, 403) and kUnavailable (5xx, transport, a refused
  // certificate, too slow): it may be had later.
  virtual Task<Result<std::string>> Get(const std::vector<std::string>& elements) = 0;
};

struct StoreOptions {
  std::string base_url{kPublicStore};  // http, https or file
  std::size_t max_bytes = std::size_t{1} << 20;
  std::chrono::milliseconds timeout{10000};  // of a whole exchange, however it drips
};

// `http` must outlive the store; it is not used for file:// URLs.
// Errors: kInvalidArgument for a URL of another kind, with user, query or fragment.
[[nodiscard]] Result<std::unique_ptr<ArtifactStore>> MakeArtifactStore(StoreOptions options,
                                                                       http::Client& http);

// What is wrong with a base URL, before there is a client. Errors: as MakeArtifactStore.
[[nodiscard]] Result<void> CheckStoreUrl(std::string_view base_url);

}  // namespace prow_coverage::results
