#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/base/error.h"
#include "prow_coverage/github/client.h"

namespace prow_coverage::handler {

// --coverage-dirs without a configuration: where kubevirt/project-infra keeps its Go code.
inline constexpr std::string_view kDefaultCoverageDirs =
    "./external-plugins/...,./releng/...,./robots/...";

// Whether a pull request's files call for a coverage job, and why.
struct FileVerdict {
  bool applies = false;
  std::string file;    // the first one that decided it; "" when none did
  std::string reason;  // for a person: "robots/a.go changed", "none of the 3 changed files …"

  bool operator==(const FileVerdict&) const = default;
};

// The directories whose Go code counts. A pattern is a Go package pattern: `./dir/...` is dir and
// everything below, `./dir` just that directory, `./...` everything, `.` the root directory; the
// leading `./` may be left out. Names are compared element by element: releng2 is not in releng.
// Immutable; thread-safe.
class CoverageDirs {
 public:
  // Errors: kInvalidArgument, naming the pattern and the fix: an empty list, an empty or absolute
  // pattern, "..", "..." that is not the last element, "*".
  [[nodiscard]] static Result<CoverageDirs> Parse(std::span<const std::string> patterns);

  // The same for a comma-separated list, white space around a pattern ignored.
  [[nodiscard]] static Result<CoverageDirs> ParseFlag(std::string_view list);

  [[nodiscard]] static CoverageDirs Everything();

  // True for a Go file, go.mod or go.sum in one of the directories, and for a go.mod, go.sum,
  // go.work or go.work.sum of the root, which governs every directory. `previous_name` is that
  // before a rename, or "": a file that leaves a directory has changed it as well.
  [[nodiscard]] bool Matches(std::string_view file, std::string_view previous_name) const;

  // A list that GitHub has cut off applies: what is not in it may match.
  [[nodiscard]] FileVerdict Judge(const github::ChangedFiles& changed) const;

  bool operator==(const CoverageDirs&) const = default;

 private:
  struct Directory {
    std::string path;    // "" for the root
    bool below = false;  // subdirectories count as well

    bool operator==(const Directory&) const = default;
  };

  explicit CoverageDirs(std::vector<Directory> directories);
  [[nodiscard]] static Result<Directory> ParsePattern(std::string_view pattern);
  [[nodiscard]] bool Counts(std::string_view file) const;
  [[nodiscard]] bool Covers(std::string_view directory) const;

  std::vector<Directory> directories_;
};

}  // namespace prow_coverage::handler
