#include "pull_order.h"

#include <utility>

#include "prow_coverage/base/uuid.h"

#include "sha.h"

namespace prow_coverage::sandbox {
namespace {

Error BadPull(const std::string& what) { return {ErrorCode::kInvalidArgument, what, {}}; }

Result<RepositoryRecord*> FindOrAdd(GitHubStore& store, const Json& order) {
  const std::string org = Text(order, "org");
  const std::string repo = Text(order, "repo");
  for (const std::string& name : {org, repo}) {
    if (name.empty() || name.find('/') != std::string::npos) {
      return BadPull("org and repo must be names without a slash");
    }
  }
  return &store.Add(org, repo);
}

Result<std::int64_t> ReadNumber(const Json& order) {
  const Json& number = Member(order, "number");
  if (!number.is_number_integer() || number.get<std::int64_t>() < 1) {
    return BadPull("number must be a positive integer");
  }
  return number.get<std::int64_t>();
}

void ReadText(const Json& order, const char* key, std::string& text) {
  const Json& member = Member(order, key);
  if (member.is_string()) text = member.get<std::string>();
}

std::vector<ChangedFile> ReadFiles(const Json& files) {
  std::vector<ChangedFile> read;
  for (const Json& file : files) {
    ChangedFile changed;
    if (file.is_string()) {
      changed.filename = file.get<std::string>();
    } else {
      ReadText(file, "filename", changed.filename);
      ReadText(file, "status", changed.status);
      ReadText(file, "previous_filename", changed.previous_filename);
    }
    read.push_back(std::move(changed));
  }
  return read;
}

void ReadPull(const Json& order, PullRecord& pull) {
  ReadText(order, "title", pull.title);
  ReadText(order, "author", pull.author);
  ReadText(order, "author_type", pull.author_type);
  ReadText(order, "state", pull.state);
  ReadText(order, "head_sha", pull.head_sha);
  ReadText(order, "head_ref", pull.head_ref);
  ReadText(order, "head_repo", pull.head_repo);
  ReadText(order, "base_ref", pull.base_ref);
  if (order.contains("head_repo") && order["head_repo"].is_null()) pull.head_repo.clear();
  if (const Json& draft = Member(order, "draft"); draft.is_boolean())
    pull.draft = draft.get<bool>();
  if (const Json& files = Member(order, "files"); files.is_array()) pull.files = ReadFiles(files);
}

PullRecord NewPull(const RepositoryRecord& repository, std::int64_t number) {
  PullRecord pull;
  pull.number = number;
  pull.head_repo = "contributor/" + repository.name;
  pull.head_sha = ShaOf(repository.full_name() + "#" + std::to_string(number));
  return pull;
}

Json Describe(const RepositoryRecord& repository, const PullRecord& pull) {
  return {{"org", repository.org},     {"repo", repository.name},   {"number", pull.number},
          {"head_sha", pull.head_sha}, {"base_ref", pull.base_ref}, {"base_sha", pull.base_sha}};
}

}  // namespace

Result<Json> PutPull(GitHubStore& store, const Json& order) {
  const auto repository = FindOrAdd(store, order);
  if (!repository) return repository.error();
  const auto number = ReadNumber(order);
  if (!number) return number.error();
  const auto known = (*repository)->pulls.find(*number);
  PullRecord pull =
      known == (*repository)->pulls.end() ? NewPull(**repository, *number) : known->second;
  ReadPull(order, pull);
  if (!IsSha(pull.head_sha)) return BadPull("head_sha must be 40 lower-case hex digits");
  return Ok(Describe(**repository, store.Put(**repository, std::move(pull))));
}

Result<Json> Push(GitHubStore& store, const Json& order) {
  const auto* repository = store.Find(Text(order, "org"), Text(order, "repo"));
  const auto number = ReadNumber(order);
  if (!number) return number.error();
  if (repository == nullptr || !repository->pulls.contains(*number)) {
    return BadPull("there is no such pull request");
  }
  Json pushed = order;
  if (!pushed.contains("head_sha")) pushed["head_sha"] = ShaOf(RandomUuid());
  return PutPull(store, pushed);
}

Result<Json> PutBranch(GitHubStore& store, const Json& order) {
  const auto repository = FindOrAdd(store, order);
  if (!repository) return repository.error();
  const std::string branch = Text(order, "branch");
  std::string sha = Text(order, "sha");
  if (branch.empty()) return BadPull("branch is missing");
  if (sha.empty()) sha = ShaOf(RandomUuid());
  if (!IsSha(sha)) return BadPull("sha must be 40 lower-case hex digits");
  store.SetBranch(**repository, branch, sha);
  return Ok({{"branch", branch}, {"sha", sha}});
}

}  // namespace prow_coverage::sandbox
