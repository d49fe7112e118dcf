#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "tables.h"
#include "waiter.h"

namespace prow_coverage::inbox {

// One call of Inbox on its way through the writer thread. Run may be followed by another Run (the
// group is tried again) and ends with Finish.
class Operation {
 public:
  enum class Kind { kRead, kWrite };

  Operation(Kind kind, std::size_t bytes) : kind_(kind), bytes_(bytes) {}
  virtual ~Operation() = default;

  Kind kind() const { return kind_; }
  std::size_t bytes() const { return bytes_; }

  // The error of this call, if any; kept for Finish, too.
  [[nodiscard]] virtual std::optional<Error> Run(Tables& tables) = 0;
  // Resumes the caller with what Run found, or with `failure`.
  virtual void Finish(const Error* failure) = 0;

 private:
  const Kind kind_;
  const std::size_t bytes_;  // roughly what it holds in memory
};

// `work(tables)` answers a Result<T>.
template <class T, class Work>
class Call final : public Operation {
 public:
  Call(Kind kind, std::size_t bytes, Work work, Ticket<T> ticket)
      : Operation(kind, bytes), work_(std::move(work)), ticket_(std::move(ticket)) {}

  std::optional<Error> Run(Tables& tables) override {
    try {
      result_.emplace(work_(tables));
    } catch (const std::exception& defect) {
      result_.emplace(Error{ErrorCode::kInternal, std::string("inbox: ") + defect.what(), {}});
    }
    if (*result_) return std::nullopt;
    return result_->error();
  }

  void Finish(const Error* failure) override {
    if (failure != nullptr) result_.emplace(*failure);
    ticket_.Resume(*std::move(result_));
  }

 private:
  Work work_;
  Ticket<T> ticket_;
  std::optional<Result<T>> result_;
};

}  // namespace prow_coverage::inbox
