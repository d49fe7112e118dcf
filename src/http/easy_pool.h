#pragma once

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include "handles.h"

namespace prow_coverage::http {

// Easy handles to use again: making one costs several times what resetting one does.
class EasyPool {
 public:
  EasyHandle Take() {
    if (idle_.empty()) return Fresh();
    EasyHandle easy = std::move(idle_.back());
    idle_.pop_back();
    return easy;
  }

  void Give(EasyHandle easy) {
    if (idle_.size() >= kMaxIdle) return;
    curl_easy_reset(easy.get());
    idle_.push_back(std::move(easy));
  }

 private:
  static constexpr std::size_t kMaxIdle = 64;

  static EasyHandle Fresh() {
    EasyHandle easy(curl_easy_init());
    if (!easy) throw std::bad_alloc();
    return easy;
  }

  std::vector<EasyHandle> idle_;
};

}  // namespace prow_coverage::http
