#include "log_lines.h"

#include <utility>

#include "text.h"

namespace prow_coverage::pr_pod {
namespace {
constexpr std::size_t kMaxLine = 8192;
constexpr std::size_t kMinTime = sizeof("2026-01-01T00:00:00Z") - 1;
}  // namespace

LogLines::LogLines(std::function<void(const std::string&)> print) : print_(std::move(print)) {}

void LogLines::Feed(std::string_view data) {
  while (!data.empty()) {
    const auto end = data.find('\n');
    const std::string_view piece = data.substr(0, end);
    if (partial_.size() < kMaxLine) partial_.append(piece.substr(0, kMaxLine - partial_.size()));
    if (end == std::string_view::npos) return;
    Take(partial_);
    partial_.clear();
    data.remove_prefix(end + 1);
  }
}

void LogLines::Finish() {
  if (!partial_.empty()) Take(partial_);
  partial_.clear();
}

void LogLines::Take(std::string_view line) {
  const auto space = line.find(' ');
  const bool has_time =
      space != std::string_view::npos && space >= kMinTime && line[4] == '-' && line[10] == 'T';
  if (has_time) {
    const std::string_view time = line.substr(0, space);
    // One node writes all times of a log, always with nine digits: text order is time order.
    if (time <= since_) return;
    since_ = time;
    line.remove_prefix(space + 1);
  }
  print_(Printable(line, kMaxLine));
}

}  // namespace prow_coverage::pr_pod
