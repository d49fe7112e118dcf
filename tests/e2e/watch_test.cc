// Watching the real API server: one watch as the client reads it, and the informer on top.

#include <chrono>
#include <cstdlib>
#include <future>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/follower.h"
#include "support/relay.h"
#include "support/run_task.h"
#include "support/stage.h"

namespace prow_coverage::e2e {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WatchTest : public ::testing::Test {
 protected:
  WatchTest() { cluster_.Grant(ns_, ServiceAccount(ns_)); }

  std::string Kubeconfig(std::uint16_t port = 0) {
    json cluster = json::object();
    if (port != 0) cluster["server"] = "https://127.0.0.1:" + std::to_string(port);
    return cluster_.Kubeconfig({{"token", cluster_.Token(ns_)}}, cluster);
  }

  static json Job(const std::string& name) {
    return {{"apiVersion", "prow.k8s.io/v1"},
            {"kind", "ProwJob"},
            {"metadata", {{"name", name}}},
            {"spec", {{"type", "presubmit"}, {"agent", "kubernetes"}, {"job", "coverage-auto"}}},
            {"status", {{"state", "triggered"}, {"startTime", "2026-08-19T10:00:00Z"}}}};
  }
  void Create(const std::string& name) { cluster_.Post(ProwJobsPath(ns_), Job(name)); }
  void SetState(const std::string& name, const std::string& state) {
    const auto answer =
        cluster_.Ask("PATCH", ProwJobsPath(ns_, name), {{"status", {{"state", state}}}},
                     "application/merge-patch+json");
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  void Delete(const std::string& name) { cluster_.Delete(ProwJobsPath(ns_, name)); }

  // What the server has, as a follower should know it.
  std::map<std::string, std::string> Truth() {
    std::map<std::string, std::string> truth;
    for (const auto& job : cluster_.Jobs(ns_))
      truth[job["metadata"]["name"]] = job["metadata"]["resourceVersion"];
    return truth;
  }
  std::string Version() {
    return cluster_.Get(ProwJobsPath(ns_) + "?limit=1")["metadata"]["resourceVersion"];
  }

  Cluster cluster_;
  const std::string ns_ = cluster_.NewNamespace();
};

const char* Name(kube::WatchEvent::Type type) {
  switch (type) {
    case kube::WatchEvent::Type::kAdded:
      return "ADDED";
    case kube::WatchEvent::Type::kModified:
      return "MODIFIED";
    case kube::WatchEvent::Type::kDeleted:
      return "DELETED";
    case kube::WatchEvent::Type::kBookmark:
      return "BOOKMARK";
  }
  return "";
}

TEST_F(WatchTest, TellsEachKindOfEventAndEndsInGoodOrder) {
  RealClient client(Kubeconfig());
  kube::WatchOptions options;
  options.resource_version = Version();
  options.timeout = seconds(8);
  std::vector<std::string> told;
  const auto resource = ProwJobs(ns_);
  const std::function<Result<void>(const kube::WatchEvent&)> on_event =
      [&](const kube::WatchEvent& event) {
        told.push_back(Name(event.type));
        return Result<void>();
      };
  auto work = std::async(std::launch::async, [this] {
    std::this_thread::sleep_for(seconds(1));
    Create("a");
    SetState("a", "pending");
    Delete("a");
  });
  const auto ended = testing::RunTask(client.context, client->Watch(resource, options, on_event));
  work.get();
  EXPECT_TRUE(ended) << ended.error().message;
  ASSERT_GE(told.size(), 4u);
  // The API server sends bookmarks shortly before it ends a watch.
  EXPECT_EQ(told.back(), "BOOKMARK");
  std::erase(told, "BOOKMARK");
  EXPECT_THAT(told, ElementsAre("ADDED", "MODIFIED", "DELETED"));
}

TEST_F(WatchTest, OfAPlaceThatIsTooOldIsExpired) {
  RealClient client(Kubeconfig());
  kube::WatchOptions options;
  options.resource_version = "1";
  const auto resource = ProwJobs(ns_);
  const std::function<Result<void>(const kube::WatchEvent&)> on_event =
      [](const kube::WatchEvent&) { return Result<void>(); };
  const auto ended = testing::RunTask(client.context, client->Watch(resource, options, on_event));
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kExpired);
  EXPECT_THAT(ended.error().message, ::testing::HasSubstr("too old resource version"));
}

kube::InformerOptions Quick() {
  kube::InformerOptions options;
  options.back_off = {std::chrono::milliseconds(50), std::chrono::milliseconds(1000)};
  return options;
}

TEST_F(WatchTest, InformerFollowsWhatHappens) {
  Create("before");
  RealClient client(Kubeconfig());
  Follower follower(client, ns_, Quick());
  ASSERT_TRUE(follower.Until([&] { return follower.lists == 1; }));
  Create("after");
  SetState("before", "pending");
  SetState("after", "pending");
  Delete("before");
  EXPECT_TRUE(follower.Until([&] { return follower.deletions == 1 && follower.known == Truth(); }));
  EXPECT_EQ(follower.upserts, 4);
  EXPECT_EQ(follower.lists, 1);
  EXPECT_THAT(follower.faults, IsEmpty());
}

// Watches end and begin anew, every two seconds here, without a list in between.
TEST_F(WatchTest, InformerGoesOnWhereAWatchHasEnded) {
  RealClient client(Kubeconfig());
  auto options = Quick();
  options.watch_timeout = seconds(2);
  Follower follower(client, ns_, options);
  ASSERT_TRUE(follower.Until([&] { return follower.lists == 1; }));
  const auto end = std::chrono::steady_clock::now() + seconds(7);
  int count = 0;
  while (std::chrono::steady_clock::now() < end) {
    Create("job-" + std::to_string(++count));
    follower.Until([&] { return follower.upserts >= count - 1; });
  }
  EXPECT_TRUE(follower.Until([&] { return follower.known == Truth(); }));
  EXPECT_EQ(follower.upserts, count);
  EXPECT_EQ(follower.lists, 1);
  EXPECT_THAT(follower.faults, IsEmpty());
}

// A connection that stays open and says nothing any more.
TEST_F(WatchTest, InformerLeavesAWatchThatHangs) {
  Relay relay(Relay::Kind::kPlain, cluster_.port());
  RealClient client(Kubeconfig(relay.port()));
  auto options = Quick();
  options.max_silence = seconds(2);
  Follower follower(client, ns_, options);
  ASSERT_TRUE(follower.Until([&] { return follower.lists == 1; }));
  Create("seen");
  ASSERT_TRUE(follower.Until([&] { return follower.upserts == 1; }));
  relay.Silence(true);
  Create("dark");
  Delete("seen");
  const auto led = relay.connections();
  ASSERT_TRUE(follower.Until([&] { return relay.connections() > led; }));
  relay.Silence(false);
  EXPECT_TRUE(follower.Until([&] { return follower.deletions == 1 && follower.known == Truth(); }));
  EXPECT_EQ(follower.upserts, 2);
  EXPECT_THAT(follower.faults, IsEmpty());
}

// True when some line of the client's log has this in its error.
bool Logged(const RealClient& client, const std::string& part) {
  for (const auto& line : client.logger.lines()) {
    const auto error = line.fields.find("error");
    if (error != line.fields.end() && error->second.find(part) != std::string::npos) return true;
  }
  return false;
}

TEST_F(WatchTest, InformerOutlivesARestartOfTheServer) {
  RealClient client(Kubeconfig());
  Follower follower(client, ns_, Quick());
  ASSERT_TRUE(follower.Until([&] { return follower.lists == 1; }));
  Create("a");
  Create("b");
  ASSERT_TRUE(follower.Until([&] { return follower.upserts == 2; }));
  auto restart = std::async(std::launch::async, [this] {
    cluster_.Control("stop");
    cluster_.Control("start");
    SetState("a", "pending");
    Delete("b");
    Create("c");
  });
  EXPECT_TRUE(
      follower.Until([&] { return restart.wait_for(seconds(0)) == std::future_status::ready; }));
  restart.get();
  EXPECT_TRUE(follower.Until([&] { return follower.deletions == 1 && follower.known == Truth(); }));
  EXPECT_EQ(follower.upserts, 4);
  EXPECT_THAT(follower.faults, IsEmpty());
}

// While it stands still the server is restarted, with a cache that begins after the place that it
// has watched up to: 410 inside the stream, and a list.
TEST_F(WatchTest, InformerListsAnewWhenItsPlaceIsTooOld) {
  RealClient client(Kubeconfig());
  Follower follower(client, ns_, Quick());
  ASSERT_TRUE(follower.Until([&] { return follower.lists == 1; }));
  Create("a");
  Create("b");
  ASSERT_TRUE(follower.Until([&] { return follower.upserts == 2; }));
  for (const char* verb : {"stop", "start"}) cluster_.Control(verb);
  const std::string from_the_cache = ProwJobsPath(ns_) + "?resourceVersion=0";
  ASSERT_TRUE(
      testing::Eventually([&] { return cluster_.Ask("GET", from_the_cache).status == 200; }));
  Delete("b");
  Create("c");
  EXPECT_TRUE(follower.Until([&] { return follower.deletions == 1 && follower.known == Truth(); }));
  EXPECT_TRUE(Logged(client, "too old resource version"));
  EXPECT_EQ(follower.lists, 2);
  EXPECT_EQ(follower.upserts, 3);
  EXPECT_THAT(follower.faults, IsEmpty());
}

// A server that has just been restarted answers 429 with Retry-After to the first watch of a kind,
// unless its cache happens to have been quicker: seen in two restarts of three.
TEST_F(WatchTest, InformerWaitsForAServerThatIsStillFillingItsCache) {
  RealClient client(Kubeconfig());
  Follower follower(client, ns_, Quick());
  ASSERT_TRUE(follower.Until([&] { return follower.lists == 1; }));
  const auto told = [&] { return Logged(client, "storage is (re)initializing"); };
  for (int restart = 1; restart <= 8 && !told(); ++restart) {
    // Meanwhile the follower stands still: its watch is the first request of this kind.
    for (const char* verb : {"stop", "start"}) cluster_.Control(verb);
    const auto patience = std::chrono::steady_clock::now() + seconds(2);
    follower.Until([&] { return told() || std::chrono::steady_clock::now() > patience; });
    Create("after-" + std::to_string(restart));
    ASSERT_TRUE(follower.Until([&] { return follower.upserts == restart; }));
  }
  EXPECT_TRUE(told());
  EXPECT_THAT(follower.faults, IsEmpty());
}

int Objects() {
  const char* given = std::getenv("PROW_COVERAGE_E2E_OBJECTS");
  return given == nullptr ? 10000 : std::atoi(given);
}

// Creates "<prefix>0" and so on, over many connections at once.
void CreateMany(Cluster& cluster, const std::string& ns, const json& model, int count) {
  boost::asio::io_context context;
  const auto http = http::MakeCurlClient(context.get_executor());
  const auto tls = cluster.AdminTls();
  int next = 0;
  int created = 0;
  const auto worker = [&]() -> Task<void> {
    while (next < count) {
      json job = model;
      job["metadata"]["name"] =
          model["metadata"]["name"].get<std::string>() + std::to_string(next++);
      http::Request request;
      request.method = "POST";
      request.url = "https://127.0.0.1:" + std::to_string(cluster.port()) + ProwJobsPath(ns);
      request.headers = {{"Content-Type", "application/json"}};
      request.body = job.dump();
      request.tls = tls;
      const auto answer = co_await http->Send(std::move(request));
      if (answer && answer->status == 201) ++created;
    }
  };
  for (int i = 0; i < 32; ++i) boost::asio::co_spawn(context, worker(), boost::asio::detached);
  context.run();
  if (created != count)
    throw std::runtime_error("only " + std::to_string(created) + " were created");
}

// Half of them are there before, half of them come while it watches.
TEST_F(WatchTest, InformerKeepsUpWithTenThousandObjects) {
  const int half = Objects() / 2;
  CreateMany(cluster_, ns_, Job("before-"), half);
  RealClient client(Kubeconfig());
  Follower follower(client, ns_, Quick());
  auto more =
      std::async(std::launch::async, [&] { CreateMany(cluster_, ns_, Job("after-"), half); });
  EXPECT_TRUE(
      follower.Until([&] { return more.wait_for(seconds(0)) == std::future_status::ready; }));
  more.get();
  EXPECT_TRUE(follower.Until([&] { return follower.upserts >= 2 * half; })) << follower.upserts;
  EXPECT_EQ(follower.known, Truth());
  EXPECT_EQ(follower.upserts, 2 * half);
  EXPECT_EQ(follower.lists, 1);
  EXPECT_THAT(follower.faults, IsEmpty());
}

}  // namespace
}  // namespace prow_coverage::e2e
