#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/mutex.h"

namespace prow_coverage::testing {

// Keeps every line for a test to look at. Thread-safe.
class RecordingLogger final : public Logger {
 public:
  struct Line {
    LogLevel level;
    std::string message;
    std::map<std::string, std::string> fields;
  };

  bool Enabled(LogLevel) const override { return true; }

  void Log(LogLevel level, std::string_view message, Fields fields) override {
    Line line{level, std::string(message), {}};
    for (const auto& field : fields) line.fields[std::string(field.key)] = Text(field.value);
    const MutexLock lock(mutex_);
    lines_.push_back(std::move(line));
  }

  std::vector<Line> lines() const {
    const MutexLock lock(mutex_);
    return lines_;
  }

  // True when some line's message holds `part`.
  bool Has(std::string_view part) const {
    const MutexLock lock(mutex_);
    return std::any_of(lines_.begin(), lines_.end(), [&](const Line& line) {
      return line.message.find(part) != std::string::npos;
    });
  }

 private:
  static std::string Text(const decltype(LogField::value)& value) {
    struct Visitor {
      std::string operator()(std::string_view v) const { return std::string(v); }
      std::string operator()(std::int64_t v) const { return std::to_string(v); }
      std::string operator()(double v) const { return std::to_string(v); }
      std::string operator()(bool v) const { return v ? "true" : "false"; }
    };
    return std::visit(Visitor{}, value);
  }

  mutable Mutex mutex_;
  std::vector<Line> lines_ GUARDED_BY(mutex_);
};

}  // namespace prow_coverage::testing
