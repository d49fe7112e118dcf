#include "pr_pod_pull.h"

#include <utility>

#include "prow_coverage/github/client.h"

namespace prow_coverage::app {
namespace {

// The token of this run, which is in no file that could be read anew.
class RunToken final : public github::Credentials {
 public:
  explicit RunToken(const std::string& token) : header_(token.empty() ? "" : "Bearer " + token) {}

  Task<Result<std::string>> Authorization(http::Client&, std::string_view,
                                          const std::string&) override {
    co_return header_;
  }
  void Refused(std::string_view, const std::string&) override {}

 private:
  const std::string header_;
};

// GitHub answers 404, not 403, for what a token may not see.
Error InWords(Error error, const pr_pod::Target& target, bool has_token) {
  const std::string name = pr_pod::Describe(target);
  if (error.code == ErrorCode::kUnauthenticated) {
    error.message = name + ": GitHub refuses the token (401): expired or revoked? Make a new one";
  } else if (error.code == ErrorCode::kNotFound) {
    error.message = name + ": GitHub knows no such pull request (404)" +
                    (has_token ? ", or the token may not see it"
                               : "; a private repository needs a token: set GITHUB_PAT");
  }
  return error;
}

Result<PullRequest> Ask(const pr_pod::Target& target, const std::string& token,
                        const std::string& endpoint) {
  boost::asio::io_context io;
  QuietLogger logger;
  const auto clock = MakeSystemClock();
  const auto metrics = metrics::MakePrometheusMetrics();
  const auto http = http::MakeCurlClient(io.get_executor());
  RunToken credentials(token);
  github::HostBudget budget;
  github::ClientOptions options;
  options.endpoints = {endpoint};
  options.max_retries = 2;
  options.max_404_retries = 0;
  const auto client =
      github::MakeClient(options, *http, credentials, budget, *clock, logger, *metrics);
  std::optional<Result<PullRequest>> pull;
  boost::asio::co_spawn(io, client->GetPullRequest(target.org, target.repo, target.number),
                        [&](std::exception_ptr thrown, Result<PullRequest> answer) {
                          if (thrown) std::rethrow_exception(thrown);
                          pull.emplace(std::move(answer));
                          io.stop();
                        });
  io.run();
  return std::move(*pull);
}

}  // namespace

Result<pr_pod::Target> LookUpPull(pr_pod::Target target, const std::string& token,
                                  const std::string& endpoint) {
  const auto pull = Ask(target, token, endpoint);
  if (!pull) return InWords(pull.error(), target, !token.empty());
  if (pull->state != "open") {
    return Error{ErrorCode::kInvalidArgument,
                 pr_pod::Describe(target) + " is closed; to run it all the same say --repo " +
                     target.repo_url + " --ref pull/" + std::to_string(target.number) +
                     "/head --base " + pull->base_ref,
                 {}};
  }
  target.head_sha = pull->head_sha;
  if (target.base_ref.empty()) target.base_ref = pull->base_ref;
  target.author = pull->author;
  target.title = pull->title;
  return target;
}

}  // namespace prow_coverage::app
