#pragma once

#include <cstdint>
#include <string>

#include "prow_coverage/base/error.h"

namespace prow_coverage::pr_pod {

// How a person names what is to be run: a pull request, or a repository and a ref of it.
struct TargetNames {
  std::string pull;  // https://github.com/org/repo/pull/5 or org/repo#5
  std::string repo;  // https://host/org/repo
  std::string ref;   // branch, tag, pull/5/head, refs/…, or a SHA
  std::string base;  // branch to merge into
};

// What is to be run. Of a pull request, `base_ref`, `head_sha`, `author` and `title` are empty
// until GitHub has been asked.
struct Target {
  std::string repo_url;  // http or https, without credentials
  std::string org;       // of a pull request
  std::string repo;
  std::int64_t number = 0;  // 0 for a mere ref
  std::string head_ref;     // "refs/…", or a SHA
  std::string head_sha;     // as last seen; "" when nobody looked
  std::string base_ref;     // a branch's name; "": nothing is merged
  std::string author;
  std::string title;

  bool operator==(const Target&) const = default;
};

// Errors: kInvalidArgument for both or neither of pull and repo, for a text that git or GitHub
// would not accept, and for a URL with a user or password in it, because it would end up in the
// clone's configuration.
[[nodiscard]] Result<Target> ParseTarget(const TargetNames& names);

// "org/repo#5", or "https://host/org/repo refs/heads/x".
[[nodiscard]] std::string Describe(const Target& target);

}  // namespace prow_coverage::pr_pod
