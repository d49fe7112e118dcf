#pragma once

#include <string>
#include <unordered_map>

#include "git_hub_store.h"
#include "json_text.h"

namespace prow_coverage::sandbox {

// GitHub's JSON, with every member that its REST API and webhooks have. The large parts that are
// the same again and again, users and repositories, are kept.
class GitHubText {
 public:
  // `type` "User", "Bot" or "Organization".
  [[nodiscard]] const std::string& User(const std::string& login, const std::string& type);
  [[nodiscard]] const std::string& Repository(const std::string& full_name, std::int64_t id,
                                              bool fork);
  [[nodiscard]] std::string Pull(const RepositoryRecord& repository, const PullRecord& pull);
  [[nodiscard]] std::string File(const RepositoryRecord& repository, const PullRecord& pull,
                                 const ChangedFile& file) const;
  [[nodiscard]] std::string Status(const RepositoryRecord& repository, const std::string& sha,
                                   const StatusRecord& status);
  // Body of a pull_request webhook. `before` "" for the actions that have none.
  [[nodiscard]] std::string PullEvent(const RepositoryRecord& repository, const PullRecord& pull,
                                      const std::string& action, const std::string& before);

 private:
  // "head" or "base" of a pull request.
  [[nodiscard]] std::string Side(const std::string& repository_text, const std::string& owner_text,
                                 const std::string& owner, const std::string& ref,
                                 const std::string& sha) const;
  void AddPeople(ObjectText& text, const PullRecord& pull);
  [[nodiscard]] std::string Head(const RepositoryRecord& repository, const PullRecord& pull);

  std::unordered_map<std::string, std::string> users_;
  std::unordered_map<std::string, std::string> repositories_;
};

}  // namespace prow_coverage::sandbox
