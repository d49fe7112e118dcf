#include "prow_coverage/base/clock.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "support/run_task.h"

namespace prow_coverage {
namespace {

TEST(Clock, WritesRfc3339InUtcWithWholeSeconds) {
  const struct {
    WallTime time;
    const char* text;
  } rows[] = {
      {WallTime{}, "1970-01-01T00:00:00Z"},
      {WallTime(std::chrono::seconds(1787133600)), "2026-08-19T10:00:00Z"},
      {WallTime(std::chrono::milliseconds(1787133600999)), "2026-08-19T10:00:00Z"},
      {WallTime(std::chrono::milliseconds(-1)), "1969-12-31T23:59:59Z"},
      {WallTime(std::chrono::seconds(951782400)), "2000-02-29T00:00:00Z"},
  };
  for (const auto& row : rows) EXPECT_EQ(ToRfc3339(row.time), row.text);
}

TEST(Clock, SleepLastsAtLeastAsLongAsAsked) {
  const auto clock = MakeSystemClock();
  boost::asio::io_context context;
  const auto sleep = [&]() -> Task<MonotonicTime> {
    co_await clock->SleepFor(std::chrono::milliseconds(2));
    co_return clock->Monotonic();
  };
  const auto began = clock->Monotonic();
  EXPECT_GE(testing::RunTask(context, sleep()) - began, std::chrono::milliseconds(2));
}

TEST(Clock, CancelledSleepEndsAtOnceWithoutAnError) {
  const auto clock = MakeSystemClock();
  boost::asio::io_context context;
  boost::asio::cancellation_signal cancel;
  bool done = false;
  std::exception_ptr thrown;
  boost::asio::co_spawn(context, clock->SleepFor(std::chrono::hours(1)),
                        boost::asio::bind_cancellation_slot(cancel.slot(), [&](auto error) {
                          thrown = error;
                          done = true;
                        }));
  boost::asio::post(context, [&] { cancel.emit(boost::asio::cancellation_type::all); });
  context.run();
  EXPECT_TRUE(done);
  EXPECT_FALSE(thrown);
}

}  // namespace
}  // namespace prow_coverage
