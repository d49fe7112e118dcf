#include "prow_coverage/results/artifact_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_http_client.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace prow_coverage::results {
namespace {

using testing::FakeHttpClient;
using ::testing::HasSubstr;
using testing::RunTask;

class ArtifactStoreTest : public ::testing::Test {
 protected:
  Result<std::string> Get(const std::string& base, const std::vector<std::string>& elements) {
    StoreOptions options;
    options.base_url = base;
    const auto store = MakeArtifactStore(options, http_).value();
    boost::asio::io_context io;
    return RunTask(io, store->Get(elements));
  }

  FakeHttpClient http_;
};

const std::vector<std::string> kPath = {"bucket", "pr-logs", "pull", "o_r", "1", "a b"};

TEST_F(ArtifactStoreTest, AsksForTheEscapedPathWithinBounds) {
  http_.Answer(200, "{}");
  EXPECT_EQ(Get("https://store.example/root/", kPath).value(), "{}");
  ASSERT_EQ(http_.requests.size(), 1u);
  EXPECT_EQ(http_.requests[0].url, "https://store.example/root/bucket/pr-logs/pull/o_r/1/a%20b");
  EXPECT_EQ(http_.requests[0].max_response_bytes, std::size_t{1} << 20);
  EXPECT_LE(http_.requests[0].timeout, std::chrono::seconds(10));
  EXPECT_TRUE(http_.requests[0].headers.empty());
}

TEST_F(ArtifactStoreTest, TellsWhatIsMissingFromWhatMayComeLater) {
  struct Row {
    int status;
    ErrorCode code;
  };
  const Row rows[] = {{404, ErrorCode::kNotFound},         {410, ErrorCode::kNotFound},
                      {500, ErrorCode::kUnavailable},      {503, ErrorCode::kUnavailable},
                      {429, ErrorCode::kUnavailable},      {403, ErrorCode::kPermissionDenied},
                      {401, ErrorCode::kPermissionDenied}, {206, ErrorCode::kRejected}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.status);
    http_.Answer(row.status, "<xml/>");
    EXPECT_EQ(Get("https://store.example", kPath).error().code, row.code);
  }
}

TEST_F(ArtifactStoreTest, TakesARefusedCertificateForAFaultThatCanBeMended) {
  http_.answers.emplace_back(Error{ErrorCode::kInvalidArgument, "certificate has expired", {}});
  EXPECT_EQ(Get("https://store.example", kPath).error().code, ErrorCode::kUnavailable);
}

TEST_F(ArtifactStoreTest, FollowsARedirectOnTheSameHostOnly) {
  http_.Answer(302, "", {{"location", "/elsewhere"}});
  http_.Answer(200, "found");
  EXPECT_EQ(Get("https://store.example", kPath).value(), "found");
  EXPECT_EQ(http_.requests[1].url, "https://store.example/elsewhere");
  for (const char* to : {"https://evil.example/x", "//evil.example/x", "http://store.example/x",
                         "https://store.example:8443/x", "https://store.example@evil.example/x",
                         "http://169.254.169.254/latest", "", "::"}) {
    SCOPED_TRACE(to);
    http_.requests.clear();
    http_.Answer(302, "", {{"location", to}});
    http_.Answer(200, "secret");
    const auto got = Get("https://store.example", kPath);
    if (std::string_view(to).empty()) {
      // The same place again: a circle, bounded.
      http_.answers.clear();
      continue;
    }
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, ErrorCode::kRejected);
    EXPECT_EQ(http_.requests.size(), 1u);
    http_.answers.clear();
  }
}

TEST_F(ArtifactStoreTest, LeavesACircleOfRedirects) {
  http_.answer = [](const http::Request&) -> Result<http::Response> {
    return http::Response{301, {{"location", "/again"}}, ""};
  };
  const auto got = Get("https://store.example", kPath);
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("circle"));
  EXPECT_LE(http_.requests.size(), 4u);
}

TEST_F(ArtifactStoreTest, ReadsADirectoryAsWell) {
  testing::TempDir dir;
  std::filesystem::create_directories(dir.path() / "bucket" / "1");
  dir.Write("bucket/1/coverage-summary.json", "{}");
  const std::string base = "file://" + dir.path().string();
  EXPECT_EQ(Get(base, {"bucket", "1", "coverage-summary.json"}).value(), "{}");
  EXPECT_EQ(Get(base, {"bucket", "2", "coverage-summary.json"}).error().code, ErrorCode::kNotFound);
  dir.Write("bucket/1/huge", std::string((1 << 20) + 1, 'x'));
  EXPECT_EQ(Get(base, {"bucket", "1", "huge"}).error().code, ErrorCode::kTooLarge);
  EXPECT_TRUE(http_.requests.empty());
}

TEST_F(ArtifactStoreTest, NeverLeavesItsPlace) {
  for (const char* element : {"", ".", "..", "a/b", "/etc"}) {
    SCOPED_TRACE(element);
    for (const char* base : {"https://store.example", "file:///tmp"}) {
      EXPECT_EQ(Get(base, {"bucket", element, "f"}).error().code, ErrorCode::kInvalidArgument);
    }
  }
  EXPECT_TRUE(http_.requests.empty());
}

TEST(StoreUrl, IsChecked) {
  for (const char* good : {"https://storage.googleapis.com", "http://127.0.0.1:8080/artifacts/",
                           "file:///srv/artifacts"}) {
    EXPECT_TRUE(CheckStoreUrl(good)) << good;
  }
  for (const char* bad : {"", "storage.googleapis.com", "gs://bucket", "https://", "file://host/x",
                          "https://user:pw@host", "https://host?x=1", "https://host#x"}) {
    SCOPED_TRACE(bad);
    const auto checked = CheckStoreUrl(bad);
    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, HasSubstr("write https://"));
  }
}

}  // namespace
}  // namespace prow_coverage::results
