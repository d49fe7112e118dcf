#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/kube/client.h"

namespace prow_coverage::kube {

struct ElectionOptions {
  std::string ns;
  std::string name;      // of the Lease
  std::string identity;  // ours; the same after a restart, another for every replica
  std::chrono::seconds duration{10};
  std::chrono::milliseconds step{2000};  // between two looks at the Lease
  // A leader that cannot renew stops being one before others may take over.
  std::chrono::milliseconds renew_deadline{7000};
};

// Leads, or follows. `alone`: nobody else has led since we last did, or ever.
using OnLead = std::function<void(bool leading, bool alone)>;

// Picks one of several replicas with a coordination.k8s.io/v1 Lease, as client-go does: its holder
// renews it, and who has seen it unchanged for its duration less a step, by his own clock, takes
// it: within its duration, since a change is seen up to a step late. A Lease that nobody holds,
// that was released, or that bears our identity is taken at once.
//
// Without the permission to use Leases this replica leads: a status that is set twice does less
// harm than one that is never set. The log says so.
//
// Thread: one at a time, that of the client.
class LeaderElection {
 public:
  virtual ~LeaderElection() = default;

  // Ends when its coroutine is cancelled. `on_lead` is called at each change, on this thread.
  virtual Task<void> Run() = 0;

  // Whether this replica leads at this very moment: false from the renewal's deadline on, although
  // a process that stood still (SIGSTOP, a paused VM) has not been told of that yet. To be asked
  // right before each write.
  [[nodiscard]] virtual bool Leads() const = 0;

  // Gives the Lease up, so that another replica need not wait; to be called once, at the end.
  virtual Task<void> Release() = 0;
};

// `client` should neither retry nor wait for long: a step that takes longer than the duration is
// none. References must outlive the result.
[[nodiscard]] std::unique_ptr<LeaderElection> MakeLeaderElection(Client& client,
                                                                 ElectionOptions options,
                                                                 OnLead on_lead, Clock& clock,
                                                                 Logger& logger);

}  // namespace prow_coverage::kube
