#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "prow_coverage/pull_request/pull_request.h"

namespace prow_coverage::github {

// Pages of pull requests by the path they were asked for, with the ETag to ask with: GitHub does
// not count an answer of 304 against the rate limit. Bounded; the page that was used longest ago
// goes first. One thread at a time.
class PageCache {
 public:
  struct Page {
    std::string etag;
    std::optional<std::string> next;  // path of the page after it
    std::vector<PullRequest> pulls;
  };

  explicit PageCache(std::size_t capacity) : capacity_(capacity) {}

  // nullptr when there is none; good until the next Put.
  [[nodiscard]] const Page* Get(const std::string& path);
  void Put(const std::string& path, Page page);

 private:
  using Entries = std::list<std::pair<std::string, Page>>;

  const std::size_t capacity_;
  Entries entries_;  // newest use first
  std::map<std::string, Entries::iterator> by_path_;
};

}  // namespace prow_coverage::github
