#include "prow_coverage/inbox/report.h"

#include <gmock/gmock.h>

#include "inbox_test_base.h"

namespace prow_coverage::inbox {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Report MakeReport(std::int64_t number) {
  Report report;
  report.org = "kubevirt";
  report.repo = "project-infra";
  report.number = number;
  report.head_sha = std::string(40, 'a');
  report.job_name = "job-1";
  report.job_start = WallTime(1700000000s);
  report.phase = "running";
  report.rerun_of = "job-0";
  report.state = "pending";
  report.description = "Automated Go unit test coverage";
  report.target_url = "https://deck/1";
  report.error = "answered 403";
  return report;
}

class ReportTest : public InboxTestBase {
 protected:
  void Save(const Report& report) {
    const auto saved = Await(inbox_->SaveReport(report));
    ASSERT_TRUE(saved) << saved.error().message;
  }
  std::vector<Report> All() { return Await(inbox_->Reports(0, 100)).value(); }
};

TEST_F(ReportTest, IsThereAfterARestartWithEverything) {
  Open();
  Report report = MakeReport(1);
  Save(report);
  Open();
  report.id = 1;
  report.updated_at = clock_.Now();
  EXPECT_THAT(All(), ElementsAre(report));
}

TEST_F(ReportTest, TakesThePlaceOfTheOneBefore) {
  Open();
  Report report = MakeReport(1);
  Save(report);
  report.job_name = "job-2";
  report.job_start += 60s;
  report.phase = "ended";
  report.rerun_of = "";
  report.state = "success";
  report.description = "61.3%";
  report.target_url = "https://deck/2";
  Save(report);
  report.id = 1;
  report.updated_at = clock_.Now();
  EXPECT_THAT(All(), ElementsAre(report));
}

TEST_F(ReportTest, AreReadInPages) {
  Open();
  for (int number = 1; number <= 3; ++number) Save(MakeReport(number));
  const auto first = Await(inbox_->Reports(0, 2)).value();
  ASSERT_EQ(first.size(), 2u);
  const auto second = Await(inbox_->Reports(first.back().id, 2)).value();
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].number, 3);
}

TEST_F(ReportTest, OfLongAgoGoes) {
  options_.keep_done = 24h;
  Open();
  Save(MakeReport(1));
  clock_.Advance(25h);
  Save(MakeReport(2));
  // The sweep follows the next call after its time.
  Await(inbox_->Due(clock_.Now(), 0, 1)).value();
  const auto left = All();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].number, 2);
}

}  // namespace
}  // namespace prow_coverage::inbox
