#include "cause.h"

#include "description.h"

namespace prow_coverage::reporter {
namespace {

struct Cause {
  std::string_view part;  // of plank's description
  std::string_view text;
};

constexpr std::string_view kRunningTimeout = "Pod running timeout";

// The first that fits counts. The words are those of Prow's pkg/plank/reconciler.go and, below
// "max revivals", the kubelet's.
constexpr Cause kCauses[] = {
    {"no build client found for cluster", "Prow knows no such build cluster"},
    {"no build client available for cluster", "Prow knows no such build cluster"},
    {"unknown cluster alias", "Prow knows no such build cluster"},
    {"ImagePullBackOff", "the image could not be pulled"},
    {"ErrImagePull", "the image could not be pulled"},
    {"image pull", "the image could not be pulled"},
    {"Pod scheduling timeout", "the pod could not be scheduled"},
    {"Unschedulable", "the pod could not be scheduled"},
    {"Pod pending timeout", "the pod did not start (image pull, volume or secret)"},
    {kRunningTimeout, "the pod did not end in time"},
    {"OOM killed", "the pod ran out of memory"},
    {"stopped unexpectedly (evicted)", "the pod was evicted again and again"},
    {"max revivals", "the pod was stopped again and again"},
    {"evicted", "the pod was evicted"},
    {"Pod got deleted", "the pod was deleted"},
    {"some containers didn't finish", "some containers of the pod did not finish"},
    {"Pod can not be created", "the pod could not be created"},
};

}  // namespace

std::string CauseOf(std::string_view description) {
  for (const auto& cause : kCauses) {
    if (description.find(cause.part) != std::string_view::npos) return std::string(cause.text);
  }
  std::string told = Cleaned(description);
  return told.empty() ? "the job ended in error" : told;
}

bool RanTooLong(std::string_view description) { return description.starts_with(kRunningTimeout); }

}  // namespace prow_coverage::reporter
