#include "job_fields.h"

#include <charconv>
#include <utility>

namespace prow_coverage::config {
namespace {

using nlohmann::ordered_json;

constexpr int kMaxTimeoutMinutes = 365 * 24 * 60;
constexpr int kMaxGracePeriodSeconds = 24 * 60 * 60;
// It stands in a status description of at most 140 characters.
constexpr std::size_t kMaxThresholdText = 8;

Result<void> SetText(const Value& value, const Rule& rule, std::string& text) {
  if (value.IsNull()) {
    text.clear();
    return {};
  }
  auto given = value.NonEmptyText(rule);
  if (!given) return given.error();
  text = std::move(*given);
  return {};
}

Result<void> SetTexts(const Value& value, const Rule& rule, std::vector<std::string>& texts) {
  texts.clear();
  if (value.IsNull()) return {};
  return value.ForEachItem([&](const Value& item) -> Result<void> {
    auto text = item.Text(rule);
    if (!text) return text.error();
    texts.push_back(std::move(*text));
    return {};
  });
}

Result<void> SetMap(const Value& value, const Rule& name_rule, const Rule& value_rule,
                    std::map<std::string, std::string>& map) {
  if (value.IsNull()) {
    map.clear();
    return {};
  }
  return value.ForEachMember([&](const std::string& name, const Value& member) -> Result<void> {
    if (!name_rule.holds(name)) {
      return member.Fault(Shown(name) + " " + std::string(name_rule.otherwise));
    }
    if (member.IsNull()) {
      map.erase(name);
      return {};
    }
    auto text = member.Text(value_rule);
    if (!text) return text.error();
    map[name] = std::move(*text);
    return {};
  });
}

Result<void> SetBool(const Value& value, bool& flag) {
  if (value.IsNull()) {
    flag = false;
    return {};
  }
  const auto given = value.Bool();
  if (!given) return given.error();
  flag = *given;
  return {};
}

Result<void> SetTimeout(const Value& value, JobConfig& job) {
  job.timeout_minutes.reset();
  if (value.IsNull()) return {};
  const auto minutes = value.Integer(1, kMaxTimeoutMinutes);
  if (!minutes) return minutes.error();
  job.timeout_minutes = *minutes;
  return {};
}

// 0 is "nobody said", as in the Go plugin.
Result<void> SetGracePeriod(const Value& value, JobConfig& job) {
  if (value.IsNull()) {
    job.grace_period_seconds.reset();
    return {};
  }
  const auto seconds = value.Integer(0, kMaxGracePeriodSeconds);
  if (!seconds) return seconds.error();
  if (*seconds > 0) job.grace_period_seconds = *seconds;
  return {};
}

// A percentage in plain decimal writing.
std::optional<double> Percent(std::string_view text) {
  if (text.empty() || text.size() > kMaxThresholdText) return std::nullopt;
  const bool octal = text.size() > 1 && text[0] == '0' && text[1] != '.';
  const bool decimal = text.find_first_not_of("0123456789.") == std::string_view::npos;
  if (octal || !decimal || text.front() == '.' || text.back() == '.') return std::nullopt;
  double percent = 0;
  const auto* end = text.data() + text.size();
  const auto [at, fault] = std::from_chars(text.data(), end, percent);
  if (fault != std::errc() || at != end || percent > 100) return std::nullopt;
  return percent;
}

Result<void> SetThreshold(const Value& value, JobConfig& job) {
  job.coverage_threshold.reset();
  job.threshold_text.clear();
  if (value.IsNull()) return {};
  auto text = value.Text(kAnyText);
  if (text) job.coverage_threshold = Percent(*text);
  if (!job.coverage_threshold) {
    return value.Fault("must be a percentage from 0 to 100 such as 70 or 62.5");
  }
  job.threshold_text = std::move(*text);
  return {};
}

Result<void> SetCoverageDirs(const Value& value, JobConfig& job) {
  job.coverage_dirs.reset();
  if (value.IsNull()) return {};
  std::vector<std::string> dirs;
  if (auto set = SetTexts(value, kCoverageDir, dirs); !set) return set;
  if (dirs.empty()) return value.Fault("is empty, leave it out for all directories");
  job.coverage_dirs = std::move(dirs);
  return {};
}

Result<void> SetCommand(const Value& value, JobConfig& job) {
  if (auto set = SetTexts(value, kAnyText, job.command); !set) return set;
  if (!job.command.empty() && job.command.front().empty()) {
    return value.Fault("begins with an empty string, it must begin with a program");
  }
  return {};
}

Result<void> SetQuantities(const Value& value, std::string_view key, ordered_json& resources) {
  std::map<std::string, std::string> quantities;
  if (resources.contains(key)) quantities = resources[key].get<decltype(quantities)>();
  if (auto set = SetMap(value, kResourceName, kQuantity, quantities); !set) return set;
  if (quantities.empty()) {
    resources.erase(std::string(key));
  } else {
    resources[std::string(key)] = quantities;
  }
  return {};
}

constexpr Field<ordered_json> kResourceFields[] = {
    {"requests", [](const Value& v, ordered_json& r) { return SetQuantities(v, "requests", r); }},
    {"limits", [](const Value& v, ordered_json& r) { return SetQuantities(v, "limits", r); }},
};

Result<void> SetResources(const Value& value, JobConfig& job) {
  ordered_json resources = job.resources.is_null() ? ordered_json::object() : job.resources;
  if (auto set = Apply<ordered_json>(value, kResourceFields, resources); !set) return set;
  job.resources = resources.empty() ? ordered_json() : std::move(resources);
  return {};
}

constexpr Field<UtilityImages> kImageFields[] = {
    {"cloneRefs",
     [](const Value& v, UtilityImages& i) { return SetText(v, kOneWord, i.clonerefs); }},
    {"initUpload",
     [](const Value& v, UtilityImages& i) { return SetText(v, kOneWord, i.initupload); }},
    {"entrypoint",
     [](const Value& v, UtilityImages& i) { return SetText(v, kOneWord, i.entrypoint); }},
    {"sidecar", [](const Value& v, UtilityImages& i) { return SetText(v, kOneWord, i.sidecar); }},
};

constexpr Field<GcsConfig> kGcsFields[] = {
    {"bucket", [](const Value& v, GcsConfig& g) { return SetText(v, kOneWord, g.bucket); }},
    {"pathStrategy",
     [](const Value& v, GcsConfig& g) { return SetText(v, kPathStrategy, g.path_strategy); }},
    {"credentialsSecret",
     [](const Value& v, GcsConfig& g) { return SetText(v, kSecretName, g.credentials_secret); }},
    {"defaultOrg",
     [](const Value& v, GcsConfig& g) { return SetText(v, kGitHubName, g.default_org); }},
    {"defaultRepo",
     [](const Value& v, GcsConfig& g) { return SetText(v, kGitHubName, g.default_repo); }},
};

constexpr Field<JobConfig> kJobFields[] = {
    {"namespace", [](const Value& v, JobConfig& j) { return SetText(v, kNamespace, j.ns); }},
    {"image", [](const Value& v, JobConfig& j) { return SetText(v, kOneWord, j.image); }},
    {"cluster", [](const Value& v, JobConfig& j) { return SetText(v, kOneWord, j.cluster); }},
    {"testPackages",
     [](const Value& v, JobConfig& j) { return SetText(v, kOneLine, j.test_packages); }},
    {"env", [](const Value& v, JobConfig& j) { return SetMap(v, kEnvName, kAnyText, j.env); }},
    {"timeoutMinutes", SetTimeout},
    {"gracePeriodSeconds", SetGracePeriod},
    {"utilityImages",
     [](const Value& v, JobConfig& j) {
       return Apply<UtilityImages>(v, kImageFields, j.utility_images);
     }},
    {"gcs", [](const Value& v, JobConfig& j) { return Apply<GcsConfig>(v, kGcsFields, j.gcs); }},
    {"coverageThreshold", SetThreshold},
    {"githubTokenSecret",
     [](const Value& v, JobConfig& j) { return SetText(v, kSecretName, j.github_token_secret); }},
    {"mountGithubToken",
     [](const Value& v, JobConfig& j) { return SetBool(v, j.mount_github_token); }},
    {"coverageDirs", SetCoverageDirs},
    {"command", SetCommand},
    {"args", [](const Value& v, JobConfig& j) { return SetTexts(v, kAnyText, j.args); }},
    {"resources", SetResources},
    {"labels",
     [](const Value& v, JobConfig& j) { return SetMap(v, kLabelName, kLabelValue, j.labels); }},
    {"annotations",
     [](const Value& v, JobConfig& j) { return SetMap(v, kLabelName, kAnyText, j.annotations); }},
    {"gate", [](const Value& v, JobConfig& j) { return SetBool(v, j.gate); }},
};

}  // namespace

Result<void> ApplyJob(const Value& mapping, JobConfig& job) {
  if (mapping.IsNull()) return {};
  return Apply<JobConfig>(mapping, kJobFields, job);
}

}  // namespace prow_coverage::config
