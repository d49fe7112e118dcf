#include "prow_coverage/base/utf8.h"
#include "prow_coverage/reporter/answer.h"

#include "fuzz.h"

using namespace prow_coverage;

namespace {

void CheckStatus(const github::CommitStatus& status) {
  const std::string& text = status.description;
  fuzz::Require(text.size() <= 140 && IsValidUtf8(text), "a description fits");
  for (const unsigned char c : text)
    fuzz::Require(c >= ' ' && c != 0x7F, "a description has no control character");
  fuzz::Require(text.find("[prow:skip-retest]") == std::string::npos, "no command for Tide");
  // At most the mark that we have put at the end.
  const auto mark = text.find(" BaseSHA:");
  fuzz::Require(mark == std::string::npos || text.size() - mark == 9 + 40,
                "no mark for Tide but ours");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto job = reporter::ParseJob(fuzz::Text(data, size), "https://github.com");
  if (!job) return 0;
  const reporter::Policy policy{false, std::chrono::minutes(60), "https://deck"};
  const auto answer = reporter::Decide(*job, {}, policy, job->start_time);
  if (answer.next == reporter::Answer::Next::kSet) CheckStatus(answer.status);
  const Result<results::Summary> none = Error{ErrorCode::kNotFound, job->description, {}};
  CheckStatus(reporter::Measured(*job, policy, none, {}).status);
  return 0;
}
