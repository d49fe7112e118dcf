#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "prow_coverage/base/error.h"
#include "prow_coverage/kube/client.h"

#include "status_error.h"

namespace prow_coverage::kube {

// Turns the bytes of a watch, which arrive cut anywhere, into events: one JSON object a line. An
// ERROR event, which comes inside of an answer of status 200, becomes the error that its Status
// means (410: kExpired).
class WatchReader {
 public:
  using OnEvent = std::function<Result<void>(const WatchEvent&)>;

  // A watched object is at most as long as etcd's limit lets it be, some MiB.
  static constexpr std::size_t kMaxLine = std::size_t{16} << 20;

  explicit WatchReader(Call call, OnEvent on_event, std::size_t max_line = kMaxLine);

  // Errors: kTooLarge for a line over the limit, kUnavailable for one that is no event, those of
  // ERROR events and of `on_event`. Nothing more may be fed after an error.
  [[nodiscard]] Result<void> Feed(std::string_view data);

  // At the end of the stream. Errors: kUnavailable when it was cut in the middle of an event.
  [[nodiscard]] Result<void> Finish() const;

 private:
  [[nodiscard]] Result<void> ReadLine(std::string_view line);

  Call call_;
  OnEvent on_event_;
  std::size_t max_line_;
  std::string partial_;  // of a line whose end has not come yet
};

}  // namespace prow_coverage::kube
