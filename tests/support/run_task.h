#pragma once

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "prow_coverage/base/task.h"

namespace prow_coverage::testing {

// Runs the coroutine to its end on `context` and answers what it returned; what it threw is thrown
// here. `run_one` until the coroutine is done, not until the context is idle: a server or a client
// that lives on the same context keeps it busy.
template <class T>
T RunTask(boost::asio::io_context& context, Task<T> task) {
  std::optional<T> result;
  std::exception_ptr thrown;
  bool done = false;
  boost::asio::co_spawn(
      context, [&]() -> Task<void> { result.emplace(co_await std::move(task)); },
      [&](std::exception_ptr e) {
        thrown = e;
        done = true;
      });
  context.restart();
  while (!done && context.run_one() > 0) {
  }
  if (thrown) std::rethrow_exception(thrown);
  return std::move(result).value();
}

}  // namespace prow_coverage::testing
