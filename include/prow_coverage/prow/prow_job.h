#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/config/decoration_defaults.h"
#include "prow_coverage/config/job_config.h"
#include "prow_coverage/pull_request/pull_request.h"

namespace prow_coverage::prow {

// Job name and status context alike.
inline constexpr std::string_view kJobName = "coverage-auto";

// The status before there is anything to tell (contracts 7).
inline constexpr std::string_view kPendingText = "Automated Go unit test coverage";

// The label that all our jobs have and, as a selector, what lists them (contracts 5).
inline constexpr const char* kOurLabel = "coverage-plugin";
inline constexpr const char* kOurJobs = "coverage-plugin=true";

// The selector of ours for one pull request, of whatever repository.
[[nodiscard]] std::string OurJobsOf(std::int64_t pull_number);

// Everything that a job is rendered from.
struct JobRequest {
  PullRequest pull;
  std::string base_sha;       // tip of the base branch
  std::string delivery_guid;  // for the label event-GUID
  int attempt = 1;
  WallTime start_time;          // whole seconds
  std::string github_host_url;  // "https://github.com"
  std::string jobs_namespace;   // metadata.namespace
};

// metadata.name: the same for every replica, redelivery and restart (contracts 5).
[[nodiscard]] std::string JobName(std::string_view github_host_url, const PullRequest& pull,
                                  int attempt);

// The complete ProwJob, ready to be posted. Pure.
// Errors: kInvalidArgument when the merged configuration cannot run (an empty utility image, a
// bucket that nobody named, `single` without default org): plank would leave such a job
// `triggered` for ever.
[[nodiscard]] Result<nlohmann::ordered_json> Render(const JobRequest& request,
                                                    const config::JobConfig& job,
                                                    const config::DecorationDefaults& decoration);

// Prow's rules for one label value: at most 63 characters, else its last path element, else
// nullopt: the label is left out.
[[nodiscard]] std::optional<std::string> LabelValue(std::string_view text);

// "<deck>/prowjob?prowjob=<name>": the page before plank has given the job a URL.
[[nodiscard]] std::string JobPageUrl(std::string_view deck_url, std::string_view job_name);

}  // namespace prow_coverage::prow
