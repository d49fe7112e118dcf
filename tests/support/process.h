#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "support/temp_dir.h"

namespace prow_coverage::testing {

// A child process whose output goes to files of its own. Killed with the object. Every wait throws
// after half a minute, with the child's output, so that a hang is a failure that explains itself.
class Process {
 public:
  // `arguments` begins with the program. `environment` (NAME=value) comes on top of this process'.
  explicit Process(std::vector<std::string> arguments, std::string_view standard_input = {},
                   std::vector<std::string> environment = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void Signal(int number) const;
  // The exit code, or 128 + the signal that ended it.
  int Wait(std::chrono::milliseconds patience = std::chrono::seconds(30));
  [[nodiscard]] bool Running();

  [[nodiscard]] std::string Out() const;
  [[nodiscard]] std::string Err() const;
  // Waits until standard error holds `text`.
  void AwaitErr(std::string_view text);
  // Seconds of CPU so far, user and system, of all its threads.
  [[nodiscard]] double CpuSeconds() const;
  // Resident bytes, now and at most so far.
  [[nodiscard]] std::size_t ResidentBytes() const;
  [[nodiscard]] std::size_t PeakResidentBytes() const;
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  [[noreturn]] void Fail(const std::string& what) const;

  TempDir dir_;
  std::string name_;
  pid_t pid_ = -1;
  int exit_code_ = -1;
};

// The number after `"key":` in `text`; 0 when it is not there.
[[nodiscard]] std::uint16_t NumberAfter(const std::string& text, const std::string& key);

}  // namespace prow_coverage::testing
