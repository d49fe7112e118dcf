#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kube_fixture.h"

namespace prow_coverage::sandbox {
namespace {

class KubeWatchTest : public KubeFixture {
 protected:
  // Watches until `count` events have arrived or the server ends the watch. `on_event` is called
  // with the number of those that have arrived.
  std::vector<json> Watch(
      const std::string& query, std::size_t count,
      std::function<void(std::size_t)> on_event = [](std::size_t) {}) {
    http::Request request;
    request.url = sandbox_.kube() + kJobs + "?watch=true" + query;
    request.timeout = std::chrono::seconds(2);  // of silence
    std::vector<json> events;
    std::string buffer;
    const auto take = [&](std::string_view data) -> Result<void> {
      buffer += data;
      for (auto end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n')) {
        events.push_back(json::parse(buffer.substr(0, end)));
        buffer.erase(0, end + 1);
        on_event(events.size());
        if (events.size() == count) return Error{ErrorCode::kCancelled, "enough", {}};
      }
      return {};
    };
    const auto response = testing::RunTask(context_, client_->Stream(request, take));
    ended_ = response ? std::nullopt : std::optional(response.error().code);
    return events;
  }

  static std::string Summary(const std::vector<json>& events) {
    std::string summary;
    for (const json& event : events) {
      summary += event["type"].get<std::string>() + ":" +
                 event["object"]["metadata"].value("name", "-") + " ";
    }
    return summary;
  }

  std::string Revision() { return List()["metadata"]["resourceVersion"]; }
  std::string Since(const std::string& revision) { return "&resourceVersion=" + revision; }

