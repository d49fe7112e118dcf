#include "prow_coverage/config/job_config.h"

#include "fuzz.h"

using namespace prow_coverage;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config = config::JobsConfig::Parse(fuzz::Text(data, size), "config.yaml");
  if (!config) {
    fuzz::Require(config.error().code == ErrorCode::kInvalidArgument, "errors are permanent");
    return 0;
  }
  for (const auto& name : config->Repositories()) {
    const auto slash = name.find('/');
    fuzz::Require(slash != std::string::npos, "repositories are org/repo");
    const auto* job = config->For(name.substr(0, slash), name.substr(slash + 1));
    fuzz::Require(job != nullptr, "a repository that is listed is found");
    fuzz::Require(!config::ToYaml(*job).empty(), "a merged job can be printed");
  }
  return 0;
}
