#pragma once

#include "prow_coverage/base/logger.h"

namespace prow_coverage::app {

// For verbs whose output is their answer: what goes wrong reaches the user as their error line.
class QuietLogger final : public Logger {
 public:
  bool Enabled(LogLevel) const override { return false; }
  void Log(LogLevel, std::string_view, Fields) override {}
};

}  // namespace prow_coverage::app
