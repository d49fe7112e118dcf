#include "dry_run_printer.h"

#include <utility>

#include "prow_coverage/yaml/node.h"

namespace prow_coverage::app {
namespace {

nlohmann::ordered_json ToJson(const std::string& org, const std::string& repo,
                              const std::string& sha, const github::CommitStatus& status) {
  return {{"path", "/repos/" + org + "/" + repo + "/statuses/" + sha},
          {"state", github::ToString(status.state)},
          {"context", status.context},
          {"description", status.description},
          {"target_url", status.target_url}};
}

std::string AsComments(const nlohmann::ordered_json& status) {
  std::string text = "# status that would be set: POST " + status["path"].get<std::string>() + "\n";
  for (const auto& [key, value] : status.items()) {
    if (key != "path") text += "#   " + key + ": " + value.dump() + "\n";
  }
  return text;
}

}  // namespace

void DryRunPrinter::Object(const std::string& object) {
  auto parsed = nlohmann::ordered_json::parse(object);
  const std::string sha = parsed["spec"]["refs"]["pulls"][0]["sha"];
  const MutexLock lock(mutex_);
  objects_.insert_or_assign(sha, std::move(parsed));
}

void DryRunPrinter::Status(const std::string& org, const std::string& repo, const std::string& sha,
                           const github::CommitStatus& status) {
  const auto status_json = ToJson(org, repo, sha, status);
  const MutexLock lock(mutex_);
  const auto found = objects_.find(sha);
  nlohmann::ordered_json object;
  if (found != objects_.end()) {
    object = std::move(found->second);
    objects_.erase(found);
  }
  std::string text;
  if (format_ == DryRunFormat::kYaml) text = "---\n" + AsComments(status_json);
  if (!object.is_null()) {
    text += format_ == DryRunFormat::kYaml ? yaml::Emit(object) : object.dump() + "\n";
  }
  std::fwrite(text.data(), 1, text.size(), out_);
  std::fflush(out_);
}

}  // namespace prow_coverage::app
