#pragma once

#include <string>
#include <vector>

#include "prow_coverage/base/clock.h"

#include "front.h"
#include "git_hub_access.h"
#include "git_hub_store.h"
#include "git_hub_text.h"
#include "rate_limit.h"

namespace prow_coverage::sandbox {

// The part of GitHub's REST API that the daemon uses.
class GitHub final : public FakeHost {
 public:
  GitHub(const Clock& clock, Journal& journal, std::vector<std::string> tokens, int rate_limit);

  Host host() const override { return Host::kGitHub; }
  Task<server::Reply> Answer(Call& call) override;
  server::Reply Failure(int status, const std::string& message) override;
  void Finish(server::Reply& reply) override { rate_limit_.Describe(reply); }

  [[nodiscard]] GitHubStore& store() { return store_; }
  [[nodiscard]] GitHubText& text() { return text_; }
  [[nodiscard]] GitHubAccess& access() { return access_; }

 private:
  using RepositoryHandler = server::Reply (GitHub::*)(const Call&, RepositoryRecord&);

  [[nodiscard]] Handler InRepository(RepositoryHandler handle);
  // "/api/v3/…" and "/repositories/<id>/…" are other names of the same things.
  void Normalize(Call& call);
  [[nodiscard]] server::Reply Conditional(const Call& call, server::Reply reply);

  [[nodiscard]] server::Reply GetRepository(const Call& call, RepositoryRecord& repository);
  [[nodiscard]] server::Reply ListPulls(const Call& call, RepositoryRecord& repository);
  [[nodiscard]] server::Reply GetPull(const Call& call, RepositoryRecord& repository);
  [[nodiscard]] server::Reply ListFiles(const Call& call, RepositoryRecord& repository);
  [[nodiscard]] server::Reply GetRef(const Call& call, RepositoryRecord& repository);
  [[nodiscard]] server::Reply CreateStatus(const Call& call, RepositoryRecord& repository);
  [[nodiscard]] server::Reply ListStatuses(const Call& call, RepositoryRecord& repository);
  [[nodiscard]] server::Reply GetCombinedStatus(const Call& call, RepositoryRecord& repository);
  [[nodiscard]] server::Reply ListInstallations(const Call& call);
  [[nodiscard]] server::Reply CreateAccessToken(const Call& call);
  [[nodiscard]] server::Reply Invalid(const std::string& field, const std::string& message);
  [[nodiscard]] server::Reply NotFound() { return Failure(404, "Not Found"); }

  const Clock& clock_;
  Journal& journal_;
  GitHubStore store_;
  GitHubText text_;
  GitHubAccess access_;
  RateLimit rate_limit_;
  const Router router_;
};

}  // namespace prow_coverage::sandbox
