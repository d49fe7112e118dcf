// What the reporter costs: reading a ProwJob, and a relist of 10,000 of them.

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include "prow_coverage/prow/prow_job.h"
#include "prow_coverage/reporter/job.h"

#include "heads.h"

namespace prow_coverage::reporter {
namespace {

constexpr const char* kHost = "https://github.com";

std::string Object(int number) {
  prow::JobRequest request;
  request.pull.org = "kubevirt";
  request.pull.repo = "project-infra";
  request.pull.repo_url = "https://github.com/kubevirt/project-infra";
  request.pull.number = number;
  request.pull.title = "change " + std::to_string(number);
  request.pull.url = request.pull.repo_url + "/pull/" + std::to_string(number);
  request.pull.author = "somebody";
  request.pull.author_url = "https://github.com/somebody";
  request.pull.head_sha = std::string(40, 'a');
  request.pull.head_ref = "feature";
  request.pull.base_ref = "main";
  request.base_sha = std::string(40, 'b');
  request.delivery_guid = "72d3162e-cc78-11e3-81ab-4c9367dc0958";
  request.start_time = WallTime(std::chrono::seconds(1'700'000'000));
  request.github_host_url = kHost;
  request.jobs_namespace = "kubevirt-prow-jobs";
  const auto config = config::JobsConfig::BuiltIn();
  auto job = prow::Render(request, *config.For("kubevirt", "project-infra"), {}).value();
  job["metadata"]["resourceVersion"] = std::to_string(number);
  job["metadata"]["uid"] = "00000000-0000-4000-8000-000000000000";
  job["status"]["state"] = "pending";
  job["status"]["build_id"] = std::to_string(1'800'000'000'000 + number);
  return job.dump();
}

void ReadJob(benchmark::State& state) {
  const std::string object = Object(1);
  for (auto _ : state) benchmark::DoNotOptimize(ParseJob(object, kHost));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(object.size()));
}
BENCHMARK(ReadJob);

// Budget: 1 s of CPU for 10,000. What they cost in memory and in the daemon, bench/load tells.
void Relist(benchmark::State& state) {
  std::vector<std::string> objects;
  for (int i = 1; i <= state.range(0); ++i) objects.push_back(Object(i));
  for (auto _ : state) {
    Heads heads;
    for (const auto& object : objects) heads.Upsert(ParseJob(object, kHost).value());
    benchmark::DoNotOptimize(heads.Settle());
  }
}
BENCHMARK(Relist)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace prow_coverage::reporter
