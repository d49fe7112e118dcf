#pragma once

#include <string>
#include <string_view>

namespace prow_coverage::github {

// What an error answer says, for a log line: GitHub's `message` and its `errors`, at most 300
// bytes, one line. "" for a body that is no such JSON object.
[[nodiscard]] std::string AnswerText(std::string_view body);

}  // namespace prow_coverage::github
