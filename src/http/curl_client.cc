#include <memory>
#include <stdexcept>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "prow_coverage/http/client.h"

#include "multi_driver.h"
#include "transfer.h"

namespace prow_coverage::http {
namespace {

namespace asio = boost::asio;

// What resumes the waiting coroutine, on its own executor, which has work until then.
template <class Handler>
Transfer::OnEnd Resume(std::shared_ptr<Handler> handler) {
  auto executor = asio::get_associated_executor(*handler);
  auto work = asio::make_work_guard(executor);
  return [handler = std::move(handler), executor, work = std::move(work)](Result<Response> result) {
    asio::post(executor, [handler, result = std::move(result)]() mutable {
      std::move (*handler)(std::move(result));
    });
  };
}

template <class Handler>
void AbortWhenCancelled(const Handler& handler, const std::shared_ptr<MultiDriver>& driver,
                        const std::shared_ptr<Transfer>& transfer) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  if (!slot.is_connected()) return;
  const std::weak_ptr<MultiDriver> weak_driver = driver;
  const std::weak_ptr<Transfer> weak_transfer = transfer;
  slot.assign([weak_driver, weak_transfer](asio::cancellation_type) {
    const auto to = weak_driver.lock();
    const auto what = weak_transfer.lock();
    if (to && what) to->Abort(what, {ErrorCode::kCancelled, what->host() + ": cancelled", {}});
  });
}

class CurlClient final : public Client {
 public:
  explicit CurlClient(asio::any_io_executor executor)
      : driver_(MultiDriver::Make(std::move(executor))) {}
  ~CurlClient() override { driver_->Shutdown(); }
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;

  Task<Result<Response>> Send(Request request) override {
    return Perform(Transfer::Make(std::move(request), {}));
  }

  Task<Result<Response>> Stream(Request request,
                                std::function<Result<void>(std::string_view)> on_data) override {
    return Perform(Transfer::Make(std::move(request), std::move(on_data)));
  }

 private:
  Task<Result<Response>> Perform(Result<std::shared_ptr<Transfer>> transfer) {
    if (!transfer) co_return transfer.error();
    auto initiate = [driver = driver_, transfer = *transfer](auto handler) {
      AbortWhenCancelled(handler, driver, transfer);
      transfer->set_on_end(Resume(std::make_shared<decltype(handler)>(std::move(handler))));
      driver->Start(transfer);
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<Response>)>(
        std::move(initiate), asio::use_awaitable);
  }

  const std::shared_ptr<MultiDriver> driver_;
};

}  // namespace

std::unique_ptr<Client> MakeCurlClient(asio::any_io_executor executor) {
  return std::make_unique<CurlClient>(std::move(executor));
}

void GlobalInit() {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    throw std::runtime_error("libcurl cannot be initialised");
  }
}

}  // namespace prow_coverage::http
