#include "existing_job.h"

#include <gtest/gtest.h>

namespace prow_coverage::handler {
namespace {

TEST(ExistingJob, TellsRunningEndedAndAborted) {
  struct Row {
    const char* object;
    ExistingJob::Phase expected;
  };
  const Row rows[] = {
      {R"({"status":{"state":"triggered"}})", ExistingJob::Phase::kRunning},
      {R"({"status":{"state":"pending"}})", ExistingJob::Phase::kRunning},
      {R"({"status":{"state":"success"}})", ExistingJob::Phase::kEnded},
      {R"({"status":{"state":"failure"}})", ExistingJob::Phase::kEnded},
      {R"({"status":{"state":"error"}})", ExistingJob::Phase::kEnded},
      {R"({"status":{"state":"aborted"}})", ExistingJob::Phase::kAborted},
      {R"({"status":{"state":7}})", ExistingJob::Phase::kRunning},
      {R"({})", ExistingJob::Phase::kRunning},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.object);
    EXPECT_EQ(ParseExistingJob(row.object).value().phase, row.expected);
  }
}

TEST(ExistingJob, RefusesWhatIsNoJson) {
  EXPECT_EQ(ParseExistingJob("<html>").error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace prow_coverage::handler
