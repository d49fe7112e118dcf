#pragma once

#include <chrono>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "prow_coverage/base/error.h"

#include "journal.h"
#include "json.h"

namespace prow_coverage::sandbox {

// A fault that was ordered: which calls it is for, and what happens to them.
struct Fault {
  enum class Kind {
    kStatus,          // answered with `status`, nothing done
    kRetryAfter403,   // 403 with Retry-After, GitHub's secondary limit
    kRateLimit403,    // 403 with X-RateLimit-Remaining: 0 and X-RateLimit-Reset
    kSlow,            // answered as ever, `delay` later
    kHang,            // never answered
    kCut,             // nothing done, connection cut
    kCutAfterEffect,  // done, connection cut
    kDuplicate,       // done twice, as if something between had repeated it
    kRedirect,        // sent to `location`, nothing done
    kHuge,            // answered with `bytes` of white space
    kDrip,            // answered as ever, a byte each `delay`
    kSilent,          // 200, and then nothing for ever: a watch on a dead connection
    kExpired,         // 200, and then the one event of a watch that is too old
  };

  int id = 0;
  Host host = Host::kGitHub;
  std::string method;       // "" for any
  std::string path_prefix;  // "" for any
  std::optional<std::regex> path_regex;
  std::optional<bool> watch;  // only watches, or only what is none

  Kind kind = Kind::kStatus;
  std::string name;  // of the kind, as ordered
  int status = 0;
  std::string body;      // "" for the host's own words
  std::string location;  // of a redirect
  std::size_t bytes = 0;
  std::optional<std::chrono::seconds> retry_after;
  std::chrono::seconds reset{60};
  std::chrono::milliseconds delay{0};
  std::chrono::milliseconds grace{0};  // calls so shortly after a limit may have been under way

  int every = 1;  // takes hold of each so-manieth call that matches
  int count = 0;  // and of so many in all; 0 for no end
  int seen = 0;
  int fired = 0;

  // The time that the caller must not call again for; zero when it is not told to wait.
  [[nodiscard]] std::chrono::milliseconds Wait() const;
};

class FaultTable {
 public:
  // Errors: kInvalidArgument, naming the member.
  [[nodiscard]] Result<int> Add(const Json& order);

  // The fault that takes hold of this call, if any; counts the call.
  [[nodiscard]] const Fault* Hit(Host host, const Call& call);

  [[nodiscard]] Json List() const;
  // `id` 0 for all.
  void Remove(int id);

 private:
  std::vector<Fault> faults_;
  int last_id_ = 0;
};

}  // namespace prow_coverage::sandbox
