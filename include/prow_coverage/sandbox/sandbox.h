#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"

namespace prow_coverage::sandbox {

// A user of the fake Kubernetes API.
struct KubeUser {
  std::string name;
  std::string token;
  std::vector<std::string> verbs;  // create, get, list, watch, update, patch, delete; "*" for all
};

struct Options {
  std::string address = "127.0.0.1";
  std::uint16_t github_port = 0;  // 0: any free one
  std::uint16_t kube_port = 0;
  std::uint16_t artifacts_port = 0;
  std::vector<std::string> namespaces{"kubevirt-prow-jobs"};
  std::vector<std::string> github_tokens;                // none: nobody is asked for one
  std::vector<KubeUser> kube_users;                      // none: everybody may do everything
  int github_rate_limit = 1'000'000;                     // calls an hour
  std::string deck_url = "https://prow.ci.kubevirt.io";  // what plank's links begin with
  std::size_t max_events = 200'000;  // of the journal; older ones are dropped and counted
};

// A fake GitHub, a fake Kubernetes API with Prow's plank at work, and a fake artifact store, one
// port each, with state, faults that can be ordered, and a journal of all that happened.
// docs/sandbox.md lists what they understand; everything is controlled over HTTP, below /_sandbox/
// of any port. One thread at a time: that of `executor`.
class Sandbox {
 public:
  virtual ~Sandbox() = default;
  virtual std::uint16_t github_port() const = 0;
  virtual std::uint16_t kube_port() const = 0;
  virtual std::uint16_t artifacts_port() const = 0;

  // Cuts all connections and ends when none is left; to be awaited before destruction.
  virtual Task<void> Stop() = 0;
};

// Listens before it returns. References must outlive the sandbox; `clock` may be advanced on top of
// its own pace over HTTP.
// Errors: as server::Listen.
[[nodiscard]] Result<std::unique_ptr<Sandbox>> Start(
    boost::asio::io_context::executor_type executor, const Options& options, Clock& clock,
    Logger& logger);

}  // namespace prow_coverage::sandbox
