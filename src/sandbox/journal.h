#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "prow_coverage/base/clock.h"

#include "call.h"
#include "json.h"

namespace prow_coverage::sandbox {

enum class Host { kGitHub, kKube, kArtifacts };

[[nodiscard]] std::string_view ToString(Host host);

// Everything that happened, in order.
class Journal {
 public:
  enum class Kind {
    kRequest,    // arrived
    kFault,      // an ordered fault took hold of it
    kEffect,     // state changed
    kViolation,  // the caller did what it must not, e.g. did not wait as told
    kAnswer,     // left
    kDelivery,   // a webhook was sent
  };

  // `max_events` are kept.
  Journal(const Clock& clock, std::size_t max_events);

  // A number that ties the events of one request together.
  std::uint64_t NextRequest() { return ++requests_; }

  // `request` 0 for what belongs to none. `status` 0 for none.
  void Add(Kind kind, Host host, std::uint64_t request, std::string what, int status = 0);

  // Milliseconds since the start, on the sandbox's clock.
  [[nodiscard]] std::int64_t Milliseconds() const;

  // `call`'s query chooses: after (sequence number), kind, host, contains, limit.
  [[nodiscard]] Json Events(const Call& call) const;

  // Events of each kind so far, dropped ones included.
  [[nodiscard]] Json Totals() const;

  void Clear();

 private:
  static constexpr std::size_t kKinds = 6;

  struct Event {
    std::uint64_t sequence;
    std::int64_t at_ms;
    Kind kind;
    Host host;
    std::uint64_t request;
    std::string what;
    int status;
  };

  [[nodiscard]] static std::string_view ToString(Kind kind);
  [[nodiscard]] static bool Wanted(const Event& event, const Call& call);
  [[nodiscard]] static Json Render(const Event& event);

  const Clock& clock_;
  const std::size_t max_events_;
  const MonotonicTime start_;
  std::deque<Event> events_;
  std::array<std::uint64_t, kKinds> totals_{};
  std::uint64_t sequence_ = 0;
  std::uint64_t requests_ = 0;
};

}  // namespace prow_coverage::sandbox
