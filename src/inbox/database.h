#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "connection.h"

namespace prow_coverage::inbox {

// Opens a file as the inbox: looks at what it is before it touches it, sets every PRAGMA that the
// durability argument of docs/inbox.md rests on. The owner migrates; others refuse another schema.
// With Access::kReadOnly nothing is written.
// Errors: kInvalidArgument (a directory, no such directory, a foreign, newer or corrupt file, each
// with what to do), kNotFound (no such file, unless kCreate; nothing stored yet, unless by the
// owner), kPermissionDenied, kConflict (another daemon owns it), kUnavailable.
[[nodiscard]] Result<std::unique_ptr<Connection>> OpenDatabase(const std::filesystem::path& path,
                                                               Access access,
                                                               const std::string& vfs = {});

// The connection's last fault as kInvalidArgument when it is about what the file holds: to open it
// again would not help.
[[nodiscard]] Error AsContentFault(Error error, const Connection& connection);

}  // namespace prow_coverage::inbox
