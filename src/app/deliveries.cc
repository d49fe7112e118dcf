#include "deliveries.h"

#include <charconv>
#include <cstdio>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "prow_coverage/base/utf8.h"
#include "prow_coverage/handler/reason.h"
#include "prow_coverage/inbox/reader.h"
#include "prow_coverage/pull_request/repo_name.h"

#include "duration.h"
#include "fail.h"

namespace prow_coverage::app {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// For a terminal: what came from outside must not drive it.
std::string Printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text;
}

// A step's detail may be a whole ProwJob.
constexpr std::size_t kMaxDetailBytes = 160;

std::string Detail(const std::string& detail, bool full) {
  if (full || detail.size() <= kMaxDetailBytes) return Printable(detail);
  return Printable(std::string(ClipUtf8(detail, kMaxDetailBytes))) + "…";
}

std::string PullOf(const inbox::Delivery& delivery) {
  return PullName(delivery.org, delivery.repo, delivery.number);
}

bool IsWaiting(const inbox::Delivery& delivery) {
  return delivery.state != inbox::State::kDone && delivery.state != inbox::State::kDead;
}

// The sentence of a reason, for people who meet its name for the first time.
std::string Sentence(const std::string& name) {
  for (const auto& info : handler::Reasons()) {
    if (info.name == name) return std::string(info.sentence);
  }
  return "";
}

Json ToJson(const inbox::Delivery& delivery) {
  Json json = {{"guid", delivery.guid},
               {"event", delivery.event_type},
               {"action", delivery.action},
               {"org", delivery.org},
               {"repo", delivery.repo},
               {"pull", delivery.number},
               {"sha", delivery.head_sha},
               {"origin", delivery.origin},
               {"state", inbox::ToString(delivery.state)},
               {"reason", delivery.reason},
               {"detail", delivery.detail},
               {"job", delivery.job_name},
               {"attempts", delivery.attempts},
               {"received", ToRfc3339(delivery.received_at)}};
  if (IsWaiting(delivery)) json["next_attempt"] = ToRfc3339(delivery.next_attempt_at);
  return json;
}

Json ToJson(const inbox::Step& step) {
  return {{"time", ToRfc3339(step.at)},
          {"step", step.name},
          {"outcome", step.outcome},
          {"duration_ms", static_cast<double>(step.duration.count()) / 1000},
          {"detail", step.detail}};
}

// The newest as many as the filter allows; says on stderr when there are more.
Result<std::vector<inbox::Delivery>> Newest(inbox::Reader& reader, inbox::Filter filter) {
  const std::size_t limit = filter.limit;
  ++filter.limit;
  auto deliveries = reader.List(filter);
  if (deliveries && deliveries->size() > limit) {
    deliveries->resize(limit);
    std::fprintf(stderr, "prow-coverage deliveries: the newest %zu; --limit shows more\n", limit);
  }
  return deliveries;
}

int List(const DeliveriesOptions& options, inbox::Reader& reader) {
  const auto deliveries = Newest(reader, options.filter);
  if (!deliveries) return Fail("deliveries", deliveries.error().message);
  if (!options.json) {
    std::printf("%-20s  %-36s  %-9s  %-26s  %s\n", "RECEIVED", "GUID", "STATE", "REASON", "PULL");
  }
  for (const auto& delivery : *deliveries) {
    if (options.json) {
      std::printf("%s\n", Dump(ToJson(delivery)).c_str());
      continue;
    }
    std::printf("%-20s  %-36s  %-9s  %-26s  %s\n", ToRfc3339(delivery.received_at).c_str(),
                Printable(delivery.guid).c_str(),
                std::string(inbox::ToString(delivery.state)).c_str(), delivery.reason.c_str(),
                PullOf(delivery).c_str());
  }
  return 0;
}

// "org/repo#number" as a filter; nullopt for a GUID.
std::optional<inbox::Filter> PullFilter(const std::string& key) {
  const auto hash = key.find('#');
  const auto repository = SplitRepoName(std::string_view(key).substr(0, hash));
  if (hash == std::string::npos || !repository) return std::nullopt;
  inbox::Filter filter;
  filter.org = repository->org;
  filter.repo = repository->repo;
  const auto [end, problem] =
      std::from_chars(key.data() + hash + 1, key.data() + key.size(), filter.number);
  if (problem != std::errc{} || end != key.data() + key.size()) return std::nullopt;
  return filter;
}

// What somebody meant who wrote neither a GUID nor, where it is understood, a pull request.
int FailForKey(const std::string& verb, const std::string& key) {
  const auto hash = key.find('#');
  if (verb == "show") {
    return Fail("deliveries", "show \"" + key +
                                  "\": write org/repo#number, such as kubevirt/project-infra#4301, "
                                  "or a delivery's GUID");
  }
  const auto filter = PullFilter(key);
  const std::string list =
      filter ? "deliveries list --repo " + key.substr(0, hash) + " --pull " + key.substr(hash + 1)
             : "deliveries list";
  return Fail("deliveries", verb + " \"" + key + "\": write a delivery's GUID; prow-coverage " +
                                list + " shows them");
}

