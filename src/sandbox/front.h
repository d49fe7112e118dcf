#pragma once

#include <optional>
#include <string>
#include <vector>

#include "prow_coverage/server/server.h"

#include "fault.h"
#include "journal.h"
#include "router.h"
#include "sandbox_clock.h"

namespace prow_coverage::sandbox {

// One of the systems that the sandbox plays.
class FakeHost {
 public:
  virtual ~FakeHost() = default;

  virtual Host host() const = 0;
  virtual Task<server::Reply> Answer(Call& call) = 0;
  // A failure as this host tells it.
  virtual server::Reply Failure(int status, const std::string& message) = 0;
  // What this host does to each answer, a fault's too.
  virtual void Finish(server::Reply& reply) = 0;
};

// What stands before each host: control calls go past it, everything else is written down and may
// be taken hold of by a fault.
class Front {
 public:
  Front(FakeHost& host, const Router& control, SandboxClock& clock, Journal& journal,
        FaultTable& faults);

  [[nodiscard]] std::vector<server::Route> Routes();

 private:
  Task<server::Reply> Handle(server::Request& request);
  Task<server::Reply> Control(Call& call);
  Task<server::Reply> Pass(Call& call);
  Task<server::Reply> Suffer(Fault fault, Call& call);
  [[nodiscard]] server::Reply FaultReply(const Fault& fault);
  void NoteViolation(const Call& call);

  FakeHost& host_;
  const Router& control_;
  SandboxClock& clock_;
  Journal& journal_;
  FaultTable& faults_;
  MonotonicTime limited_at_{};     // when the callers were told to wait
  MonotonicTime limited_until_{};  // and for how long
  std::chrono::milliseconds grace_{0};
};

}  // namespace prow_coverage::sandbox
