#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "prow_coverage/base/task.h"

#include "kube_watch.h"
#include "plank_writer.h"

namespace prow_coverage::sandbox {

// Moves ProwJobs from state to state as Prow's plank does, along the scenario that fits each. A job
// that no scenario fits is left alone, and without any scenario nothing happens at all.
//
// It is a client of the store like any other: it sees what others write, and keeps plank's rules
// about that (aborts the older job for the same pull requests, completes a job that somebody has
// aborted). Time is the sandbox's: what has become due when the clock was advanced happens at once
// and in order, and is stamped with the time that it was due. One thread at a time.
class Plank {
 public:
  Plank(KubeStore& store, WatchHub& hub, Artifacts& artifacts, Journal& journal, const Clock& clock,
        std::string deck_url);

  // To be spawned once; ends after Stop.
  Task<void> Run();
  // Ends when Run has, or at once when it was never spawned.
  Task<void> Stop();

  // Jobs that are there already take part when it fits them.
  void Add(Scenario scenario);
  [[nodiscard]] const ScenarioList& scenarios() const { return scenarios_; }
  // Forgets the scenarios; the jobs stay as they are until one fits them again.
  void Clear();

 private:
  using Key = std::pair<std::string, std::string>;  // namespace, name

  void LookAround();
  void LookAtEverything();
  void LookAtWaiting();
  void LookAt(const KubeObject& object);
  void Adopt(const KubeObject& object, ProwJobView view);
  void TerminateOlder(const Key& key);
  void PlanCompletion(const Key& key);
  void NoteIfLeftRunning(const PlankRun& run, const ProwJobView& view);
  void Forget(const Key& key);

  [[nodiscard]] bool DoWhatIsDue();
  void TakeNextStep(const Key& key);
  void Plan(const PlankRun& run);
  [[nodiscard]] std::chrono::steady_clock::time_point NextDeadline() const;

  KubeStore& store_;
  WatchHub& hub_;
  Journal& journal_;
  const Clock& clock_;
  PlankWriter writer_;

  ScenarioList scenarios_;
  std::map<Key, PlankRun> runs_;
  std::set<std::pair<MonotonicTime, Key>> agenda_;  // the next step of each run that has one
  std::map<std::string, Key> newest_;               // run that is not aborted, by its identity
  std::set<Key> waiting_;                           // jobs that no scenario fits
  std::uint64_t seen_ = 0;                          // revision
  bool scenarios_changed_ = false;
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace prow_coverage::sandbox
