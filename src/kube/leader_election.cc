#include "prow_coverage/kube/leader_election.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/asio/this_coro.hpp>

#include "lease.h"

namespace prow_coverage::kube {
namespace {

namespace asio = boost::asio;

class LeaseElection final : public LeaderElection {
 public:
  LeaseElection(Client& client, ElectionOptions options, OnLead on_lead, Clock& clock,
                Logger& logger)
      : client_(client),
        options_(std::move(options)),
        resource_{"coordination.k8s.io", "v1", "leases", options_.ns},
        on_lead_(std::move(on_lead)),
        clock_(clock),
        logger_(logger) {}

  Task<void> Run() override {
    while (!released_) {
      const auto begun = clock_.Monotonic();
      const Result<void> stepped = co_await Step();
      if (!stepped) Stumble(stepped.error());
      Lapse();
      const auto left = options_.step - (clock_.Monotonic() - begun);
      co_await clock_.SleepFor(
          std::max<MonotonicTime::duration>(left, std::chrono::milliseconds(50)));
      const auto cancellation = co_await asio::this_coro::cancellation_state;
      if (cancellation.cancelled() != asio::cancellation_type::none) co_return;
    }
  }

  bool Leads() const override {
    return leading_ && (unpermitted_ || clock_.Monotonic() - renewed_at_ < options_.renew_deadline);
  }

  Task<void> Release() override {
    released_ = true;
    if (!leading_ || unpermitted_) co_return;
    Change(false, false);  // first: another may lead as soon as the Lease is stored
    Lease released = held_;
    released.holder.clear();
    // As client-go does it: a second is the shortest that the API server takes.
    released.duration_seconds = 1;
    released.renew_time = ToMicroTime(clock_.Now());
    const std::string object = RenderLease(options_.ns, options_.name, released);
    const auto done = co_await client_.Replace(resource_, options_.name, object);
    if (!done) logger_.Info("the Lease was not given up", {{"error", done.error().message}});
  }

 private:
  Task<Result<void>> Step() {
    if (leading_ && !unpermitted_) {
      // What we hold needs no look before it is renewed: the resourceVersion tells.
      Lease renewed = held_;
      const auto done = co_await Put(std::move(renewed), true);
      if (done || done.error().code != ErrorCode::kConflict) co_return done;
    }
    const auto object = co_await client_.Get(resource_, options_.name);
    if (!object && object.error().code == ErrorCode::kNotFound) {
      Lease fresh;
      co_return co_await Put(std::move(fresh), true);
    }
    if (!object) co_return object.error();
    auto lease = ParseLease(*object);
    if (!lease) co_return lease.error();
    co_return co_await Consider(std::move(*lease));
  }

  Task<Result<void>> Consider(Lease lease) {
    const bool ours = lease.holder == options_.identity;
    if (ours) co_return co_await Put(std::move(lease), true);
    const bool held = !lease.holder.empty() && !IsDead(lease);
    // It was taken from us, or another leads while we only may not ask.
    if (leading_ && (held || !unpermitted_)) Change(false, false);
    if (held) {
      unpermitted_ = false;
      co_return Result<void>();
    }
    co_return co_await Put(std::move(lease), false);
  }

  // What was asked for meanwhile was refused; who leads again hears of it.
  void Lapse() {
    if (leading_ && !Leads()) Change(false, false);
  }

  // True once it has stood unchanged for its duration, less the step that it was seen late by.
  bool IsDead(const Lease& lease) {
    const auto now = clock_.Monotonic();
    if (!observed_ || *observed_ != lease) {
      observed_ = lease;
      observed_at_ = now;
    }
    const std::chrono::seconds duration(std::clamp<std::int64_t>(lease.duration_seconds, 1, 3600));
    return now - observed_at_ >=
           std::max<std::chrono::milliseconds>(duration - options_.step, std::chrono::seconds(1));
  }

  // Creates, renews or takes the Lease. `alone`: as for OnLead.
  Task<Result<void>> Put(Lease lease, bool alone) {
    const std::string now = ToMicroTime(clock_.Now());
    const auto asked_at = clock_.Monotonic();
    const bool create = lease.resource_version.empty();
    if (lease.holder != options_.identity) {
      if (!create) ++lease.transitions;
      lease.acquire_time = now;
    }
    lease.holder = options_.identity;
    lease.renew_time = now;
    lease.duration_seconds = options_.duration.count();
    const std::string object = RenderLease(options_.ns, options_.name, lease);
    Result<std::string> stored = std::string();
    if (create) {
      stored = co_await client_.Create(resource_, object);
    } else {
      stored = co_await client_.Replace(resource_, options_.name, object);
    }
    if (!stored) co_return stored.error();
    auto held = ParseLease(*stored);
    if (!held) co_return held.error();
    held_ = std::move(*held);
    Lapse();
    renewed_at_ = asked_at;
    unpermitted_ = false;
    if (!leading_) Change(true, alone);
    co_return Result<void>();
  }

  void Stumble(const Error& error) {
    // Somebody was faster; the next look tells who.
    if (error.code == ErrorCode::kConflict || error.code == ErrorCode::kAlreadyExists) return;
    const bool permission = error.code == ErrorCode::kPermissionDenied;
    if (permission && unpermitted_) return;
    logger_.Warning(permission ? "no permission to use a Lease: this replica reports whatever "
                                 "others do; grant get, create and update on leases"
                               : "the Lease could not be looked at",
                    {{"lease", options_.ns + "/" + options_.name}, {"error", error.message}});
    if (!permission) return;
    unpermitted_ = true;
    if (!leading_) Change(true, false);
  }

  void Change(bool leading, bool alone) {
    if (leading && released_) return;  // a step that was under way
    leading_ = leading;
    logger_.Info(leading ? "this replica reports" : "this replica does not report",
                 {{"lease", options_.ns + "/" + options_.name}, {"identity", options_.identity}});
    on_lead_(leading, alone);
  }

  Client& client_;
  const ElectionOptions options_;
  const Resource resource_;
  const OnLead on_lead_;
  Clock& clock_;
  Logger& logger_;
  bool leading_ = false;
  bool unpermitted_ = false;
  bool released_ = false;
  Lease held_;
  MonotonicTime renewed_at_;
  std::optional<Lease> observed_;  // of another holder
  MonotonicTime observed_at_;
};

}  // namespace

std::unique_ptr<LeaderElection> MakeLeaderElection(Client& client, ElectionOptions options,
                                                   OnLead on_lead, Clock& clock, Logger& logger) {
  return std::make_unique<LeaseElection>(client, std::move(options), std::move(on_lead), clock,
                                         logger);
}

}  // namespace prow_coverage::kube
