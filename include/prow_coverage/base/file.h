#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "prow_coverage/base/error.h"

namespace prow_coverage {

// The whole content of a regular file (symlinks followed, as Kubernetes mounts secrets).
// Errors: kNotFound, kPermissionDenied, kInvalidArgument (a directory, a device), kTooLarge (over
// `limit` bytes).
[[nodiscard]] Result<std::string> ReadFile(const std::filesystem::path& path,
                                           std::size_t limit = std::size_t{16} << 20);

}  // namespace prow_coverage
