#include <cerrno>
#include <cmath>
#include <mutex>
#include <string>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/utf8.h"

namespace prow_coverage {
namespace {

constexpr std::size_t kMaxValueBytes = 2048;

void AppendEscape(std::string& out, unsigned char control) {
  switch (control) {
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", control);
  }
}

// One character, or one byte that belongs to none.
void AppendCharacter(std::string& out, std::string_view character, bool valid) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (!valid) {
    out += "\\ufffd";
  } else if (first < 0x20 || first == 0x7F) {
    AppendEscape(out, first);
  } else if (first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0) {
    AppendEscape(out, static_cast<unsigned char>(character[1]));  // U+0080 to U+009F: C1 controls
  } else {
    if (first == '"' || first == '\\') out += '\\';
    out += character;
  }
}

// Escapes for JSON, cuts at kMaxValueBytes and escapes control characters, so that hostile text
// can neither break a line nor drive a terminal.
void AppendJsonString(std::string& out, std::string_view text) {
  const bool cut = text.size() > kMaxValueBytes;
  text = ClipUtf8(text, kMaxValueBytes);
  out += '"';
  while (!text.empty()) {
    const std::size_t length = Utf8CharacterLength(text);
    const std::size_t step = length == 0 ? 1 : length;
    AppendCharacter(out, text.substr(0, step), length != 0);
    text.remove_prefix(step);
  }
  if (cut) out += "…";
  out += '"';
}

void AppendDouble(std::string& out, double value) {
  // JSON has no NaN and no infinity.
  if (std::isfinite(value)) {
    fmt::format_to(std::back_inserter(out), "{:.6g}", value);
  } else {
    out += "null";
  }
}

struct AppendValue {
  std::string& out;
  void operator()(std::string_view value) const { AppendJsonString(out, value); }
  void operator()(std::int64_t value) const { out += std::to_string(value); }
  void operator()(double value) const { AppendDouble(out, value); }
  void operator()(bool value) const { out += value ? "true" : "false"; }
};

// One write(2) a line, so that lines of several threads and processes never mix.
class DescriptorSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit DescriptorSink(int fd) : fd_(fd) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    line_.assign(message.payload.data(), message.payload.size());
    line_ += '\n';
    std::string_view rest = line_;
    while (!rest.empty()) {
      const ssize_t n = ::write(fd_, rest.data(), rest.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return;  // Nobody is left to be told that the log cannot be written.
      rest.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  void flush_() override {}

  int fd_;
  std::string line_;
};

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string_view LogrusName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "info";
}

class JsonLogger final : public Logger {
 public:
  JsonLogger(LogLevel level, int fd)
      : logger_("prow-coverage", std::make_shared<DescriptorSink>(fd)) {
    logger_.set_level(ToSpdlog(level));
  }

  bool Enabled(LogLevel level) const override { return logger_.should_log(ToSpdlog(level)); }

  void Log(LogLevel level, std::string_view message, Fields fields) override {
    if (!Enabled(level)) return;
    thread_local std::string line;
    line = R"({"component":"prow-coverage","level":")";
    line += LogrusName(level);
    line += R"(","msg":)";
    AppendJsonString(line, message);
    line += R"(,"severity":")";
    line += LogrusName(level);
    line += R"(","time":")";
    line += ToRfc3339(std::chrono::system_clock::now());
    line += '"';
    for (const LogField& field : fields) {
      line += ',';
      AppendJsonString(line, field.key);
      line += ':';
      std::visit(AppendValue{line}, field.value);
    }
    line += '}';
    logger_.log(ToSpdlog(level), spdlog::string_view_t(line.data(), line.size()));
  }

 private:
  spdlog::logger logger_;
};

}  // namespace

Result<LogLevel> ParseLogLevel(std::string_view name) {
  // logrus' names; its trace, fatal and panic fold into their neighbours.
  if (name == "trace" || name == "debug") return LogLevel::kDebug;
  if (name == "info") return LogLevel::kInfo;
  if (name == "warn" || name == "warning") return LogLevel::kWarning;
  if (name == "error" || name == "fatal" || name == "panic") return LogLevel::kError;
  return Error{ErrorCode::kInvalidArgument,
               "unknown log level \"" + std::string(name) + "\": use debug, info, warning or error",
               {}};
}

std::unique_ptr<Logger> MakeJsonLogger(LogLevel level, int fd) {
  return std::make_unique<JsonLogger>(level, fd);
}

}  // namespace prow_coverage