// A GUID is opaque and may have these as well, so it is looked up first.
int FailToFind(const std::string& verb, const std::string& key, const Error& error) {
  const bool no_guid = key.find_first_of("/#") != std::string::npos;
  if (error.code == ErrorCode::kNotFound && no_guid) return FailForKey(verb, key);
  return Fail("deliveries", error.message);
}

// What the reporter has told of the head; a delivery is done before that.
void PrintReport(const inbox::Report& report, bool full) {
  if (report.state.empty()) {
    std::printf("  status    none set yet\n");
  } else {
    std::printf("  status    %s \"%s\" %s\n", report.state.c_str(),
                Printable(report.description).c_str(), Printable(report.target_url).c_str());
  }
  std::printf("            job %s, at %s\n", report.phase.c_str(),
              ToRfc3339(report.updated_at).c_str());
  if (!report.error.empty()) {
    std::printf("  problem   %s; it is tried again\n", Detail(report.error, full).c_str());
  }
}

Json ToJson(const inbox::Report& report) {
  return {{"job", report.job_name},
          {"phase", report.phase},
          {"state", report.state},
          {"description", report.description},
          {"link", report.target_url},
          {"problem", report.error},
          {"updated", ToRfc3339(report.updated_at)}};
}

void PrintText(const inbox::Delivery& delivery, const std::vector<inbox::Step>& steps,
               const std::optional<inbox::Report>& report, bool full) {
  std::printf("%s  %s\n", Printable(delivery.guid).c_str(), PullOf(delivery).c_str());
  std::printf("  event     %s %s, received %s (%s)\n", delivery.event_type.c_str(),
              delivery.action.c_str(), ToRfc3339(delivery.received_at).c_str(),
              delivery.origin.c_str());
  std::printf("  head      %s\n", delivery.head_sha.c_str());
  std::printf("  state     %s after %d attempt(s)\n",
              std::string(inbox::ToString(delivery.state)).c_str(), delivery.attempts);
  if (IsWaiting(delivery)) {
    std::printf("  next try  %s\n", ToRfc3339(delivery.next_attempt_at).c_str());
  }
  if (delivery.reason.empty()) {
    std::printf("  decision  none yet\n");
  } else {
    std::printf("  decision  %s: %s\n", delivery.reason.c_str(), Sentence(delivery.reason).c_str());
  }
  if (!delivery.detail.empty())
    std::printf("  detail    %s\n", Detail(delivery.detail, full).c_str());
  if (!delivery.job_name.empty()) std::printf("  job       %s\n", delivery.job_name.c_str());
  if (report) PrintReport(*report, full);
  for (const auto& step : steps) {
    std::printf("  %s  %-10s %-16s %8.1f ms  %s\n", ToRfc3339(step.at).c_str(), step.name.c_str(),
                step.outcome.c_str(), static_cast<double>(step.duration.count()) / 1000,
                Detail(step.detail, full).c_str());
  }
}

int ShowOne(const DeliveriesOptions& options, inbox::Reader& reader,
            const inbox::Delivery& delivery) {
  const auto steps = reader.Steps(delivery.id);
  if (!steps) return Fail("deliveries", steps.error().message);
  const auto report = reader.FindReport(delivery);
  if (!report) return Fail("deliveries", report.error().message);
  if (!options.json) {
    PrintText(delivery, *steps, *report, options.full);
    return 0;
  }
  Json json = ToJson(delivery);
  if (*report) json["status"] = ToJson(**report);
  json["steps"] = Json::array();
  for (const auto& step : *steps) json["steps"].push_back(ToJson(step));
  std::printf("%s\n", Dump(json).c_str());
  return 0;
}

int Show(const DeliveriesOptions& options, inbox::Reader& reader) {
  const auto found = reader.Find(options.key);
  if (found) return ShowOne(options, reader, *found);
  auto filter = PullFilter(options.key);
  if (!filter || found.error().code != ErrorCode::kNotFound) {
    return FailToFind("show", options.key, found.error());
  }
  filter->limit = options.filter.limit;
  const auto deliveries = Newest(reader, *filter);
  if (!deliveries) return Fail("deliveries", deliveries.error().message);
  if (deliveries->empty())
    return Fail("deliveries", "no delivery of " + options.key + " is stored");
  for (const auto& delivery : *deliveries) {
    if (const int code = ShowOne(options, reader, delivery); code != 0) return code;
  }
  return 0;
}

int RetryOne(inbox::Reader& reader, const inbox::Delivery& delivery) {
  const auto retried = reader.Retry(delivery.id, WallTime::clock::now());
  if (!retried) return Fail("deliveries", delivery.guid + ": " + retried.error().message);
  std::printf("%s  will be worked on again\n", Printable(delivery.guid).c_str());
  return 0;
}

