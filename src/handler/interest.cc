#include "prow_coverage/handler/interest.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace prow_coverage::handler {
namespace {

constexpr std::string_view kEvent = "pull_request";
constexpr std::string_view kActions[] = {"opened", "synchronize", "reopened", "closed"};

}  // namespace

std::optional<Reason> NotOurs(std::string_view event_type, const webhook::Envelope& envelope,
                              const Settings& settings) {
  if (event_type != kEvent) return Reason::kEventNotHandled;
  if (std::find(std::begin(kActions), std::end(kActions), envelope.action) == std::end(kActions)) {
    return Reason::kActionNotHandled;
  }
  const std::string_view name = envelope.repository;
  const auto slash = name.find('/');
  if (slash == std::string_view::npos ||
      settings.jobs.For(name.substr(0, slash), name.substr(slash + 1)) == nullptr) {
    return Reason::kRepositoryNotConfigured;
  }
  return std::nullopt;
}

}  // namespace prow_coverage::handler
