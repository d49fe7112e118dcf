#pragma once

#include <filesystem>
#include <string_view>

namespace prow_coverage::bench {

// Makes an inbox of `rows` deliveries that have ended, without bodies, of 1,000 pull requests; one
// in 10,000 is dead. Written behind the inbox's back, because a million calls of it take minutes.
void FillWithEnded(const std::filesystem::path& path, int rows);

// The same of unfinished deliveries, each of a pull request of kubevirt/project-infra of its own,
// numbers from `first` on (seven digits). Its body is `body` with `number_mark` replaced by the
// number and `head_mark` by the number as 40 hex digits; an empty `body` is none.
struct BodyTemplate {
  std::string_view body;
  std::string_view number_mark;
  std::string_view head_mark;
};
void FillWithUnfinished(const std::filesystem::path& path, int first, int rows,
                        const BodyTemplate& body);

}  // namespace prow_coverage::bench
