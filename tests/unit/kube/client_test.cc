#include "prow_coverage/kube/client.h"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client_fixture.h"

namespace prow_coverage::kube {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

const Resource kPods{"", "v1", "pods", "a b"};

TEST_F(ClientTest, CreatesStrictly) {
  http_.Answer(201, R"({"metadata":{"uid":"u"}})");
  const auto created = Run(client().Create(kJobs, R"({"x":1})"));
  ASSERT_TRUE(created) << created.error().message;
  EXPECT_EQ(*created, R"({"metadata":{"uid":"u"}})");
  EXPECT_EQ(request().method, "POST");
  EXPECT_EQ(request().url,
            std::string(kJobsUrl) + "?fieldManager=prow-coverage&fieldValidation=Strict");
  EXPECT_EQ(request().body, R"({"x":1})");
  EXPECT_THAT(request().headers, Contains(Pair("Content-Type", "application/json")));
  EXPECT_THAT(request().headers, Contains(Pair("Accept", "application/json")));
  EXPECT_THAT(request().headers, Contains(Pair("Authorization", "Bearer t1")));
  EXPECT_EQ(request().tls, credentials_.tls_);
}

TEST_F(ClientTest, CreatesWithTheServersDryRun) {
  http_.Answer(201, "{}");
  ASSERT_TRUE(Run(client().Create(kJobs, "{}", true)));
  EXPECT_THAT(request().url, HasSubstr("&dryRun=All"));
}

TEST_F(ClientTest, GetsByAnEscapedPath) {
  http_.Answer(200, "{}");
  ASSERT_TRUE(Run(client().Get(kPods, "x/../y")));
  EXPECT_EQ(request().method, "GET");
  EXPECT_EQ(request().url, "https://h:6443/api/v1/namespaces/a%20b/pods/x%2F..%2Fy");
}

TEST_F(ClientTest, AsksForNothingByANameThatIsNone) {
  for (const char* name : {"", ".", ".."}) {
    EXPECT_EQ(Run(client().Get(kJobs, name)).error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(Run(client().Delete(kJobs, name)).error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_THAT(http_.requests, IsEmpty());
}

TEST_F(ClientTest, Replaces) {
  http_.Answer(200, "{}");
  ASSERT_TRUE(Run(client().Replace(kJobs, "a", R"({"x":1})")));
  EXPECT_EQ(request().method, "PUT");
  EXPECT_EQ(request().url,
            std::string(kJobsUrl) + "/a?fieldManager=prow-coverage&fieldValidation=Strict");
  EXPECT_EQ(request().body, R"({"x":1})");
}

TEST_F(ClientTest, PatchesInEveryWay) {
  const std::pair<PatchType, const char*> rows[] = {
      {PatchType::kMerge, "application/merge-patch+json"},
      {PatchType::kJson, "application/json-patch+json"},
      {PatchType::kApply, "application/apply-patch+yaml"}};
  for (const auto& [type, content_type] : rows) {
    http_.Answer(200, "{}");
    ASSERT_TRUE(Run(client().Patch(kJobs, "a", type, "{}")));
    EXPECT_EQ(http_.requests.back().method, "PATCH");
    EXPECT_THAT(http_.requests.back().headers, Contains(Pair("Content-Type", content_type)));
  }
  EXPECT_THAT(http_.requests.back().url, HasSubstr("&force=true"));
  EXPECT_THAT(request().url, ::testing::Not(HasSubstr("force")));
}

TEST_F(ClientTest, DeletesInTheBackgroundAndByUid) {
  http_.Answer(200, "{}");
  ASSERT_TRUE(Run(client().Delete(kJobs, "a", "u-1")));
  EXPECT_EQ(request().method, "DELETE");
  EXPECT_EQ(request().url, std::string(kJobsUrl) + "/a");
  EXPECT_EQ(request().body,
            R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background",)"
            R"("preconditions":{"uid":"u-1"}})");
}

TEST_F(ClientTest, ListsPageAfterPage) {
  http_.Answer(200, R"({"metadata":{"resourceVersion":"7","continue":"c="},"items":[{"a":1}]})");
  http_.Answer(200, R"({"metadata":{"resourceVersion":"7"},"items":[{"a":2},{"a":3}]})");
  ListOptions options;
  options.label_selector = "a=b,c";
  options.resource_version = "0";
  options.limit = 2;
  const auto list = Run(client().List(kJobs, options));
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_THAT(list->items, ElementsAre(R"({"a":1})", R"({"a":2})", R"({"a":3})"));
  EXPECT_EQ(list->resource_version, "7");
  EXPECT_EQ(request(0).url,
            std::string(kJobsUrl) + "?labelSelector=a%3Db%2Cc&resourceVersion=0&limit=2");
  EXPECT_EQ(request(1).url,
            std::string(kJobsUrl) + "?labelSelector=a%3Db%2Cc&limit=2&continue=c%3D");
}

TEST_F(ClientTest, ListsOnePageWhenAsked) {
  http_.Answer(200, R"({"metadata":{"resourceVersion":"7","continue":"c"},"items":[]})");
  ListOptions options;
  options.single_page = true;
  const auto list = Run(client().List(kJobs, options));
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->continue_token, "c");
  EXPECT_EQ(http_.requests.size(), 1U);
}

TEST_F(ClientTest, ListsAnewOnceWhenThePagesExpire) {
  const char* first = R"({"metadata":{"resourceVersion":"7","continue":"c"},"items":[{"a":1}]})";
  http_.Answer(200, first);
  http_.Answer(410, R"({"kind":"Status","reason":"Expired","message":"too old"})");
  http_.Answer(200, R"({"metadata":{"resourceVersion":"9"},"items":[{"a":2}]})");
  const auto list = Run(client().List(kJobs, {}));
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_THAT(list->items, ElementsAre(R"({"a":2})"));
  EXPECT_EQ(list->resource_version, "9");

  for (int i = 0; i < 2; ++i) {
    http_.Answer(200, first);
    http_.Answer(410, "");
  }
  EXPECT_EQ(Run(client().List(kJobs, {})).error().code, ErrorCode::kExpired);
}

TEST_F(ClientTest, NamesAServerThatIsNoApiServer) {
  http_.Answer(200, "<html>");
  const auto got = Run(client().Get(kJobs, "a"));
  EXPECT_EQ(got.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(got.error().message, HasSubstr("is https://h:6443 an API server?"));
  http_.Answer(200, R"({"items":{}})");
  EXPECT_EQ(Run(client().List(kJobs, {})).error().code, ErrorCode::kInvalidArgument);
}

class WatchTest : public ClientTest {
 protected:
  Result<void> Watch(WatchOptions options = {}) {
    return Run(client().Watch(kJobs, options, [this](const WatchEvent& event) -> Result<void> {
      seen_.push_back(event.object);
      return {};
    }));
  }

  std::vector<std::string> seen_;
};

TEST_F(WatchTest, AsksForBookmarks) {
  http_.Answer(200, "{\"type\":\"ADDED\",\"object\":{\"a\":1}}\n");
  WatchOptions options;
  options.label_selector = "a=b";
  options.resource_version = "7";
  EXPECT_TRUE(Watch(options));
  EXPECT_THAT(seen_, ElementsAre(R"({"a":1})"));
  EXPECT_EQ(request().url,
            std::string(kJobsUrl) +
                "?watch=true&allowWatchBookmarks=true&labelSelector=a%3Db&resourceVersion=7"
                "&timeoutSeconds=300");
  EXPECT_EQ(request().timeout, seconds(90));
}

TEST_F(WatchTest, IsExpiredByAnEventInsideOfA200) {
  http_.Answer(200,
               "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,"
               "\"message\":\"too old resource version: 1 (232)\"}}\n");
  const auto ended = Watch();
  EXPECT_EQ(ended.error().code, ErrorCode::kExpired);
  EXPECT_THAT(ended.error().message, HasSubstr("too old resource version"));
}

TEST_F(WatchTest, NoticesACutInTheMiddleOfAnEvent) {
  http_.Answer(200, "{\"type\":\"ADDED\",\"obj");
  EXPECT_EQ(Watch().error().code, ErrorCode::kUnavailable);
}

TEST_F(WatchTest, IsNotRepeatedByItself) {
  http_.answers.emplace_back(Error{ErrorCode::kUnavailable, "silent for 90 s", {}});
  const auto ended = Watch();
  EXPECT_THAT(ended.error().message,
              HasSubstr("watch prowjobs.prow.k8s.io in namespace jobs at https://h:6443: silent"));
  EXPECT_EQ(http_.requests.size(), 1U);
}

TEST_F(WatchTest, ReadsTheStatusOfARefusal) {
  http_.Answer(403, "");
  EXPECT_THAT(Watch().error().message, HasSubstr("needs watch on prowjobs.prow.k8s.io"));
}

TEST_F(WatchTest, EndsWithTheErrorOfTheConsumer) {
  http_.Answer(200, "{\"type\":\"ADDED\",\"object\":{}}\n");
  const auto ended = Run(client().Watch(kJobs, {}, [](const WatchEvent&) -> Result<void> {
    return Error{ErrorCode::kInternal, "enough", {}};
  }));
  EXPECT_EQ(ended.error(), (Error{ErrorCode::kInternal, "enough", {}}));
}

TEST_F(ClientTest, StreamsALog) {
  http_.Answer(200, "line\n");
  std::string log;
  const std::string path = "/api/v1/namespaces/x/pods/y/log?follow=true";
  const auto ended = Run(client().Stream(path, [&](std::string_view data) -> Result<void> {
    log += data;
    return {};
  }));
  EXPECT_TRUE(ended);
  EXPECT_EQ(log, "line\n");
  EXPECT_EQ(request().url, "https://h:6443" + path);
  EXPECT_EQ(request().timeout, options_.stream_silence);
}

TEST_F(ClientTest, NamesThePathOfARefusedStream) {
  http_.Answer(403, "");
  const std::string path = "/api/v1/namespaces/x/pods/y/log?follow=true";
  const auto ended =
      Run(client().Stream(path, [](std::string_view) -> Result<void> { return {}; }));
  EXPECT_THAT(ended.error().message, HasSubstr("needs get on /api/v1/namespaces/x/pods/y/log: "));
}

}  // namespace
}  // namespace prow_coverage::kube
