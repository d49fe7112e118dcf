#pragma once

#include <filesystem>

#include "prow_coverage/base/error.h"

namespace prow_coverage::inbox {

// Whether the file can be an inbox, from its own first bytes; an empty one can. To be asked before
// SQLite opens it: SQLite writes a log that it finds beside the file into whatever the file is, and
// what had been accepted last would be lost with a file that somebody has put in the inbox' place.
// Errors: kInvalidArgument, which does not name the file; kUnavailable when it cannot be read.
[[nodiscard]] Result<void> CheckFileHeader(const std::filesystem::path& path);

}  // namespace prow_coverage::inbox