  boost::asio::io_context context_{1};
  const std::unique_ptr<http::Client> client_ = http::MakeCurlClient(context_.get_executor());
  std::optional<ErrorCode> ended_;  // how the last watch ended; nullopt: by the server
};

TEST_F(KubeWatchTest, TellsWhatHappenedSinceARevision) {
  Create(Job("old"));
  const std::string revision = Revision();
  Create(Job("a"));
  Patch("a", {{"status", {{"state", "pending"}}}});
  Kube("DELETE", std::string(kJobs) + "/a");
  EXPECT_EQ(Summary(Watch(Since(revision), 3)), "ADDED:a MODIFIED:a DELETED:a ");
}

TEST_F(KubeWatchTest, TellsWhatHappensMeanwhile) {
  Create(Job("a"));
  const auto events = Watch("", 3, [&](std::size_t number) {
    if (number == 1) Create(Job("b"));
    if (number == 2) Patch("a", {{"status", {{"state", "pending"}}}});
  });
  EXPECT_EQ(Summary(events), "ADDED:a ADDED:b MODIFIED:a ");
  EXPECT_EQ(events[2]["object"], Read("a"));
}

TEST_F(KubeWatchTest, SeesOnlyWhatMatchesTheSelector) {
  const std::string revision = Revision();
  Create(Job("a"));
  json other = Job("b");
  other["metadata"]["labels"] = {{"x", "y"}};
  Create(other);
  Patch("a", {{"metadata", {{"labels", {{"x", "y"}}}}}});
  Patch("b", {{"metadata", {{"labels", {{"x", nullptr}}}}}});
  EXPECT_EQ(Summary(Watch(Since(revision) + "&labelSelector=x%3Dy", 3)),
            "ADDED:b ADDED:a DELETED:b ");
}

TEST_F(KubeWatchTest, EndsAtItsTimeOutWithABookmark) {
  Create(Job("a"));
  const auto events = Watch(Since(Revision()) + "&timeoutSeconds=1&allowWatchBookmarks=true", 9);
  ASSERT_EQ(Summary(events), "BOOKMARK:- ");
  EXPECT_EQ(events[0]["object"]["metadata"]["resourceVersion"], Revision());
  EXPECT_EQ(ended_, std::nullopt);
}

TEST_F(KubeWatchTest, TellsA410InsideTheStream) {
  const std::string revision = Revision();
  Create(Job("a"));
  sandbox_.Control("POST", "/kube/compact");
  const auto events = Watch(Since(revision), 9);
  ASSERT_EQ(events.size(), 1);
  EXPECT_EQ(events[0]["type"], "ERROR");
  EXPECT_EQ(events[0]["object"]["code"], 410);
  EXPECT_EQ(events[0]["object"]["reason"], "Expired");
  EXPECT_EQ(ended_, std::nullopt);
}

TEST_F(KubeWatchTest, IsCutWhenTold) {
  Create(Job("a"));
  Watch("", 9, [&](std::size_t) { sandbox_.Control("POST", "/kube/cut-watches"); });
  EXPECT_EQ(ended_, ErrorCode::kUnavailable);
}

TEST_F(KubeWatchTest, TellsABookmarkWhenTold) {
  Create(Job("a"));
  const auto events = Watch("&allowWatchBookmarks=true", 2, [&](std::size_t number) {
    if (number == 1) sandbox_.Control("POST", "/kube/bookmark");
  });
  ASSERT_EQ(Summary(events), "ADDED:a BOOKMARK:- ");
  EXPECT_EQ(events[1]["object"]["metadata"]["resourceVersion"], Revision());
}

TEST_F(KubeWatchTest, TellsNoBookmarkToWhoHasNotAsked) {
  Create(Job("a"));
  const auto events = Watch("", 2, [&](std::size_t number) {
    sandbox_.Control("POST", "/kube/bookmark");
    if (number == 1) Create(Job("b"));
  });
  EXPECT_EQ(Summary(events), "ADDED:a ADDED:b ");
}

TEST_F(KubeWatchTest, ExpiresWhenTold) {
  Create(Job("a"));
  const auto events = Watch("", 9, [&](std::size_t number) {
    if (number == 1) sandbox_.Control("POST", "/kube/expire-watches");
  });
  ASSERT_EQ(Summary(events), "ADDED:a ERROR:- ");
  EXPECT_EQ(events[1]["object"]["code"], 410);
  EXPECT_EQ(ended_, std::nullopt);
}

TEST_F(KubeWatchTest, FallsSilentWhenTold) {
  Create(Job("a"));
  const auto events = Watch("&timeoutSeconds=1", 9, [&](std::size_t) {
    sandbox_.Control("POST", "/kube/silence-watches");
    Create(Job("b"));
  });
  EXPECT_EQ(Summary(events), "ADDED:a ");
  EXPECT_EQ(ended_, ErrorCode::kUnavailable);  // the client's own limit of silence
}

TEST_F(KubeWatchTest, SuffersFaultsThatListsDoNot) {
  Create(Job("a"));
  sandbox_.Control("POST", "/faults",
                   {{"target", "kube"}, {"kind", "expired"}, {"watch", true}, {"count", 1}});
  EXPECT_EQ(List()["items"].size(), 1);
  const auto expired = Watch("", 9);
  ASSERT_EQ(Summary(expired), "ERROR:- ");
  EXPECT_EQ(expired[0]["object"]["code"], 410);
  sandbox_.Control("POST", "/faults",
                   {{"target", "kube"}, {"kind", "silent"}, {"watch", true}, {"count", 1}});
  EXPECT_EQ(Summary(Watch("", 9)), "");
  EXPECT_EQ(ended_, ErrorCode::kUnavailable);
  EXPECT_EQ(Summary(Watch("", 1)), "ADDED:a ");
}

TEST_F(KubeWatchTest, SeesEachStateThatPlankWrites) {
  const std::string revision = Revision();
  sandbox_.Control("POST", "/plank", {{"outcome", "aborted"}});
  json job = Job("a");
  job["spec"]["decoration_config"]["gcs_configuration"] = {{"path_strategy", "explicit"}};
  Create(job);
  sandbox_.Control("POST", "/clock/advance", {{"ms", 1000}});
  std::string states;
  for (const json& event : Watch(Since(revision), 4)) {
    const json& status = event["object"]["status"];
    states += status["state"].get<std::string>();
    states += status.contains("completionTime") ? " (complete) " : " ";
  }
  EXPECT_EQ(states, "triggered pending aborted aborted (complete) ");
}

TEST_F(KubeWatchTest, TellsManyEventsInOrder) {
  const std::string revision = Revision();
  for (int i = 0; i < 300; ++i) Create(Job("job-" + std::to_string(i)));
  const auto events = Watch(Since(revision), 300);
  ASSERT_EQ(events.size(), 300);
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(events[i]["object"]["metadata"]["name"], "job-" + std::to_string(i));
  }
}

}  // namespace
}  // namespace prow_coverage::sandbox
