#include "build_files.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace prow_coverage::sandbox {
namespace {

std::int64_t EpochSeconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string OneDecimal(double number) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f", number);
  return text;
}

// A threshold stays as it was configured: 70, 62.5.
std::string AsGivenOrNull(const std::optional<double>& number) {
  char text[64];
  if (number) std::snprintf(text, sizeof text, "%.10g", *number);
  return number ? text : "null";
}

std::string OneDecimalOrNull(const std::optional<double>& number) {
  return number ? OneDecimal(*number) : "null";
}

std::string Summary(const CoverageNumbers& numbers) {
  const auto delta = numbers.base ? std::optional(numbers.pr - *numbers.base) : std::nullopt;
  return "{\n  \"pr_coverage\": " + OneDecimal(numbers.pr) +
         ",\n  \"base_coverage\": " + OneDecimalOrNull(numbers.base) +
         ",\n  \"delta\": " + OneDecimalOrNull(delta) +
         ",\n  \"threshold\": " + AsGivenOrNull(numbers.threshold) + "\n}\n";
}

std::string FileName(const Json& job) {
  const Json& refs = Member(Member(job, "spec"), "refs");
  return "github.com/" + Text(refs, "org") + "/" + Text(refs, "repo") + "/main.go";
}

// 1,000 statements, of which as many are covered as the first decimal of the number can tell.
std::string Profile(const Json& job, double percentage) {
  const auto covered = std::clamp(std::lround(percentage * 10), 0L, 1000L);
  const std::string name = FileName(job);
  return "mode: set\n" + name + ":1.1,10.2 " + std::to_string(covered) + " 1\n" + name +
         ":11.1,20.2 " + std::to_string(1000 - covered) + " 0\n";
}

std::string ProfileHtml(const Json& job) {
  return "<!DOCTYPE html>\n<html><head><title>" + FileName(job) +
         ": Go Coverage Report</title></head>\n<body><pre class=\"file\" id=\"file0\">package "
         "main</pre></body></html>\n";
}

std::string HeadSha(const Json& job) {
  const Json& pulls = Member(Member(Member(job, "spec"), "refs"), "pulls");
  return pulls.is_array() && !pulls.empty() ? Text(pulls[0], "sha") : "";
}

}  // namespace

BuildFiles FilesAtStart(const Json& job, WallTime started) {
  const Json json{{"timestamp", EpochSeconds(started)}, {"repo-commit", HeadSha(job)}};
  return {{"started.json", Dump(json)}};
}

BuildFiles FilesAtEnd(const Json& job, const Scenario& scenario, std::string_view state,
                      WallTime finished) {
  const Json json{{"timestamp", EpochSeconds(finished)},
                  {"passed", state == "success"},
                  {"result", state == "aborted"   ? "ABORTED"
                             : state == "success" ? "SUCCESS"
                                                  : "FAILURE"},
                  {"revision", HeadSha(job)}};
  BuildFiles files{{"finished.json", Dump(json)}};
  if (scenario.outcome->uploads && scenario.outcome->state == state) {
    const double percentage = scenario.coverage.pr;
    files["build-log.txt"] = "PR coverage: " + OneDecimal(percentage) + "%\n";
    files["artifacts/coverage-summary.json"] = Summary(scenario.coverage);
    files["artifacts/filtered.cov"] = Profile(job, percentage);
    files["artifacts/filtered.html"] = ProfileHtml(job);
  }
  for (const auto& [path, content] : scenario.files) {
    if (content) {
      files[path] = *content;
    } else {
      files.erase(path);
    }
  }
  return files;
}

}  // namespace prow_coverage::sandbox
