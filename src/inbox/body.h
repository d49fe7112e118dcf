#pragma once

#include <string>
#include <string_view>

#include "prow_coverage/base/error.h"

namespace prow_coverage::inbox {

// A payload as `bodies.body` holds it: an LZ4 frame with its size and a checksum. GitHub's payloads
// repeat their URLs, so 27 KB become 5 KB in 7 us, and far less is written, twice (to the log and
// to the file), than that costs. zlib would take 100 us, zstd twice as long for a third less.
[[nodiscard]] std::string PackBody(std::string_view body);

// Also what schema 2 and older stored as it was: no JSON begins like an LZ4 frame. Errors:
// kInternal when it is damaged.
[[nodiscard]] Result<std::string> UnpackBody(std::string_view packed);

}  // namespace prow_coverage::inbox
