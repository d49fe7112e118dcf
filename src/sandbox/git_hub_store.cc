#include "git_hub_store.h"

#include <algorithm>

#include "sha.h"

namespace prow_coverage::sandbox {
namespace {

// GitHub's own limit for one SHA and context.
constexpr std::ptrdiff_t kMaxStatuses = 1000;

}  // namespace

RepositoryRecord* GitHubStore::Find(std::string_view org, std::string_view name) {
  const auto found = repositories_.find({std::string(org), std::string(name)});
  return found == repositories_.end() ? nullptr : &found->second;
}

RepositoryRecord* GitHubStore::FindById(std::int64_t id) {
  for (auto& [name, repository] : repositories_) {
    if (repository.id == id) return &repository;
  }
  return nullptr;
}

RepositoryRecord& GitHubStore::Add(const std::string& org, const std::string& name) {
  auto& repository = repositories_[{org, name}];
  if (repository.id == 0) {
    repository.id = 1000 + static_cast<std::int64_t>(repositories_.size());
    repository.org = org;
    repository.name = name;
    SetBranch(repository, "main", ShaOf(org + "/" + name + "@main"));
  }
  return repository;
}

PullRecord& GitHubStore::Put(RepositoryRecord& repository, PullRecord pull) {
  if (!repository.branches.contains(pull.base_ref)) {
    SetBranch(repository, pull.base_ref, ShaOf(repository.full_name() + "@" + pull.base_ref));
  }
  pull.base_sha = repository.branches[pull.base_ref];
  pull.updated_at = clock_.Now();
  if (pull.created_at == WallTime{}) pull.created_at = pull.updated_at;
  pull.revision = ++revision_;
  repository.commits.insert(pull.head_sha);
  return repository.pulls[pull.number] = std::move(pull);
}

void GitHubStore::SetBranch(RepositoryRecord& repository, const std::string& branch,
                            const std::string& sha) {
  repository.branches[branch] = sha;
  repository.commits.insert(sha);
}

Result<StatusRecord> GitHubStore::AddStatus(RepositoryRecord& repository, const std::string& sha,
                                            StatusRecord status) {
  if (!repository.commits.contains(sha)) {
    return Error{ErrorCode::kRejected, "No commit found for SHA: " + sha, {}};
  }
  auto& statuses = repository.statuses_by_sha[sha];
  const auto same = std::count_if(statuses.begin(), statuses.end(), [&](const auto& other) {
    return other.context == status.context;
  });
  if (same >= kMaxStatuses) {
    return Error{ErrorCode::kRejected,
                 "Validation Failed: This SHA and context has reached the maximum number of "
                 "statuses.",
                 {}};
  }
  if (statuses.empty()) repository.shas_with_status.push_back(sha);
  status.id = ++last_status_id_;
  status.created_at = clock_.Now();
  return statuses.emplace_back(std::move(status));
}

void GitHubStore::Clear() { repositories_.clear(); }

}  // namespace prow_coverage::sandbox
