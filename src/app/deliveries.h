#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "prow_coverage/inbox/reader.h"

namespace prow_coverage::app {

struct DeliveriesOptions {
  enum class Command { kList, kShow, kRetry, kExport };

  std::string inbox = "/var/lib/prow-coverage/inbox.db";
  Command command = Command::kList;
  bool json = false;
  bool full = false;     // show: details are not cut
  inbox::Filter filter;  // list; show: its limit
  // show, retry, export: a GUID, or for show org/repo#number
  std::string key;
  bool all_dead = false;
};

void AddDeliveriesFlags(CLI::App& command, DeliveriesOptions& options);

// Looks into the inbox of a daemon that may be running. Answers 0, or 1 with what is wrong on
// stderr.
[[nodiscard]] int Deliveries(const DeliveriesOptions& options);

}  // namespace prow_coverage::app
