#pragma once

#include "prow_coverage/reporter/reporter.h"

#include "heads.h"

namespace prow_coverage::reporter {

// Keeps what was told of a head, or is owed; it has been told even when the inbox does not take it.
Task<void> Save(const ReporterDeps& deps, Entry& entry);

}  // namespace prow_coverage::reporter
