#include "prow_coverage/handler/interest.h"

#include <gtest/gtest.h>

namespace prow_coverage::handler {
namespace {

Settings Configured() {
  Settings settings;
  settings.jobs = config::JobsConfig::Parse(
                      "defaults: {image: i, cluster: c, namespace: n, gcs: {bucket: b}}\n"
                      "repos:\n  kubevirt/project-infra: {testPackages: ./...}\n",
                      "config.yaml")
                      .value();
  return settings;
}

TEST(Interest, NamesWhatIsNotOurs) {
  struct Row {
    const char* name;
    const char* event;
    webhook::Envelope envelope;
    std::optional<Reason> expected;
  };
  const Row rows[] = {
      {"a push", "push", {"", "kubevirt/project-infra", "kubevirt"}, Reason::kEventNotHandled},
      {"a ping", "ping", {"", "", ""}, Reason::kEventNotHandled},
      {"a label",
       "pull_request",
       {"labeled", "kubevirt/project-infra", "kubevirt"},
       Reason::kActionNotHandled},
      {"no action", "pull_request", {"", "kubevirt/project-infra", ""}, Reason::kActionNotHandled},
      {"a repository that is not listed",
       "pull_request",
       {"opened", "kubevirt/kubevirt", "kubevirt"},
       Reason::kRepositoryNotConfigured},
      {"no repository", "pull_request", {"opened", "", ""}, Reason::kRepositoryNotConfigured},
      {"opened", "pull_request", {"opened", "kubevirt/project-infra", "kubevirt"}, std::nullopt},
      {"a push to it",
       "pull_request",
       {"synchronize", "kubevirt/project-infra", "kubevirt"},
       std::nullopt},
      {"reopened",
       "pull_request",
       {"reopened", "kubevirt/project-infra", "kubevirt"},
       std::nullopt},
      {"closed", "pull_request", {"closed", "kubevirt/project-infra", "kubevirt"}, std::nullopt},
  };
  const auto settings = Configured();
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(NotOurs(row.event, row.envelope, settings), row.expected);
  }
}

TEST(Interest, WithoutAConfigurationEveryRepositoryIsOurs) {
  Settings settings;
  settings.jobs = config::JobsConfig::BuiltIn();
  EXPECT_EQ(NotOurs("pull_request", {"opened", "a/b", "a"}, settings), std::nullopt);
}

}  // namespace
}  // namespace prow_coverage::handler
