#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"

namespace prow_coverage::kube {

// What an election reads of a Lease.
struct Lease {
  std::string holder;  // "" when it was released
  std::string renew_time;
  std::string acquire_time;
  std::int64_t duration_seconds = 0;
  std::int64_t transitions = 0;
  std::string resource_version;

  bool operator==(const Lease&) const = default;
};

// Errors: kInvalidArgument for what is no object. Members that are missing are "" and 0.
[[nodiscard]] Result<Lease> ParseLease(std::string_view object);

// JSON text to be created (resource_version "") or put.
[[nodiscard]] std::string RenderLease(const std::string& ns, const std::string& name,
                                      const Lease& lease);

// metav1.MicroTime: 2026-08-19T10:00:00.000000Z.
[[nodiscard]] std::string ToMicroTime(WallTime time);

}  // namespace prow_coverage::kube
