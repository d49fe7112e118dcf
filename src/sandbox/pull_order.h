#pragma once

#include "prow_coverage/base/error.h"

#include "git_hub_store.h"
#include "json.h"

namespace prow_coverage::sandbox {

// Adds or changes one pull request: {org, repo, number, title, author, author_type, state, draft,
// head_sha, head_ref, head_repo, base_ref, files}. What is not named stays as it is; a new pull
// request needs org, repo and number. `head_repo` is "owner/name", or null for a deleted fork;
// `files` are names or {filename, status, previous_filename}. Errors: kInvalidArgument, naming the
// member.
[[nodiscard]] Result<Json> PutPull(GitHubStore& store, const Json& order);

// A new head for a pull request: {org, repo, number, head_sha, files}; a fresh SHA when none is
// named.
[[nodiscard]] Result<Json> Push(GitHubStore& store, const Json& order);

// {org, repo, branch, sha}; a fresh SHA when none is named.
[[nodiscard]] Result<Json> PutBranch(GitHubStore& store, const Json& order);

}  // namespace prow_coverage::sandbox
