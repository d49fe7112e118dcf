#include "prow_coverage/base/vital.h"

#include <stdexcept>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

namespace prow_coverage {
namespace {

TEST(Vital, EndsTheProcessWithALineThatNamesThePart) {
  const auto logger = MakeJsonLogger(LogLevel::kInfo, STDERR_FILENO);
  const auto done = Vital("reconciler", *logger);
  const auto thrown = std::make_exception_ptr(std::runtime_error("no such thing"));
  EXPECT_EXIT(done(thrown), ::testing::ExitedWithCode(70), "reconciler.*no such thing");
  EXPECT_EXIT(done(std::make_exception_ptr(1)), ::testing::ExitedWithCode(70), "no known type");
}

TEST(Vital, LetsACoroutineEndOrBeCancelled) {
  const auto logger = MakeJsonLogger(LogLevel::kInfo, STDERR_FILENO);
  const auto done = Vital("reconciler", *logger);
  done(nullptr);
  done(std::make_exception_ptr(boost::system::system_error(boost::asio::error::operation_aborted)));
}

}  // namespace
}  // namespace prow_coverage
