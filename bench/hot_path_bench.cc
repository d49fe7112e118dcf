// What one delivery costs us before anybody is called, on the recorded payload of about 25 KB.

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include "prow_coverage/handler/coverage_dirs.h"
#include "prow_coverage/prow/prow_job.h"
#include "prow_coverage/webhook/event.h"
#include "prow_coverage/webhook/ingress.h"
#include "prow_coverage/webhook/signature.h"

#include "support/temp_dir.h"

namespace prow_coverage {
namespace {

const std::string& Payload() {
  static const std::string payload = testing::TestData("payloads/pull_request.opened.json");
  return payload;
}

void VerifySignature(benchmark::State& state) {
  const std::string header = webhook::Sign("secret", Payload());
  for (auto _ : state) benchmark::DoNotOptimize(webhook::Verify("secret", Payload(), header));
}
BENCHMARK(VerifySignature)->Unit(benchmark::kMicrosecond);

void ParseEnvelope(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(webhook::ParseEnvelope(Payload()));
}
BENCHMARK(ParseEnvelope)->Unit(benchmark::kMicrosecond);

void ParsePullRequestEvent(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(webhook::ParsePullRequestEvent(Payload()));
}
BENCHMARK(ParsePullRequestEvent)->Unit(benchmark::kMicrosecond);

// Headers, JSON, secret and signature: all that an ignored delivery needs of us.
void CheckDelivery(benchmark::State& state) {
  const auto secrets = webhook::Secrets::Parse("secret").value();
  const std::string signature = webhook::Sign("secret", Payload());
  const webhook::Headers headers{"pull_request", "guid", signature, "application/json"};
  for (auto _ : state) {
    benchmark::DoNotOptimize(webhook::CheckHeaders(headers));
    benchmark::DoNotOptimize(webhook::CheckBody(headers, Payload(), secrets));
  }
}
BENCHMARK(CheckDelivery)->Unit(benchmark::kMicrosecond);

// The longest list that GitHub gives, none of it Go code.
void FilterThreeThousandFiles(benchmark::State& state) {
  github::ChangedFiles changed;
  for (int i = 0; i < 2999; ++i) {
    changed.files.push_back({"docs/section-" + std::to_string(i) + "/page.md", ""});
  }
  const auto dirs = handler::CoverageDirs::ParseFlag(handler::kDefaultCoverageDirs).value();
  for (auto _ : state) benchmark::DoNotOptimize(dirs.Judge(changed));
}
BENCHMARK(FilterThreeThousandFiles)->Unit(benchmark::kMicrosecond);

void RenderJob(benchmark::State& state) {
  prow::JobRequest request;
  request.pull = webhook::ParsePullRequestEvent(Payload()).value().pull;
  request.base_sha = request.pull.base_sha;
  request.github_host_url = "https://github.com";
  request.jobs_namespace = "jobs";
  const auto config = config::JobsConfig::BuiltIn();
  const config::DecorationDefaults decoration;
  for (auto _ : state) {
    const auto job = prow::Render(request, *config.For("kubevirt", "project-infra"), decoration);
    benchmark::DoNotOptimize(job->dump());
  }
}
BENCHMARK(RenderJob)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace prow_coverage
