#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "artifacts.h"
#include "build_files.h"
#include "journal.h"
#include "kube_store.h"
#include "plank_run.h"

namespace prow_coverage::sandbox {

// Writes what plank writes: a ProwJob's status, and for the pod that there is none of, its
// artifacts.
class PlankWriter {
 public:
  // `deck_url` is what status.url begins with.
  PlankWriter(KubeStore& store, Artifacts& artifacts, Journal& journal, std::string deck_url);

  // Takes the step that is next; `run` keeps what the following ones need. Nothing happens when the
  // job is gone.
  void Take(PlankRun& run);

  // What plank does to the older of two jobs for the same pull requests.
  void AbortAsOlder(PlankRun& run);

 private:
  [[nodiscard]] Json StatusAtStart(const PlankRun& run, const Json& job, WallTime now) const;
  [[nodiscard]] Json StatusOfRestart(const PlankRun& run, const Json& job) const;
  [[nodiscard]] std::string NewBuildId(WallTime now);
  void Write(PlankRun& run, Json job, const Json& status);
  void Upload(const Json& job, const std::string& build_id, const BuildFiles& files);

  KubeStore& store_;
  Artifacts& artifacts_;
  Journal& journal_;
  const std::string deck_url_;
  std::uint64_t builds_ = 0;
};

}  // namespace prow_coverage::sandbox
