#pragma once

#include <cstddef>

namespace prow_coverage::server {

// The bytes that all bodies of a server hold together. Nothing is known of a client before its body
// is there, so the limit of one body alone would let a thousand of them have 25 GiB.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t limit) : limit_(limit) {}

  // A body that held `held` bytes now holds `size`. False, and nothing changes, over the limit.
  [[nodiscard]] bool Resize(std::size_t& held, std::size_t size) {
    if (size > held && size - held > limit_ - used_) return false;
    used_ += size - held;  // wraps around, and back, when it shrinks
    held = size;
    return true;
  }

 private:
  const std::size_t limit_;
  std::size_t used_ = 0;
};

}  // namespace prow_coverage::server
