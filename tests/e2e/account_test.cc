// The ServiceAccount of deploy/: what it may do, that it may do nothing else, and that it needs all
// of it.

#include <algorithm>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/deployed.h"

namespace prow_coverage::e2e {
namespace {

using testing::Eventually;

class AccountTest : public DeployedTest {};

// Rules of the account in a namespace, "verbs resources names" each, without those that everybody
// has.
std::vector<std::string> Rules(Cluster& cluster, const std::string& token, const std::string& ns) {
  const auto answer =
      cluster.AskAs(token, "POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
                    {{"spec", {{"namespace", ns}}}});
  std::vector<std::string> rules;
  const json review = json::parse(answer.body);
  for (const auto& rule : review.at("status").at("resourceRules")) {
    if (rule.at("apiGroups") == json({"authorization.k8s.io"}) ||
        rule.at("apiGroups") == json({"authentication.k8s.io"}))
      continue;
    rules.push_back(rule.at("verbs").dump() + rule.at("apiGroups").dump() +
                    rule.at("resources").dump() +
                    rule.value("resourceNames", json::array()).dump());
  }
  std::sort(rules.begin(), rules.end());
  return rules;
}

TEST_F(AccountTest, HasTheseRightsAndNoOthers) {
  ForEachVariant([this](const Variant& variant) {
    const Manifests manifests = Install(cluster_, variant);
    const json pod = manifests.Only("Deployment").at("spec").at("template").at("spec");
    const std::string token = cluster_.Token(kDaemonNamespace, pod.at("serviceAccountName"));
    EXPECT_THAT(Rules(cluster_, token, kJobsNamespace),
                ::testing::ElementsAre(
                    R"(["create","get","list","watch","patch"]["prow.k8s.io"]["prowjobs"][])",
                    R"(["create"]["coordination.k8s.io"]["leases"][])",
                    R"(["get","update"]["coordination.k8s.io"]["leases"]["prow-coverage"])"));
    EXPECT_TRUE(Rules(cluster_, token, kDaemonNamespace).empty());
    EXPECT_TRUE(Rules(cluster_, token, "default").empty());
  });
}

struct Request {
  const char* method;
  std::string path;
  int status;
};

TEST_F(AccountTest, IsRefusedEverythingElse) {
  Install(cluster_, {"token", "token", false});
  const std::string token = cluster_.Token(kDaemonNamespace);
  const std::string jobs = ProwJobsPath(kJobsNamespace);
  const std::string core = "/api/v1/namespaces/";
  const std::string leases = "/apis/coordination.k8s.io/v1/namespaces/";
  const Request requests[] = {
      {"GET", jobs, 200},
      {"GET", jobs + "/absent", 404},
      {"GET", leases + kJobsNamespace + "/leases/prow-coverage", 404},
      {"DELETE", jobs + "/absent", 403},
      {"DELETE", jobs, 403},
      {"PUT", jobs + "/absent", 403},
      {"GET", "/apis/prow.k8s.io/v1/prowjobs", 403},
      {"GET", ProwJobsPath(kDaemonNamespace), 403},
      {"POST", ProwJobsPath("default"), 403},
      {"GET", core + kDaemonNamespace + "/secrets", 403},
      {"GET", core + kDaemonNamespace + "/secrets/hmac-token", 403},
      {"GET", core + kJobsNamespace + "/secrets", 403},
      {"GET", core + kJobsNamespace + "/pods", 403},
      {"GET", core + kDaemonNamespace + "/configmaps/prow-coverage-config", 403},
      {"POST", core + kDaemonNamespace + "/serviceaccounts/prow-coverage/token", 403},
      {"GET", leases + kJobsNamespace + "/leases/another", 403},
      {"GET", leases + kJobsNamespace + "/leases", 403},
      {"DELETE", leases + kJobsNamespace + "/leases/prow-coverage", 403},
      {"POST", leases + kDaemonNamespace + "/leases", 403},
      {"GET", "/api/v1/namespaces", 403},
      {"GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", 403},
  };
  for (const auto& request : requests) {
    SCOPED_TRACE(std::string(request.method) + " " + request.path);
    const json body = std::string(request.method) == "GET" ? json() : json::object();
    EXPECT_EQ(cluster_.AskAs(token, request.method, request.path, body).status, request.status);
  }
}

// What the API server's audit log has of the daemon's requests from `offset` on, "verb resource"
// each.
std::set<std::string> Used(const std::filesystem::path& log, std::streamoff offset) {
  std::ifstream in(log);
  in.seekg(offset);
  std::set<std::string> used;
  for (std::string line; std::getline(in, line);) {
    const json event = json::parse(line, nullptr, false);
    // A line that is still being written.
    if (event.is_discarded()) break;
    const json object = event.value("objectRef", json::object());
    used.insert(event.at("verb").get<std::string>() + " " + object.value("resource", ""));
  }
  return used;
}

// A right that nothing uses would be one too many.
TEST_F(AccountTest, UsesEachOfItsRights) {
  const Manifests manifests = Install(cluster_, {"token", "token", false});
  const std::filesystem::path log = cluster_.AuditLog();
  const auto offset = static_cast<std::streamoff>(std::filesystem::file_size(log));
  const testing::TempDir storage;
  Pod pod(cluster_, manifests.Only("Deployment"), world_.github_url(), storage);
  ASSERT_TRUE(IsReady(pod)) << pod.process().Err();
  world_.PutPull(1, {"robots/a.go"});
  const auto port = HookPort(manifests, pod);
  Send(port, {1, "opened", "first"});
  pod.process().AwaitErr("job_created");
  Send(port, {1, "opened", "second"});
  pod.process().AwaitErr("job_exists");
  world_.GitHub(
      "PUT", "/_sandbox/pulls",
      {{"org", "kubevirt"}, {"repo", "project-infra"}, {"number", 1}, {"state", "closed"}});
  Send(port, {1, "closed", "third"});
  pod.process().AwaitErr("job_aborted");
  const std::set<std::string> expected = {"create prowjobs", "get prowjobs",   "list prowjobs",
                                          "watch prowjobs",  "patch prowjobs", "create leases",
                                          "get leases",      "update leases"};
  EXPECT_TRUE(Eventually([&] { return Used(log, offset) == expected; }))
      << ::testing::PrintToString(Used(log, offset)) << pod.process().Err();
}

}  // namespace
}  // namespace prow_coverage::e2e
