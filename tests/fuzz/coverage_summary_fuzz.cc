#include "prow_coverage/results/judgement.h"
#include "prow_coverage/results/summary.h"

#include "fuzz.h"

using namespace prow_coverage;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto summary = results::ParseSummary(fuzz::Text(data, size));
  if (!summary) return 0;
  fuzz::Require(summary->pr_coverage >= 0 && summary->pr_coverage <= 100,
                "a coverage is a percentage");
  fuzz::Require(
      !summary->base_coverage || (*summary->base_coverage >= 0 && *summary->base_coverage <= 100),
      "a baseline is a percentage");
  for (const bool succeeded : {true, false}) {
    const auto judgement = results::Judge(*summary, results::OwnThreshold(*summary), succeeded);
    fuzz::Require(judgement.text.size() < 100, "a judgement is short");
    fuzz::Require(succeeded || judgement.outcome != results::Outcome::kPassed,
                  "a job that failed has not passed");
  }
  return 0;
}
