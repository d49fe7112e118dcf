#include "plank_scenario.h"

#include <algorithm>
#include <array>
#include <utility>

namespace prow_coverage::sandbox {
namespace {

constexpr std::array<std::string_view, 12> kMembers{
    "org",    "repo",     "number",   "count",       "outcome",  "schedule_ms",
    "run_ms", "abort_ms", "restarts", "description", "coverage", "files"};

Error BadScenario(const std::string& what) {
  return Error{ErrorCode::kInvalidArgument, "scenario: " + what, {}};
}

Result<void> RefuseUnknown(const Json& order) {
  if (!order.is_object()) return BadScenario("is no JSON object");
  for (const auto& [name, value] : order.items()) {
    if (std::find(kMembers.begin(), kMembers.end(), name) == kMembers.end()) {
      return BadScenario("there is no member \"" + name + "\"");
    }
  }
  return {};
}

// Leaves `number` alone when the member is absent.
Result<void> ReadNumber(const Json& order, const char* name, std::int64_t& number) {
  constexpr std::int64_t kMax = std::int64_t{1} << 40;
  const Json& member = Member(order, name);
  if (member.is_null()) return {};
  if (!member.is_number_integer() || member.get<std::int64_t>() < 0 ||
      member.get<std::int64_t>() > kMax) {
    return BadScenario(std::string(name) + " must be an integer that is not negative");
  }
  number = member.get<std::int64_t>();
  return {};
}

Result<void> ReadNumbers(const Json& order, Scenario& scenario) {
  std::int64_t count = 0;
  std::int64_t restarts = scenario.restarts;
  std::int64_t schedule = scenario.schedule.count();
  std::int64_t run = scenario.run.count();
  std::int64_t abort = scenario.abort.count();
  for (const auto& read :
       {ReadNumber(order, "number", scenario.number), ReadNumber(order, "count", count),
        ReadNumber(order, "restarts", restarts), ReadNumber(order, "schedule_ms", schedule),
        ReadNumber(order, "run_ms", run), ReadNumber(order, "abort_ms", abort)}) {
    if (!read) return read.error();
  }
  if (restarts > 100) return BadScenario("restarts must not be over 100");
  scenario.count = static_cast<int>(std::min<std::int64_t>(count, 1 << 30));
  scenario.restarts = static_cast<int>(restarts);
  scenario.schedule = std::chrono::milliseconds(schedule);
  scenario.run = std::chrono::milliseconds(run);
  scenario.abort = std::chrono::milliseconds(abort);
  return {};
}

std::optional<double> NumberOrNone(const Json& object, const char* name,
                                   std::optional<double> otherwise) {
  if (!object.is_object() || !object.contains(name)) return otherwise;
  const Json& member = Member(object, name);
  return member.is_number() ? std::optional(member.get<double>()) : std::nullopt;
}

void ReadCoverage(const Json& coverage, CoverageNumbers& numbers) {
  numbers.pr = NumberOrNone(coverage, "pr", numbers.pr).value_or(0);
  numbers.base = NumberOrNone(coverage, "base", numbers.base);
  numbers.threshold = NumberOrNone(coverage, "threshold", numbers.threshold);
}

void ReadFiles(const Json& files, Scenario& scenario) {
  for (const auto& [name, content] : files.items()) {
    if (content.is_null()) {
      scenario.files[name] = std::nullopt;
    } else {
      scenario.files[name] = content.is_string() ? content.get<std::string>() : Dump(content);
    }
  }
}

bool IsUsedUp(const Scenario& scenario) {
  return scenario.count > 0 && scenario.used >= scenario.count;
}

}  // namespace

Result<Scenario> ReadScenario(const Json& order) {
  if (const auto known = RefuseUnknown(order); !known) return known.error();
  Scenario scenario;
  scenario.outcome = FindOutcome(Text(order, "outcome"));
  if (scenario.outcome == nullptr) {
    return BadScenario("outcome \"" + Text(order, "outcome") + "\" is none of " + OutcomeNames());
  }
  scenario.org = Text(order, "org");
  scenario.repo = Text(order, "repo");
  scenario.description = Text(order, "description");
  scenario.run = scenario.outcome->run;
  scenario.restarts = scenario.outcome->restarts;
  if (const auto numbers = ReadNumbers(order, scenario); !numbers) return numbers.error();
  if ((scenario.number != 0 && scenario.repo.empty()) ||
      (!scenario.repo.empty() && scenario.org.empty())) {
    return BadScenario("number needs repo, and repo needs org");
  }
  ReadCoverage(Member(order, "coverage"), scenario.coverage);
  ReadFiles(Member(order, "files"), scenario);
  return scenario;
}

void ScenarioList::Add(Scenario scenario) {
  scenarios_[{scenario.org, scenario.repo, scenario.number}].push_back(std::move(scenario));
}

const Scenario* ScenarioList::Take(const std::string& org, const std::string& repo,
                                   std::int64_t number) {
  for (const Key& key :
       {Key{org, repo, number}, Key{org, repo, 0}, Key{org, "", 0}, Key{"", "", 0}}) {
    const auto fitting = scenarios_.find(key);
    if (fitting == scenarios_.end()) continue;
    const auto newest =
        std::find_if_not(fitting->second.rbegin(), fitting->second.rend(), IsUsedUp);
    if (newest == fitting->second.rend()) continue;
    ++newest->used;
    return &*newest;
  }
  return nullptr;
}

Json ScenarioList::List() const {
  Json list = Json::array();
  for (const auto& [key, scenarios] : scenarios_) {
    for (const Scenario& scenario : scenarios) {
      list.push_back({{"org", scenario.org},
                      {"repo", scenario.repo},
                      {"number", scenario.number},
                      {"outcome", scenario.outcome->name},
                      {"count", scenario.count},
                      {"used", scenario.used}});
    }
  }
  return list;
}

}  // namespace prow_coverage::sandbox
