#include "connection.h"

#include <algorithm>

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace prow_coverage::server {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// A pull_request delivery with its header comes in one piece.
constexpr std::size_t kReadBytes = 32 << 10;

// A client that goes on sending after the answer ends with its first silence of this length, or
// after so many bytes. 32 MiB: a body a bit over the default limit is taken to its end.
constexpr auto kLingerSilence = 1s;
constexpr std::size_t kLingerBytes = 32 << 20;

bool WouldBlock(const ErrorStatus& ec) {
  return ec == asio::error::would_block || ec == asio::error::try_again ||
         ec == asio::error::interrupted;
}

// Drops the first `size` bytes; true while something is left.
bool Advance(Connection::Pieces& pieces, std::size_t size) {
  bool left = false;
  for (auto& piece : pieces) {
    const auto taken = std::min(size, piece.size());
    piece += taken;
    size -= taken;
    left = left || piece.size() > 0;
  }
  return left;
}

}  // namespace

Task<ErrorStatus> Connection::Wait(Socket::wait_type type) {
  ErrorStatus ec;
  waiting_ = true;
  co_await socket_.async_wait(type, asio::redirect_error(asio::use_awaitable, ec));
  waiting_ = false;
  switch (interruption_) {
    case Interruption::kNone:
      co_return ec;
    case Interruption::kTimeout:
      co_return asio::error::timed_out;
    default:
      co_return asio::error::operation_aborted;
  }
}

ErrorStatus Connection::Read() {
  ErrorStatus ec;
  const auto size = socket_.read_some(buffer_.prepare(kReadBytes), ec);
  buffer_.commit(size);
  return ec;
}

Task<ErrorStatus> Connection::Fill() {
  for (;;) {
    const auto waited = co_await Wait(Socket::wait_read);
    const bool stopped = interruption_ == Interruption::kStop;
    if (waited && !stopped) co_return waited;
    interruption_ = Interruption::kNone;
    const auto read = Read();
    if (!WouldBlock(read)) co_return read;
    if (stopped) co_return waited;
  }
}

Task<ErrorStatus> Connection::Write(Pieces pieces, Clock::duration patience) {
  bool blocked = false;
  for (bool left = true; left;) {
    ErrorStatus ec;
    left = Advance(pieces, socket_.write_some(pieces, ec));
    if (ec && !WouldBlock(ec)) co_return ec;
    if (!left) break;
    if (!blocked) SetDeadline(patience);
    blocked = true;
    if (const auto waited = co_await Wait(Socket::wait_write)) co_return waited;
  }
  co_return ErrorStatus{};
}

Task<void> Connection::Linger(Clock::duration patience) {
  const auto end = Clock::now() + patience;
  ErrorStatus ec;
  socket_.shutdown(Socket::shutdown_send, ec);
  std::size_t discarded = 0;
  while (!ec && discarded < kLingerBytes && Clock::now() < end) {
    SetDeadline(kLingerSilence);
    discarded += buffer_.size();
    buffer_.consume(buffer_.size());
    ec = co_await Fill();
  }
}

void Connection::ReleaseBuffer() { buffer_.shrink_to_fit(); }

void Connection::SetDeadline(Clock::duration from_now) {
  deadline_ = Clock::now() + from_now;
  if (interruption_ == Interruption::kTimeout) interruption_ = Interruption::kNone;
}

void Connection::SetIdle(bool idle) {
  idle_ = idle;
  if (idle) idle_since_ = Clock::now();
}

void Connection::CheckDeadline(Clock::time_point now) {
  if (!waiting_ || now < deadline_ || interruption_ != Interruption::kNone) return;
  interruption_ = Interruption::kTimeout;
  ErrorStatus ignored;
  socket_.cancel(ignored);
}

void Connection::Stop() {
  if (!idle_ || interruption_ != Interruption::kNone) return;
  interruption_ = Interruption::kStop;
  ErrorStatus ignored;
  socket_.cancel(ignored);
}

void Connection::Abort() {
  interruption_ = Interruption::kAbort;
  ErrorStatus ignored;
  socket_.close(ignored);
  cancellation_.emit(asio::cancellation_type::all);
}

}  // namespace prow_coverage::server
