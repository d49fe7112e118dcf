#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace prow_coverage::pr_pod {

// Puts a container's log, as the API sends it with timestamps, back together into lines. After a
// cut it is asked for again from `since` on, and skips what it has told. A line is cut at 8 KiB.
class LogLines {
 public:
  // `print` gets each line without its time, fit for a terminal.
  explicit LogLines(std::function<void(const std::string& line)> print);

  void Feed(std::string_view data);

  // The stream has ended: what is left without a newline is a line.
  void Finish();

  // RFC 3339 time of the last line, "" before the first.
  [[nodiscard]] const std::string& since() const { return since_; }

 private:
  void Take(std::string_view line);

  const std::function<void(const std::string&)> print_;
  std::string partial_;
  std::string since_;
};

}  // namespace prow_coverage::pr_pod
