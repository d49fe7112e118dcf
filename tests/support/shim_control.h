#pragma once

#include <atomic>

namespace prow_coverage::testing {

// What a test tells the shim in a daemon, through a file that both have mapped. Zero changes
// nothing. Each field stands for itself, so relaxed order is enough.
struct ShimControl {
  std::atomic<int> sync_delay_ms;
  std::atomic<int> sync_error;   // an errno: every sync fails with it and writes nothing
  std::atomic<int> write_error;  // every write to a file fails with it
  std::atomic<int> disk_full;    // a write that would make its file longer fails with ENOSPC
  std::atomic<int> read_only;    // nothing may be written, as on a file system mounted read-only
  std::atomic<int> clock_offset_s;
  std::atomic<int> file_user;      // at start: files are opened as this user, when root runs it
  std::atomic<int> keeps_platter;  // after each sync its file is copied to the platter

  std::atomic<int> syncs;
  std::atomic<int> directory_syncs;
  std::atomic<int> failures;
};

// Environment variables of the process under the shim: the control file, and a directory that
// holds what a disk would after a power cut.
inline constexpr const char* kShimControlVariable = "PROW_COVERAGE_SHIM_CONTROL";
inline constexpr const char* kShimPlatterVariable = "PROW_COVERAGE_SHIM_PLATTER";

}  // namespace prow_coverage::testing
