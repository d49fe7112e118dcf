#pragma once

#include <exception>
#include <functional>
#include <string>

#include "prow_coverage/base/logger.h"

namespace prow_coverage {

// The completion handler of a coroutine that the process cannot do without: when an exception ends
// it, that is logged and the process ends with status 70 (sysexits.h: EX_SOFTWARE), so that whoever
// supervises it starts it again, instead of going on without what the coroutine did. Nothing is
// unwound; the inbox is made for that. Cancelling (operation_aborted) is no fault. `logger` must
// outlive the coroutine.
[[nodiscard]] std::function<void(std::exception_ptr)> Vital(std::string name, Logger& logger);

}  // namespace prow_coverage
