#pragma once

#include <boost/asio/awaitable.hpp>

namespace prow_coverage {

// A coroutine on the caller's executor. It runs on one thread at a time: whichever thread runs the
// io_context that it was spawned on.
template <class T>
using Task = boost::asio::awaitable<T>;

}  // namespace prow_coverage
