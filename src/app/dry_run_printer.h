#pragma once

#include <cstdio>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "prow_coverage/base/mutex.h"
#include "prow_coverage/github/client.h"

#include "serve_options.h"

namespace prow_coverage::app {

// Prints what --dry-run would have written: one document for each object, the status that would be
// set as comments above it (YAML), or one object a line (JSON, which has no place for the status).
// Either can be piped into `kubectl apply --dry-run=server -f -`. Thread-safe.
class DryRunPrinter {
 public:
  DryRunPrinter(DryRunFormat format, std::FILE* out) : format_(format), out_(out) {}

  // Keeps an object until the status that follows it is known.
  void Object(const std::string& object);

  void Status(const std::string& org, const std::string& repo, const std::string& sha,
              const github::CommitStatus& status);

 private:
  const DryRunFormat format_;
  std::FILE* const out_;
  Mutex mutex_;
  std::map<std::string, nlohmann::ordered_json> objects_ GUARDED_BY(mutex_);  // by head SHA
};

}  // namespace prow_coverage::app
