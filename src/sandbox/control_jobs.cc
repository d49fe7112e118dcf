// What becomes of ProwJobs, and the artifacts that they leave.
#include <utility>

#include "control.h"

namespace prow_coverage::sandbox {

using server::Reply;

namespace {

Reply BadJobOrder(const std::string& what) { return JsonReply(400, Json{{"error", what}}); }

}  // namespace

std::vector<Row> Control::JobRows() {
  return {
      {"POST", "/_sandbox/plank", Sync([this](Call& c) { return AddScenarios(c); })},
      {"GET", "/_sandbox/plank",
       Sync([this](Call&) { return JsonReply(200, plank_.scenarios().List()); })},
      {"DELETE", "/_sandbox/plank", Sync([this](Call&) {
         plank_.Clear();
         return JsonReply(200, "{}");
       })},
      {"GET", "/_sandbox/artifacts",
       Sync([this](Call&) { return JsonReply(200, Json(artifacts_.List())); })},
      {"PUT", "/_sandbox/artifacts/{path...}", Sync([this](Call& c) {
         artifacts_.Put(c.Place("path"), c.body);
         return JsonReply(200, "{}");
       })},
      {"DELETE", "/_sandbox/artifacts/{path...}", Sync([this](Call& c) {
         artifacts_.Remove(c.Place("path"));
         return JsonReply(200, "{}");
       })},
  };
}

// All of them or none.
Reply Control::AddScenarios(const Call& call) {
  auto orders = ParseJson(call.body);
  if (!orders) return BadJobOrder("the body is no JSON");
  if (!orders->is_array()) orders = Json::array({*orders});
  std::vector<Scenario> scenarios;
  for (const Json& order : *orders) {
    auto scenario = ReadScenario(order);
    if (!scenario) return BadJobOrder(scenario.error().message);
    scenarios.push_back(std::move(*scenario));
  }
  for (Scenario& scenario : scenarios) plank_.Add(std::move(scenario));
  return JsonReply(200, "{}");
}

}  // namespace prow_coverage::sandbox
