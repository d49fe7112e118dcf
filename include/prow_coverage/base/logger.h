#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <variant>

#include "prow_coverage/base/error.h"

namespace prow_coverage {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// "debug", "info", "warning" (or "warn"), "error". Errors: kInvalidArgument.
[[nodiscard]] Result<LogLevel> ParseLogLevel(std::string_view name);

// One key and value of a log line; refers to its text, so it lives as long as the call. Keys that
// Prow's components use keep Prow's spelling: event-GUID, event-type, org, repo, pr, sha, job.
struct LogField {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, bool v) : key(k), value(v) {}
  LogField(std::string_view k, double v) : key(k), value(v) {}
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  LogField(std::string_view k, T v) : key(k), value(static_cast<std::int64_t>(v)) {}
};

// Thread-safe.
class Logger {
 public:
  using Fields = std::initializer_list<LogField>;

  virtual ~Logger() = default;
  virtual bool Enabled(LogLevel level) const = 0;
  virtual void Log(LogLevel level, std::string_view message, Fields fields) = 0;

  void Debug(std::string_view message, Fields fields = {}) {
    Log(LogLevel::kDebug, message, fields);
  }
  void Info(std::string_view message, Fields fields = {}) { Log(LogLevel::kInfo, message, fields); }
  void Warning(std::string_view message, Fields fields = {}) {
    Log(LogLevel::kWarning, message, fields);
  }
  void Error(std::string_view message, Fields fields = {}) {
    Log(LogLevel::kError, message, fields);
  }
};

// One JSON object a line on file descriptor `fd`, as Prow's logrus formatter writes them:
// component, level, msg, severity, time, then the fields. Values are cut at 2 KiB, so that no
// payload floods the log. `fd` is not closed.
[[nodiscard]] std::unique_ptr<Logger> MakeJsonLogger(LogLevel level, int fd);

}  // namespace prow_coverage
