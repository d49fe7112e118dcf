#include "render.h"

#include <cstdio>
#include <sstream>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "prow_coverage/handler/handler.h"
#include "prow_coverage/handler/interest.h"
#include "prow_coverage/webhook/event.h"
#include "prow_coverage/yaml/node.h"

#include "fail.h"
#include "input.h"
#include "offline.h"
#include "quiet_logger.h"

namespace prow_coverage::app {
namespace {

Result<github::ChangedFiles> Files(const RenderOptions& options) {
  github::ChangedFiles files;
  for (const auto& name : options.changed_files) files.files.push_back({name, ""});
  if (!options.changed_files_from.empty()) {
    const auto text = ReadInput(options.changed_files_from);
    if (!text) return text.error();
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) files.files.push_back({line, ""});
    }
    return files;
  }
  for (const auto& file : files.files) {
    if (file.name.empty()) {
      return Error{ErrorCode::kInvalidArgument,
                   "--changed-files has an empty name: write robots/a.go,README.md; without the "
                   "flag anything may have changed",
                   {}};
    }
  }
  files.truncated = options.changed_files.empty();
  return files;
}

// The name of a reason, its sentence, and what is particular to this payload.
int FailForNoJob(std::string_view name, const std::string& detail) {
  std::string text = "no job: " + std::string(name);
  for (const auto& info : handler::Reasons()) {
    if (info.name == name) text += ": " + std::string(info.sentence);
  }
  return Fail("render", detail.empty() ? text : text + " (" + detail + ")");
}

struct Rendered {
  std::string object;  // "" when there is no job
  inbox::Progress progress;
};

// The daemon's own handler, with everything remote replaced.
Rendered RunHandler(const RenderOptions& options, const PullRequest& pull,
                    github::ChangedFiles files, inbox::Delivery delivery,
                    std::shared_ptr<const handler::Settings> settings) {
  Rendered rendered;
  OfflineGitHub github(pull, std::move(files),
                       options.base_sha.empty() ? pull.base_sha : options.base_sha);
  OfflineInbox inbox;
  const auto kube = kube::MakeDryRunClient(
      nullptr, [&](const kube::Resource&, const std::string& object) { rendered.object = object; });
  QuietLogger logger;
  const auto clock = MakeSystemClock();
  const auto metrics = metrics::MakePrometheusMetrics();
  const auto handler = handler::MakeHandler(
      {[&] { return settings; }, github, *kube, inbox, *clock, logger, *metrics},
      {.first_attempt = options.attempt});
  boost::asio::io_context io;
  boost::asio::co_spawn(io, handler->Work(std::move(delivery)), boost::asio::detached);
  io.run();
  rendered.progress = inbox.last();
  return rendered;
}

}  // namespace

void AddRenderFlags(CLI::App& command, RenderOptions& options) {
  command.add_option("--event", options.event, "payload file, or - for standard input")
      ->capture_default_str();
  command
      .add_option("--changed-files", options.changed_files,
                  "changed files, comma separated; with neither flag anything may have changed")
      ->delimiter(',');
  command.add_option("--changed-files-from", options.changed_files_from,
                     "file with one changed file a line, or - for standard input");
  command.final_callback([&options] {
    if (options.event != "-" || options.changed_files_from != "-") return;
    throw CLI::ValidationError(
        "--event and --changed-files-from cannot both be standard input: name a file for one");
  });
  command.add_option("--config", options.settings.config, "job configuration");
  command.add_option("--prow-config", options.settings.prow_config, "Prow's config.yaml");
  command.add_option("--coverage-dirs", options.settings.coverage_dirs, "as for serve");
  command.add_option("--jobs-namespace", options.settings.jobs_namespace, "as for serve");
  command.add_option("--github-host", options.settings.github_host, "as for serve")
      ->capture_default_str();
  command.add_option("--format", options.format, "yaml or json")
      ->check(CLI::IsMember({"yaml", "json"}))
      ->capture_default_str();
  command.add_option("--base-sha", options.base_sha,
                     "tip of the base branch; default: the event's");
  command.add_option("--guid", options.guid, "delivery GUID for the label")->capture_default_str();
  command.add_option("--attempt", options.attempt, "attempt, part of the job's name")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
}

int Render(const RenderOptions& options) {
  QuietLogger logger;
  auto settings = LoadSettings(options.settings, logger);
  if (!settings) return Fail("render", settings.error().message);
  inbox::Delivery delivery;
  auto body = ReadInput(options.event);
  if (!body) return Fail("render", body.error().message);
  if (body->empty()) {
    return Fail("render", "--event " + options.event +
                              " is empty: name a payload file, or - for "
                              "standard input");
  }
  delivery.body = std::move(*body);
  delivery.guid = options.guid;
  delivery.received_at = WallTime::clock::now();
  const auto event = webhook::ParsePullRequestEvent(delivery.body);
  if (!event) return Fail("render", options.event + ": " + event.error().message);
  const webhook::Envelope envelope{event->action, RepoName(event->pull), event->pull.org};
  if (const auto reason = handler::NotOurs("pull_request", envelope, **settings)) {
    return FailForNoJob(handler::Info(*reason).name,
                        RepoName(event->pull) + ", action " + event->action);
  }
  auto files = Files(options);
  if (!files) return Fail("render", files.error().message);

  const auto rendered = RunHandler(options, event->pull, std::move(*files), std::move(delivery),
                                   std::move(*settings));
  if (rendered.object.empty()) {
    return FailForNoJob(rendered.progress.reason, rendered.progress.detail);
  }
  const auto object = nlohmann::ordered_json::parse(rendered.object);
  const std::string text = options.format == "json" ? object.dump(2) + "\n" : yaml::Emit(object);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace prow_coverage::app
