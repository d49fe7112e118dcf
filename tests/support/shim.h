#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "support/shim_control.h"
#include "support/temp_dir.h"

namespace prow_coverage::testing {

// The disk and the wall clock of daemons that are started with its environment; see ShimControl.
// What it is told holds at once, for those that run as well, and outlives them.
class Shim {
 public:
  Shim();
  ~Shim();
  Shim(const Shim&) = delete;
  Shim& operator=(const Shim&) = delete;

  ShimControl& control() { return *control_; }

  // NAME=value each, for Process.
  std::vector<std::string> Environment() const;

  // From now on what a power cut would leave is kept. Call it before the first daemon starts.
  void KeepPlatter() { control_->keeps_platter = 1; }

  // Puts what was synced in the place of a database whose daemon has been killed: everything that
  // was written since its last sync is gone.
  void CutPower(const std::filesystem::path& database) const;

 private:
  TempDir dir_;
  ShimControl* control_;
};

}  // namespace prow_coverage::testing
