#include "support/delivery_stream.h"

#include <charconv>
#include <chrono>
#include <stdexcept>

#include "support/pull_requests.h"

namespace prow_coverage::testing {
namespace {

constexpr int kBatch = 200;
constexpr int kTries = 5;  // as many as Prow's hook makes
constexpr std::chrono::milliseconds kBetweenTries{10};
// A steady stream, not a flood: what is sent has to be worked off as well.
constexpr std::chrono::milliseconds kBetweenPulls{2};

int StatusOf(const std::string& response) {
  constexpr std::string_view kProtocol = "HTTP/1.1 ";
  int status = 0;
  if (response.starts_with(kProtocol)) {
    std::from_chars(response.data() + kProtocol.size(), response.data() + response.size(), status);
  }
  return status;
}

}  // namespace

DeliveryStream::DeliveryStream(World& world, std::uint16_t port, std::uint32_t seed)
    : world_(world), port_(port), random_(seed), thread_([this] { Run(); }) {}

DeliveryStream::~DeliveryStream() { Stop(); }

void DeliveryStream::Stop() {
  stop_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
}

void DeliveryStream::Run() {
  for (int number = 1; !stop_.load(std::memory_order_relaxed); ++number) {
    if (number % kBatch == 1) PutPulls(world_, number, number + kBatch - 1);
    DeliverPull(number);
    std::this_thread::sleep_for(kBetweenPulls);
  }
}

void DeliveryStream::DeliverPull(int number) {
  const std::string guid = "crash-" + std::to_string(number);
  Deliver(number, guid);
  if (random_() % 5 == 0) Deliver(number, guid);
  if (random_() % 5 == 0) Deliver(number, guid + "-second-hook");
}

void DeliveryStream::Deliver(int number, const std::string& guid) {
  Sent& sent = sent_[guid];
  sent.number = number;
  const std::string request = SignedRequest(OpenedPayload(number), guid);
  for (int i = 0; i < kTries; ++i) {
    const int status = Post(request);
    ++answers_[status];
    if (status != 0) answered_.fetch_add(1, std::memory_order_relaxed);
    if (status == 200) {
      sent.acknowledged = true;
      return;
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
}

int DeliveryStream::Post(const std::string& request) {
  try {
    if (!client_) client_ = std::make_unique<RawHttpClient>(port_);
    const std::string response = client_->Exchange(request);
    if (response.find("Connection: close") != std::string::npos) client_.reset();
    return StatusOf(response);
  } catch (const std::runtime_error&) {
    client_.reset();
    return 0;
  }
}

}  // namespace prow_coverage::testing
