#pragma once

#include <string>

#include "prow_coverage/base/error.h"

namespace prow_coverage::app {

// The content of a file, or of standard input for "-"; bounded as a webhook body is.
[[nodiscard]] Result<std::string> ReadInput(const std::string& path);

}  // namespace prow_coverage::app
