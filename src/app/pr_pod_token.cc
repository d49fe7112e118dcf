#include "pr_pod_token.h"

#include <cstdlib>

namespace prow_coverage::app {

Result<pr_pod::Token> PrPodToken(const PrPodOptions& options) {
  const char* value = std::getenv(pr_pod::kTokenVariable);
  pr_pod::TokenSources sources;
  sources.environment = value == nullptr ? "" : value;
  sources.env_file = options.env_file;
  return pr_pod::FindToken(sources);
}

}  // namespace prow_coverage::app