int Retry(const DeliveriesOptions& options, inbox::Reader& reader) {
  if (!options.all_dead) {
    const auto delivery = reader.Find(options.key);
    return delivery ? RetryOne(reader, *delivery)
                    : FailToFind("retry", options.key, delivery.error());
  }
  inbox::Filter dead;
  dead.state = inbox::State::kDead;
  dead.limit = 1'000'000;
  const auto deliveries = reader.List(dead);
  if (!deliveries) return Fail("deliveries", deliveries.error().message);
  if (deliveries->empty()) std::printf("no delivery is dead\n");
  int code = 0;
  for (const auto& delivery : *deliveries) code |= RetryOne(reader, delivery);
  return code;
}

int Export(const DeliveriesOptions& options, inbox::Reader& reader) {
  const auto delivery = reader.Find(options.key);
  if (!delivery) return FailToFind("export", options.key, delivery.error());
  if (delivery->body.empty()) {
    return Fail("deliveries",
                options.key + ": its body has been dropped; only the decision trace is kept");
  }
  std::fwrite(delivery->body.data(), 1, delivery->body.size(), stdout);
  return 0;
}

// Each subcommand's help stands alone.
CLI::App* AddSubcommand(CLI::App& command, const char* name, const char* meaning,
                        const char* example) {
  auto* subcommand = command.add_subcommand(name, meaning);
  subcommand->footer(
      "Also:\n"
      "  --inbox FILE                the daemon's store [/var/lib/prow-coverage/inbox.db]\n\n"
      "Example:\n  prow-coverage deliveries " +
      std::string(example));
  return subcommand;
}

void AddJson(CLI::App& command, DeliveriesOptions& options) {
  command.add_flag("--json", options.json, "one JSON object a line");
}

void AddLimit(CLI::App& command, DeliveriesOptions& options) {
  command.add_option("--limit", options.filter.limit, "at most")->capture_default_str();
}

void AddFilter(CLI::App& command, DeliveriesOptions& options) {
  command.add_option_function<std::string>(
      "--state",
      [&options](const std::string& text) {
        const auto state = inbox::ParseState(text);
        if (!state) throw CLI::ValidationError("--state", state.error().message);
        options.filter.state = *state;
      },
      "received, decided, created, done or dead");
  command.add_option_function<std::string>(
      "--repo",
      [&options](const std::string& text) {
        const auto repository = SplitRepoName(text);
        if (!repository) throw CLI::ValidationError("--repo", "write it as org/repo");
        options.filter.org = repository->org;
        options.filter.repo = repository->repo;
      },
      "org/repo");
  command.add_option("--pull", options.filter.number, "number");
  command.add_option_function<std::string>(
      "--since",
      [&options](const std::string& text) {
        const auto duration = ParseDuration(text);
        if (!duration) throw CLI::ValidationError("--since", duration.error().message);
        if (duration->count() > 0) options.filter.since = WallTime::clock::now() - *duration;
      },
      "not older than, e.g. 2h");
}

}  // namespace

void AddDeliveriesFlags(CLI::App& command, DeliveriesOptions& options) {
  using Command = DeliveriesOptions::Command;
  command.require_subcommand(1);
  command.fallthrough();
  command.add_option("--inbox", options.inbox, "the daemon's store")->capture_default_str();

  auto* list = AddSubcommand(command, "list", "newest first", "list --state dead --since 2h");
  list->callback([&options] { options.command = Command::kList; });
  AddFilter(*list, options);
  AddLimit(*list, options);
  AddJson(*list, options);

  auto* show = AddSubcommand(command, "show", "the whole trace: why a job, or why none",
                             "show kubevirt/project-infra#4301");
  show->callback([&options] { options.command = Command::kShow; });
  show->add_flag("--full", options.full, "details are not cut at 160 characters");
  AddLimit(*show, options);
  AddJson(*show, options);
  show->add_option("KEY", options.key, "GUID or org/repo#number")->required();

  auto* retry =
      AddSubcommand(command, "retry", "work on a dead delivery again", "retry --all-dead");
  auto* guid = retry->add_option("GUID", options.key, "its GUID");
  auto* all = retry->add_flag("--all-dead", options.all_dead, "every dead delivery");
  guid->excludes(all);
  retry->callback([&options] {
    options.command = Command::kRetry;
    if (options.key.empty() && !options.all_dead) {
      throw CLI::ValidationError("retry", "name a GUID or say --all-dead");
    }
  });

  auto* exported =
      AddSubcommand(command, "export", "the payload, for replay",
                    "export 72d3162e-cc78-11e3-81ab-4c9367dc0958 | prow-coverage replay -");
  exported->callback([&options] { options.command = Command::kExport; });
  exported->add_option("GUID", options.key, "its GUID")->required();
}

int Deliveries(const DeliveriesOptions& options) {
  const auto reader = inbox::OpenReader(options.inbox);
  if (!reader) {
    return Fail("deliveries", reader.error().message + " (--inbox names the daemon's store)");
  }
  switch (options.command) {
    case DeliveriesOptions::Command::kList:
      return List(options, **reader);
    case DeliveriesOptions::Command::kShow:
      return Show(options, **reader);
    case DeliveriesOptions::Command::kRetry:
      return Retry(options, **reader);
    case DeliveriesOptions::Command::kExport:
      return Export(options, **reader);
  }
  return 1;
}

}  // namespace prow_coverage::app
