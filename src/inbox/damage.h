#pragma once

#include <optional>

#include "prow_coverage/base/clock.h"

#include "connection.h"

namespace prow_coverage::inbox {

// The suspicion that the file is damaged, from a page that made no sense or could not be read until
// the whole of the file has been found sound. Other pages go on to be written and read meanwhile,
// so that a good write alone proves nothing: the inbox would be in order one second and out of
// order the next, and its deliveries would be stored into a file that nobody can vouch for.
class Damage {
 public:
  explicit Damage(const Clock& clock) : clock_(clock) {}

  void Suspect(const Error& cause);

  // The suspicion, as long as it is too early to look again: a look reads the whole file, so it may
  // take a tenth of the time.
  [[nodiscard]] Result<void> MayLook() const;

  // Looks, if there is a suspicion. Errors: kUnavailable, with what is damaged.
  [[nodiscard]] Result<void> Look(Connection& connection);

 private:
  [[nodiscard]] Result<void> Check(Connection& connection) const;

  const Clock& clock_;
  std::optional<Error> suspicion_;
  MonotonicTime next_look_{};
};

}  // namespace prow_coverage::inbox
