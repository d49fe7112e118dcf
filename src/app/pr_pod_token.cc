#include "pr_pod_token.h"

#include "environment.h"

namespace prow_coverage::app {

Result<pr_pod::Token> PrPodToken(const PrPodOptions& options) {
  pr_pod::TokenSources sources;
  sources.environment = Environment(pr_pod::kTokenVariable);
  sources.env_file = options.env_file;
  return pr_pod::FindToken(sources);
}

}  // namespace prow_coverage::app
