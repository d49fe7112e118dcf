// What a daemon that cannot start says, and what it costs when it does nothing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;

TEST(Start, SaysWhatIsWrongAndWhereAndEndsWithOne) {
  World world;
  const auto path = [&](const std::string& name) { return (world.dir().path() / name).string(); };
  world.dir().Write("empty", "\n");
  world.dir().Write("bad.yaml", "defaults:\n  imgae: x\n");
  world.dir().Write("type.yaml", "defaults:\n  timeoutMinutes: soon\nrepos: {a/b: {}}\n");
  world.dir().Write("negative.yaml", "defaults:\n  timeoutMinutes: -5\nrepos: {a/b: {}}\n");
  world.dir().Write("twice.yaml", "defaults:\n  image: a\n  image: b\n");
  world.dir().Write("no-context", "apiVersion: v1\nkind: Config\ncontexts: []\n");
  world.dir().Write("foreign.db", std::string(4096, 'x'));
  struct Row {
    const char* name;
    std::string argument;
    std::vector<std::string> words;
  };
  const Row rows[] = {
      {"no secret file", "--hmac-secret-file=" + path("absent"), {"absent", "hmac-secret-file"}},
      {"a directory as secret file", "--hmac-secret-file=" + path(""), {"not a regular file"}},
      {"an empty secret file", "--hmac-secret-file=" + path("empty"), {"empty"}},
      {"no configuration file", "--config=" + path("absent"), {"absent", "--config"}},
      {"an unknown key", "--config=" + path("bad.yaml"), {"bad.yaml:2", "imgae", "did you mean"}},
      {"a wrong type", "--config=" + path("type.yaml"), {"type.yaml:2", "timeoutMinutes"}},
      {"a negative time-out", "--config=" + path("negative.yaml"), {"negative.yaml:2"}},
      {"a duplicate key", "--config=" + path("twice.yaml"), {"twice.yaml:3", "image"}},
      {"no context", "--kubeconfig=" + path("no-context"), {"no-context", "context"}},
      {"a context that is not there", "--kube-context=gone", {"kubeconfig:", "gone", "there is: "}},
      {"no token", "--github-token-path=" + path("absent"), {"absent", "github-token-path"}},
      {"a foreign inbox", "--inbox=" + path("foreign.db"), {"foreign.db", "inbox"}},
      {"an inbox in no directory", "--inbox=" + path("no/inbox.db"), {"no/inbox.db"}},
      {"an address of another machine", "--address=192.0.2.1", {"--port", "192.0.2.1"}},
      {"a port that is taken",
       "--port=" + std::to_string(std::stoi(world.kube_url().substr(17))),
       {"in use", "--port"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Process daemon({World::Binary("prow-coverage"), "serve", "--address=127.0.0.1", "--port=0",
                    "--health-port=0", "--metrics-port=0", "--inbox=:memory:",
                    "--hmac-secret-file=" + path("hmac"), "--github-token-path=" + path("token"),
                    "--kubeconfig=" + path("kubeconfig"), row.argument});
    EXPECT_EQ(daemon.Wait(), 1);
    for (const auto& word : row.words) EXPECT_THAT(daemon.Err(), HasSubstr(word));
  }
}

TEST(Start, UsesNoCpuWhenIdle) {
  World world;
  const auto daemon = world.StartDaemon();
  const double before = daemon->CpuSeconds();
  ::usleep(2'000'000);
  // 0.1 % of two seconds is less than the kernel's tick of 10 ms; two ticks allow for start-up's
  // end.
  EXPECT_LE(daemon->CpuSeconds() - before, 0.02);
}

}  // namespace
}  // namespace prow_coverage::testing
