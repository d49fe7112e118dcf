#include "pod_spec.h"

#include <charconv>
#include <string>
#include <vector>

#include "built_in.h"
#include "json_fields.h"

namespace prow_coverage::prow {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kThreshold = "COVERAGE_THRESHOLD";
constexpr const char* kTokenVolume = "github-token";

// Which job the configuration describes: its own command, the Go plugin's, or the built-in one.
enum class Kind { kOwn, kGoPlugin, kBuiltIn };

Kind KindOf(const config::JobConfig& job) {
  if (!job.command.empty()) return Kind::kOwn;
  return job.test_packages.empty() ? Kind::kBuiltIn : Kind::kGoPlugin;
}

std::vector<std::string> CommandOf(const config::JobConfig& job) {
  switch (KindOf(job)) {
    case Kind::kOwn:
      return job.command;
    case Kind::kGoPlugin:
      return {"/usr/local/bin/entrypoint.sh", "/bin/sh", "-ce"};
    case Kind::kBuiltIn:
      break;
  }
  return {"/usr/local/bin/runner.sh", "/bin/sh", "-ce"};
}

std::vector<std::string> ArgsOf(const config::JobConfig& job) {
  if (!job.args.empty()) return job.args;
  switch (KindOf(job)) {
    case Kind::kOwn:
      return {};
    case Kind::kGoPlugin:
      return {"/usr/local/bin/coverage-report.sh " + job.test_packages};
    case Kind::kBuiltIn:
      break;
  }
  return {std::string(kBuiltInScript)};
}

std::string PercentText(double percent) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, percent, std::chars_format::fixed).ptr;
  return {text, end};
}

// Empty: the variable is left out. The Go plugin's script reads absence as 70, hence its 0.
std::string ThresholdOf(const config::JobConfig& job) {
  if (job.coverage_threshold) return PercentText(*job.coverage_threshold);
  const auto own = job.env.find(kThreshold);
  if (own != job.env.end()) return own->second;
  return KindOf(job) == Kind::kGoPlugin ? "0" : "";
}

Json EnvOf(const config::JobConfig& job) {
  std::map<std::string, std::string> env = job.env;  // sorted, as the Go plugin writes it
  if (KindOf(job) == Kind::kBuiltIn) env.try_emplace("GIMME_GO_VERSION", kBuiltInGoVersion);
  env.erase(kThreshold);
  Json list = Json::array();
  for (const auto& [name, value] : env) list.push_back({{"name", name}, {"value", value}});
  if (const auto threshold = ThresholdOf(job); !threshold.empty()) {
    list.push_back({{"name", kThreshold}, {"value", threshold}});
  }
  return list;
}

Json ResourcesOf(const config::JobConfig& job) {
  if (!job.resources.is_null()) {
    Json resources = job.resources;
    QuantitiesToText(resources);
    return resources;
  }
  if (KindOf(job) != Kind::kBuiltIn) return nullptr;
  const Json memory = {{"memory", kBuiltInMemory}};
  return {{"requests", memory}, {"limits", memory}};
}

Json ContainerOf(const config::JobConfig& job) {
  Json container = {{"name", ""}};  // The CRD requires it; plank names a single container itself.
  container["image"] = job.image.empty() ? std::string(kBuiltInImage) : job.image;
  container["command"] = CommandOf(job);
  if (const auto args = ArgsOf(job); !args.empty()) container["args"] = args;
  if (auto env = EnvOf(job); !env.empty()) container["env"] = std::move(env);
  if (auto resources = ResourcesOf(job); !resources.empty()) {
    container["resources"] = std::move(resources);
  }
  return container;
}

void MountToken(Json& pod, Json& container, const std::string& secret) {
  container["volumeMounts"] = Json::array(
      {{{"name", kTokenVolume}, {"mountPath", "/etc/github-commenter"}, {"readOnly", true}}});
  pod["volumes"] = Json::array({{{"name", kTokenVolume}, {"secret", {{"secretName", secret}}}}});
}

}  // namespace

Result<Json> RenderPodSpec(const config::JobConfig& job) {
  if (!job.command.empty() && job.command.front().empty()) {
    return InvalidField("command", "begins with an empty text: name the program to run");
  }
  if (!job.resources.is_null() && !job.resources.is_object()) {
    return InvalidField("resources", "is not an object: write requests and limits into it");
  }
  if (job.mount_github_token && job.github_token_secret.empty()) {
    return InvalidField("githubTokenSecret",
                        "is missing: mountGithubToken needs it; set it, or remove the latter");
  }
  Json pod = Json::object();
  Json container = ContainerOf(job);
  if (job.mount_github_token) MountToken(pod, container, job.github_token_secret);
  pod["containers"] = Json::array({std::move(container)});
  return Success(std::move(pod));
}

}  // namespace prow_coverage::prow
