#include "save.h"

#include <utility>

namespace prow_coverage::reporter {

Task<void> Save(const ReporterDeps& deps, Entry& entry) {
  auto report = ToReport(entry);
  entry.owed = false;
  const auto saved = co_await deps.inbox.SaveReport(std::move(report));
  if (!saved) {
    deps.logger.Error("the inbox did not keep what was reported; after a restart it is looked up",
                      {{"error", saved.error().message}});
  }
}

}  // namespace prow_coverage::reporter
