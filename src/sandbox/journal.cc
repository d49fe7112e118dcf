#include "journal.h"

#include <utility>

namespace prow_coverage::sandbox {

std::string_view ToString(Host host) {
  constexpr std::string_view kNames[] = {"github", "kube", "artifacts"};
  return kNames[static_cast<std::size_t>(host)];
}

Journal::Journal(const Clock& clock, std::size_t max_events)
    : clock_(clock), max_events_(max_events), start_(clock.Monotonic()) {}

void Journal::Add(Kind kind, Host host, std::uint64_t request, std::string what, int status) {
  ++totals_[static_cast<std::size_t>(kind)];
  events_.push_back({++sequence_, Milliseconds(), kind, host, request, std::move(what), status});
  if (events_.size() > max_events_) events_.pop_front();
}

std::int64_t Journal::Milliseconds() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.Monotonic() - start_).count();
}

Json Journal::Events(const Call& call) const {
  const auto after = static_cast<std::uint64_t>(call.QueryNumber("after", 0));
  const auto limit = static_cast<std::size_t>(call.QueryNumber("limit", 10'000));
  Json events = Json::array();
  for (const Event& event : events_) {
    if (events.size() >= limit) break;
    if (event.sequence > after && Wanted(event, call)) events.push_back(Render(event));
  }
  return {{"events", std::move(events)},
          {"last", sequence_},
          {"dropped", sequence_ - events_.size()},
          {"now_ms", Milliseconds()}};
}

Json Journal::Totals() const {
  Json totals = Json::object();
  for (std::size_t i = 0; i < kKinds; ++i) {
    totals[std::string(ToString(static_cast<Kind>(i)))] = totals_[i];
  }
  return totals;
}

void Journal::Clear() {
  events_.clear();
  totals_ = {};
  sequence_ = 0;
}

std::string_view Journal::ToString(Kind kind) {
  constexpr std::array<std::string_view, kKinds> kNames{"request",   "fault",  "effect",
                                                        "violation", "answer", "delivery"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool Journal::Wanted(const Event& event, const Call& call) {
  const std::string& kind = call.Query("kind");
  const std::string& host = call.Query("host");
  return (kind.empty() || kind == ToString(event.kind)) &&
         (host.empty() || host == sandbox::ToString(event.host)) &&
         event.what.find(call.Query("contains")) != std::string::npos;
}

Json Journal::Render(const Event& event) {
  Json rendered{{"seq", event.sequence},
                {"at_ms", event.at_ms},
                {"kind", ToString(event.kind)},
                {"host", sandbox::ToString(event.host)},
                {"what", event.what}};
  if (event.request != 0) rendered["request"] = event.request;
  if (event.status != 0) rendered["status"] = event.status;
  return rendered;
}

}  // namespace prow_coverage::sandbox
