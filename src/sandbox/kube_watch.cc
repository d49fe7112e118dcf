#include "kube_watch.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "kube_status.h"

namespace prow_coverage::sandbox {

namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr auto kBookmarkInterval = std::chrono::seconds(60);
constexpr std::size_t kMaxBatch = std::size_t{256} << 10;

std::string EventLine(std::string_view type, std::string_view object) {
  std::string line = "{\"type\":\"";
  return line.append(type).append("\",\"object\":").append(object).append("}\n");
}

class Watch {
 public:
  Watch(WatchRequest request, KubeStore& store, WatchHub& hub)
      : request_(std::move(request)), store_(store), hub_(hub), taken_(hub.orders()) {}

  Task<void> Run(server::BodyWriter& writer);

 private:
  [[nodiscard]] std::string Everything();
  [[nodiscard]] std::string NextBatch();
  [[nodiscard]] std::string Line(const KubeChange& change) const;
  [[nodiscard]] std::string Bookmark() const;
  [[nodiscard]] std::string TooOld() const;
  [[nodiscard]] bool Take(WatchOrder order);
  Task<void> SayNothing();

  WatchRequest request_;
  KubeStore& store_;
  WatchHub& hub_;
  WatchHub::Orders taken_;
};

Task<void> Watch::Run(server::BodyWriter& writer) {
  const auto deadline = SteadyClock::now() + request_.timeout;
  auto next_bookmark = SteadyClock::now() + kBookmarkInterval;
  std::string batch = request_.revision == 0 ? Everything() : "";
  for (;;) {
    if (Take(WatchOrder::kCut)) throw std::runtime_error("watch cut, as was ordered");
    if (Take(WatchOrder::kSilence)) co_return co_await SayNothing();
    const bool too_old = Take(WatchOrder::kExpire) || request_.revision < store_.oldest();
    batch += too_old ? TooOld() : NextBatch();
    const bool last = too_old || SteadyClock::now() >= deadline;
    const bool due = Take(WatchOrder::kBookmark) || last || SteadyClock::now() >= next_bookmark;
    if (due) next_bookmark = SteadyClock::now() + kBookmarkInterval;
    if (due && request_.bookmarks && !too_old) batch += Bookmark();
    const auto written = co_await writer.Write(std::exchange(batch, ""));
    if (!written || last) co_return;
    if (request_.revision < store_.revision() || taken_ != hub_.orders()) continue;
    co_await hub_.Wait(std::min(deadline, next_bookmark));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
  }
}

// True when the order has been given since this was last asked.
bool Watch::Take(WatchOrder order) {
  const auto place = static_cast<std::size_t>(order);
  const int before = std::exchange(taken_[place], hub_.orders()[place]);
  return before != taken_[place];
}

Task<void> Watch::SayNothing() {
  for (;;) {
    co_await hub_.Wait(SteadyClock::time_point::max());
    if (Take(WatchOrder::kCut)) throw std::runtime_error("watch cut, as was ordered");
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
  }
}

std::string Watch::Everything() {
  std::string batch;
  store_.ForEach(*request_.filter.type, request_.filter.ns, {}, [&](const auto& object) {
    if (request_.filter.Matches(*object)) batch += EventLine("ADDED", object->text);
    return true;
  });
  request_.revision = store_.revision();
  return batch;
}

std::string Watch::NextBatch() {
  std::string batch;
  bool all = true;
  store_.ForEachChange(request_.revision, [&](const KubeChange& change) {
    batch += Line(change);
    request_.revision = change.after->revision;
    all = batch.size() < kMaxBatch;
    return all;
  });
  // A revision of the future stays as it is: nothing is told until it has come.
  if (all) request_.revision = std::max(request_.revision, store_.revision());
  return batch;
}

// What the change is to somebody who sees only the objects that match.
std::string Watch::Line(const KubeChange& change) const {
  const bool was = change.before && request_.filter.Matches(*change.before);
  const bool is = !change.deleted && request_.filter.Matches(*change.after);
  if (was && is) return EventLine("MODIFIED", change.after->text);
  if (was) return EventLine("DELETED", change.after->text);
  return is ? EventLine("ADDED", change.after->text) : "";
}

std::string Watch::Bookmark() const {
  const Json object{
      {"kind", request_.filter.type->kind},
      {"apiVersion", request_.filter.type->ApiVersion()},
      {"metadata",
       {{"creationTimestamp", nullptr}, {"resourceVersion", std::to_string(request_.revision)}}}};
  return EventLine("BOOKMARK", Dump(object));
}

std::string Watch::TooOld() const {
  const std::string message = "too old resource version: " + std::to_string(request_.revision) +
                              " (" + std::to_string(store_.oldest()) + ")";
  return EventLine("ERROR", Dump(KubeFailure(410, "Expired", message)));
}

// Keeps a timer known as long as its coroutine waits.
class Waiter {
 public:
  Waiter(std::set<asio::steady_timer*>& timers, asio::steady_timer& timer)
      : timers_(timers), timer_(timer) {
    timers_.insert(&timer_);
  }
  ~Waiter() { timers_.erase(&timer_); }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

 private:
  std::set<asio::steady_timer*>& timers_;
  asio::steady_timer& timer_;
};

}  // namespace

void WatchHub::WakeAll() {
  for (auto* timer : timers_) timer->cancel();
}

void WatchHub::Give(WatchOrder order) {
  ++orders_[static_cast<std::size_t>(order)];
  WakeAll();
}

Task<void> WatchHub::Wait(SteadyClock::time_point deadline) {
  asio::steady_timer timer(co_await asio::this_coro::executor, deadline);
  const Waiter waiter(timers_, timer);
  boost::system::error_code woken;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

bool ObjectFilter::Matches(const KubeObject& object) const {
  return object.type == type && (ns.empty() || object.ns == ns) &&
         (name.empty() || object.name == name) && labels.Matches(object.labels);
}

server::Reply WatchReply(WatchRequest request, KubeStore& store, WatchHub& hub) {
  server::Reply reply = JsonReply(200, "");
  reply.stream = [watch = std::make_shared<Watch>(std::move(request), store, hub)](
                     server::BodyWriter& writer) { return watch->Run(writer); };
  return reply;
}

}  // namespace prow_coverage::sandbox
