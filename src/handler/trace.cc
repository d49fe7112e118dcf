#include "trace.h"

namespace prow_coverage::handler {

void Trace::Note(std::string name, std::string detail) {
  steps_.push_back({std::move(name), clock_.Now(), {}, "ok", std::move(detail)});
}

void Trace::Detail(std::string detail) { steps_.back().detail = std::move(detail); }

void Trace::Add(std::string name, WallTime at, MonotonicTime began, std::string outcome,
                std::string detail) {
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(clock_.Monotonic() - began);
  steps_.push_back({std::move(name), at, took, std::move(outcome), std::move(detail)});
}

}  // namespace prow_coverage::handler
