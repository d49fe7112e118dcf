#include "multi_driver.h"

#include <algorithm>
#include <new>
#include <utility>

#include <boost/asio/post.hpp>

namespace prow_coverage::http {

std::shared_ptr<MultiDriver> MultiDriver::Make(boost::asio::any_io_executor executor) {
  std::shared_ptr<MultiDriver> driver(new MultiDriver(std::move(executor)));
  driver->Init();
  return driver;
}

MultiDriver::MultiDriver(boost::asio::any_io_executor executor)
    : executor_(std::move(executor)), multi_(curl_multi_init()) {
  if (!multi_) throw std::bad_alloc();
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &MultiDriver::OnSocket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &MultiDriver::OnTimer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(kMaxActive));
}

void MultiDriver::Init() {
  timer_ = std::make_shared<LazyTimer>(executor_, [this] { Act(CURL_SOCKET_TIMEOUT, 0); });
}

MultiDriver::~MultiDriver() { Shutdown(); }

void MultiDriver::Start(std::shared_ptr<Transfer> transfer) {
  waiting_.push_back(std::move(transfer));
  Kick();
}

void MultiDriver::Abort(const std::shared_ptr<Transfer>& transfer, Error error) {
  boost::asio::post(executor_, [weak = weak_from_this(), transfer, error = std::move(error)] {
    if (const auto self = weak.lock()) self->AbortNow(transfer, error);
  });
}

void MultiDriver::Shutdown() {
  const auto cancel = [](const std::shared_ptr<Transfer>& transfer) {
    transfer->Abort({ErrorCode::kCancelled, transfer->host() + ": the client is going away", {}});
  };
  for (const auto& transfer : std::exchange(waiting_, {})) cancel(transfer);
  for (const auto& [easy, running] : std::exchange(running_, {})) {
    curl_multi_remove_handle(multi_.get(), easy);
    cancel(running.transfer);
  }
  multi_.reset();
  watches_.clear();
  timer_.reset();
}

void MultiDriver::Kick() {
  if (std::exchange(kicked_, true)) return;
  boost::asio::post(executor_, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || !self->multi_) return;
    self->kicked_ = false;
    self->BeginWaiting();
    self->Act(CURL_SOCKET_TIMEOUT, 0);
  });
}

// Without room a kick would do nothing but come back here: a loop for as long as they wait.
void MultiDriver::KickIfThereIsRoom() {
  if (!waiting_.empty() && active_ < kMaxActive) Kick();
}

void MultiDriver::BeginWaiting() {
  while (!waiting_.empty() && active_ < kMaxActive) {
    const auto transfer = std::move(waiting_.front());
    waiting_.pop_front();
    if (const auto begun = Begin(transfer); !begun) transfer->Abort(begun.error());
  }
}

Result<void> MultiDriver::Begin(const std::shared_ptr<Transfer>& transfer) {
  if (auto attached = transfer->Attach(pool_.Take()); !attached) return attached;
  if (const auto code = curl_multi_add_handle(multi_.get(), transfer->easy()); code != CURLM_OK) {
    return Error{ErrorCode::kInternal, transfer->host() + ": " + curl_multi_strerror(code), {}};
  }
  running_[transfer->easy()] = {transfer, transfer->streams() ? WatchSilence(transfer) : nullptr};
  if (!transfer->streams()) ++active_;
  return {};
}

std::shared_ptr<LazyTimer> MultiDriver::WatchSilence(const std::shared_ptr<Transfer>& transfer) {
  const std::weak_ptr<Transfer> weak = transfer;
  auto timer = std::make_shared<LazyTimer>(executor_, [this, weak] {
    const auto silent = weak.lock();
    if (!silent) return;
    AbortNow(silent, {ErrorCode::kUnavailable,
                      silent->host() + ": nothing arrived for " +
                          std::to_string(silent->timeout().count()) + " ms",
                      {}});
  });
  const auto restart = [timer, limit = transfer->timeout()] {
    timer->Set(LazyTimer::Clock::now() + limit);
  };
  transfer->set_on_activity(restart);
  restart();
  return timer;
}

void MultiDriver::Act(curl_socket_t socket, int events) {
  if (!multi_) return;
  int running = 0;
  curl_multi_socket_action(multi_.get(), socket, events, &running);
  Reap();
}

void MultiDriver::Reap() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    const auto found = running_.find(message->easy_handle);
    if (message->msg != CURLMSG_DONE || found == running_.end()) continue;
    const auto transfer = found->second.transfer;
    const CURLcode code = message->data.result;
    Remove(message->easy_handle);  // `message` is gone with it
    transfer->Finish(code);
  }
  KickIfThereIsRoom();
}

void MultiDriver::AbortNow(const std::shared_ptr<Transfer>& transfer, Error error) {
  if (running_.contains(transfer->easy())) {
    Remove(transfer->easy());
    KickIfThereIsRoom();
  } else {
    std::erase(waiting_, transfer);
  }
  transfer->Abort(std::move(error));
}

void MultiDriver::Remove(CURL* easy) {
  const auto found = running_.find(easy);
  const auto transfer = found->second.transfer;
  running_.erase(found);
  if (!transfer->streams()) --active_;
  curl_multi_remove_handle(multi_.get(), easy);
  pool_.Give(transfer->Detach());
}

void MultiDriver::SetSocket(curl_socket_t socket, int what) {
  if (what == CURL_POLL_REMOVE) {
    if (const auto found = watches_.find(socket); found != watches_.end()) {
      found->second->Release();
      watches_.erase(found);
    }
    return;
  }
  auto& watch = watches_[socket];
  if (!watch) {
    watch = std::make_shared<SocketWatch>(
        executor_, socket, [this](curl_socket_t ready, int events) { Act(ready, events); });
  }
  watch->Want(what);
}

void MultiDriver::SetTimer(long milliseconds) {
  if (!timer_) return;
  if (milliseconds < 0) return timer_->Clear();
  if (milliseconds == 0) {
    timer_->Clear();
    return Kick();
  }
  timer_->Set(LazyTimer::Clock::now() + std::chrono::milliseconds(milliseconds));
}

int MultiDriver::OnSocket(CURL*, curl_socket_t socket, int what, void* self, void*) noexcept {
  static_cast<MultiDriver*>(self)->SetSocket(socket, what);
  return 0;
}

int MultiDriver::OnTimer(CURLM*, long milliseconds, void* self) noexcept {
  static_cast<MultiDriver*>(self)->SetTimer(milliseconds);
  return 0;
}

}  // namespace prow_coverage::http
