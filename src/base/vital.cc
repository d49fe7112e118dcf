#include "prow_coverage/base/vital.h"

#include <cstdlib>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace prow_coverage {
namespace {

constexpr int kSoftwareFault = 70;

[[noreturn]] void End(const std::string& name, const char* what, Logger& logger) {
  logger.Error(
      "a part that the daemon cannot do without threw; the process ends to be started anew",
      {{"part", name}, {"error", what}});
  std::_Exit(kSoftwareFault);
}

}  // namespace

std::function<void(std::exception_ptr)> Vital(std::string name, Logger& logger) {
  return [name = std::move(name), &logger](const std::exception_ptr& thrown) {
    if (!thrown) return;
    try {
      std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& e) {
      if (e.code() == boost::asio::error::operation_aborted) return;
      End(name, e.what(), logger);
    } catch (const std::exception& e) {
      End(name, e.what(), logger);
    } catch (...) {
      End(name, "an exception of no known type", logger);
    }
  };
}

}  // namespace prow_coverage
