#pragma once

#include <cstddef>

#include "prow_coverage/base/error.h"
#include "prow_coverage/github/client.h"
#include "prow_coverage/json/document.h"

namespace prow_coverage::github {

// GitHub caps the list of a pull request's files at 3,000, which is 30 pages of 100.
inline constexpr std::size_t kMaxChangedFiles = 3000;
inline constexpr std::size_t kMaxFilePages = 30;

// Adds one page of `GET /repos/{o}/{r}/pulls/{n}/files` to `files`; sets `truncated` at the cap.
// Errors: kInvalidArgument for anything but an array of objects with a file name.
[[nodiscard]] Result<void> AppendChangedFiles(const json::Value& page, ChangedFiles& files);

}  // namespace prow_coverage::github
