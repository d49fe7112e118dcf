#pragma once

#include <vector>

#include "artifacts.h"
#include "fault.h"
#include "git_hub.h"
#include "journal.h"
#include "kube.h"
#include "plank.h"
#include "router.h"
#include "sandbox_clock.h"
#include "webhook_sender.h"

namespace prow_coverage::sandbox {

// What tests and the demo tell the sandbox and ask of it, below /_sandbox/ of any port.
class Control {
 public:
  Control(GitHub& git_hub, Kube& kube, Artifacts& artifacts, Plank& plank, Journal& journal,
          FaultTable& faults, SandboxClock& clock, WebhookSender& sender);

  [[nodiscard]] const Router& router() const { return router_; }

 private:
  [[nodiscard]] std::vector<Row> GitHubRows();
  [[nodiscard]] std::vector<Row> KubeRows();
  [[nodiscard]] std::vector<Row> JobRows();
  [[nodiscard]] std::vector<Row> CommonRows();
  [[nodiscard]] std::vector<Row> AllRows();

  [[nodiscard]] server::Reply PutPulls(const Call& call);
  [[nodiscard]] server::Reply ForgetCommit(const Call& call);
  [[nodiscard]] server::Reply ListStatuses(const Call& call);
  [[nodiscard]] server::Reply ListHeads(const Call& call);
  [[nodiscard]] server::Reply SetTokens(const Call& call);
  [[nodiscard]] server::Reply SetNamespaces(const Call& call);
  [[nodiscard]] server::Reply AddScenarios(const Call& call);
  [[nodiscard]] server::Reply AddFault(const Call& call);
  [[nodiscard]] server::Reply RemoveFaults(const Call& call);
  [[nodiscard]] server::Reply AdvanceClock(const Call& call);
  [[nodiscard]] server::Reply Summary();
  [[nodiscard]] server::Reply Reset();
  Task<server::Reply> Deliver(Call& call);

  GitHub& git_hub_;
  Kube& kube_;
  Artifacts& artifacts_;
  Plank& plank_;
  Journal& journal_;
  FaultTable& faults_;
  SandboxClock& clock_;
  WebhookSender& sender_;
  const Router router_;
};

}  // namespace prow_coverage::sandbox
