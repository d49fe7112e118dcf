#include "date_field.h"

#include <ctime>

namespace prow_coverage::server {
namespace {

// IMF-fixdate (RFC 9110, 5.6.7). No locale is ever set, so that the names are English.
std::string ToLine(std::chrono::sys_seconds second) {
  const std::time_t time = std::chrono::system_clock::to_time_t(second);
  std::tm utc{};
  gmtime_r(&time, &utc);
  char text[64];
  return {text, std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc)};
}

}  // namespace

std::string_view DateField::Line() {
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_->Now());
  if (now != second_) {
    second_ = now;
    line_ = ToLine(now);
  }
  return line_;
}

}  // namespace prow_coverage::server
