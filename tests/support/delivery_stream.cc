#include "support/delivery_stream.h"

#include <charconv>
#include <chrono>
#include <random>
#include <stdexcept>
#include <thread>

#include "support/pull_requests.h"
#include "support/raw_http_client.h"

namespace prow_coverage::testing {
namespace {

// So many that their deliveries share commits.
constexpr int kHooks = 6;
constexpr int kBatch = 50;  // pull requests of one hook in a row
constexpr int kTries = 5;   // as many as Prow's hook makes
constexpr std::chrono::milliseconds kBetweenTries{10};
// A steady stream, not a flood: what is sent has to be worked off as well.
constexpr std::chrono::milliseconds kBetweenPulls{12};

int StatusOf(const std::string& response) {
  constexpr std::string_view kProtocol = "HTTP/1.1 ";
  int status = 0;
  if (response.starts_with(kProtocol)) {
    std::from_chars(response.data() + kProtocol.size(), response.data() + response.size(), status);
  }
  return status;
}

}  // namespace

class DeliveryStream::Hook {
 public:
  Hook(DeliveryStream& stream, World& world, std::uint16_t port, std::uint32_t seed, int index)
      : stream_(stream),
        world_(world),
        port_(port),
        random_(seed + static_cast<std::uint32_t>(index)),
        thread_([this, index] { Run(index); }) {}

  // After its thread has been told to stop.
  void Join() { thread_.join(); }

  std::map<std::string, Sent> sent;
  std::map<int, int> answers;

 private:
  void Run(int index) {
    for (int batch = index;; batch += kHooks) {
      const int first = batch * kBatch + 1;
      PutPulls(world_, first, first + kBatch - 1);
      for (int number = first; number < first + kBatch; ++number) {
        if (stream_.stop_.load(std::memory_order_relaxed)) return;
        DeliverPull(number);
        std::this_thread::sleep_for(kBetweenPulls);
      }
    }
  }

  void DeliverPull(int number) {
    const std::string guid = "crash-" + std::to_string(number);
    Deliver(number, guid);
    if (random_() % 5 == 0) Deliver(number, guid);
    if (random_() % 5 == 0) Deliver(number, guid + "-second-hook");
  }

  void Deliver(int number, const std::string& guid) {
    Sent& delivery = sent[guid];
    delivery.number = number;
    const std::string request = SignedRequest(OpenedPayload(number), guid);
    for (int i = 0; i < kTries; ++i) {
      const int status = Post(request);
      ++answers[status];
      if (status != 0) stream_.answered_.fetch_add(1, std::memory_order_relaxed);
      if (status == 200) {
        delivery.acknowledged = true;
        return;
      }
      std::this_thread::sleep_for(kBetweenTries);
    }
  }

  int Post(const std::string& request) {
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

  DeliveryStream& stream_;
  World& world_;
  const std::uint16_t port_;
  std::mt19937 random_;
  std::unique_ptr<RawHttpClient> client_;
  std::thread thread_;  // last: it uses all of the above
};

DeliveryStream::DeliveryStream(World& world, std::uint16_t port, std::uint32_t seed) {
  for (int index = 0; index < kHooks; ++index) {
    hooks_.push_back(std::make_unique<Hook>(*this, world, port, seed, index));
  }
}

DeliveryStream::~DeliveryStream() { Stop(); }

void DeliveryStream::Stop() {
  stop_.store(true, std::memory_order_relaxed);
  for (const auto& hook : hooks_) {
    hook->Join();
    sent_.merge(hook->sent);
    for (const auto& [status, times] : hook->answers) answers_[status] += times;
  }
  hooks_.clear();
}

}  // namespace prow_coverage::testing
