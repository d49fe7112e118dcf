#include "plank_writer.h"

#include <utility>

namespace prow_coverage::sandbox {
namespace {

const ResourceType& ProwJobs() {
  static const ResourceType& kType = *FindResource("prow.k8s.io", "v1", "prowjobs");
  return kType;
}

void Replace(std::string& text, std::string_view placeholder, std::string_view value) {
  for (auto at = text.find(placeholder); at != std::string::npos;
       at = text.find(placeholder, at + value.size())) {
    text.replace(at, placeholder.size(), value);
  }
}

std::string Description(const PlankRun& run) {
  const Scenario& scenario = run.scenario;
  std::string text = scenario.description.empty() ? std::string(scenario.outcome->description)
                                                  : scenario.description;
  Replace(text, "{name}", run.key.second);
  Replace(text, "{cluster}", run.view.cluster);
  return text;
}

}  // namespace

PlankWriter::PlankWriter(KubeStore& store, Artifacts& artifacts, Journal& journal,
                         std::string deck_url)
    : store_(store), artifacts_(artifacts), journal_(journal), deck_url_(std::move(deck_url)) {}

void PlankWriter::Take(PlankRun& run) {
  const auto object = store_.Find(ProwJobs(), run.key.first, run.key.second);
  if (!object) return;
  const PlankStep step = run.steps[run.next];
  const WallTime now = run.began + step.at;
  Json job = ParseJson(object->text).value();
  switch (step.kind) {
    case PlankStep::Kind::kSchedule:
      return Write(run, std::move(job), {{"state", "triggered"}});
    case PlankStep::Kind::kStart:
      run.build_id = NewBuildId(now);
      Upload(job, run.build_id, FilesAtStart(job, now));
      return Write(run, job, StatusAtStart(run, job, now));
    case PlankStep::Kind::kRestart:
      ++run.restarts;
      run.build_id = NewBuildId(now);
      Upload(job, run.build_id, FilesAtStart(job, now));
      return Write(run, job, StatusOfRestart(run, job));
    case PlankStep::Kind::kAbort:
      return Write(run, std::move(job), {{"state", "aborted"}, {"description", Description(run)}});
    case PlankStep::Kind::kFinish:
      Upload(job, run.build_id, FilesAtEnd(job, run.scenario, run.scenario.outcome->state, now));
      return Write(run, std::move(job),
                   {{"state", run.scenario.outcome->state},
                    {"description", Description(run)},
                    {"completionTime", ToRfc3339(now)}});
    case PlankStep::Kind::kComplete:
      Upload(job, run.build_id, FilesAtEnd(job, run.scenario, "aborted", now));
      return Write(run, std::move(job), {{"completionTime", ToRfc3339(now)}});
    case PlankStep::Kind::kDelete:
      journal_.Add(Journal::Kind::kEffect, Host::kKube, 0, "plank: deleted " + run.key.second);
      store_.Remove(object);
      return;
  }
}

void PlankWriter::AbortAsOlder(PlankRun& run) {
  const auto object = store_.Find(ProwJobs(), run.key.first, run.key.second);
  if (!object) return;
  // The second member keeps Prow's own GitHub reporter quiet about it.
  Write(run, ParseJson(object->text).value(),
        {{"state", "aborted"}, {"prev_report_states", {{"github-reporter", "aborted"}}}});
}

Json PlankWriter::StatusAtStart(const PlankRun& run, const Json& job, WallTime now) const {
  return {{"state", "pending"},
          {"pendingTime", ToRfc3339(now)},
          {"description", "Job triggered."},
          {"url", BuildUrl(deck_url_, job, run.build_id)},
          {"pod_name", run.key.second},
          {"build_id", run.build_id}};
}

Json PlankWriter::StatusOfRestart(const PlankRun& run, const Json& job) const {
  Json status{{"url", BuildUrl(deck_url_, job, run.build_id)},
              {"pod_name", run.key.second},
              {"build_id", run.build_id}};
  if (run.scenario.outcome->revivals) status["pod_revival_count"] = run.restarts;
  return status;
}

// As bwmarrin/snowflake makes them, which Prow uses without tot: milliseconds since its epoch, 22
// bits further up; node 1; a number.
std::string PlankWriter::NewBuildId(WallTime now) {
  constexpr std::uint64_t kEpoch = 1'288'834'974'657;
  const auto ms = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  return std::to_string(((ms - kEpoch) << 22) | (1U << 12) | (builds_++ & 0xfff));
}

void PlankWriter::Write(PlankRun& run, Json job, const Json& status) {
  job["status"].merge_patch(status);
  const std::string state = Text(job["status"], "state");
  run.revision = store_.Put(ProwJobs(), std::move(job))->revision;
  journal_.Add(Journal::Kind::kEffect, Host::kKube, 0,
               "plank: " + run.key.first + "/" + run.key.second + " is " + state);
}

void PlankWriter::Upload(const Json& job, const std::string& build_id, const BuildFiles& files) {
  if (build_id.empty()) return;
  const std::string directory = BuildDirectory(job, build_id);
  for (const auto& [path, content] : files) artifacts_.Put(directory + "/" + path, content);
}

}  // namespace prow_coverage::sandbox
