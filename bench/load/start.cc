#include <algorithm>
#include <future>
#include <thread>

#include "scenarios.h"
#include "support/raw_http_client.h"

namespace prow_coverage::bench {
namespace {

using namespace std::chrono_literals;

constexpr double kReadyMs = 50;
constexpr double kIdleMb = 12;
constexpr double kIdleCpuPercent = 0.1;
constexpr int kStarts = 11;
constexpr auto kIdleFor = 10s;

// A port that was free a moment ago.
std::uint16_t FreePort() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(fd, generic, size) == 0 && ::getsockname(fd, generic, &size) == 0;
  ::close(fd);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

bool IsReady(std::uint16_t port) {
  try {
    testing::RawHttpClient client(port);
    return client.Exchange("GET /healthz/ready HTTP/1.1\r\nHost: bench\r\n\r\n")
        .starts_with("HTTP/1.1 200");
  } catch (const std::runtime_error&) {
    return false;
  }
}

// From just before exec to the answer of /healthz/ready.
double ReadyMs(testing::World& world) {
  const auto port = FreePort();
  const auto begin = std::chrono::steady_clock::now();
  auto daemon = std::async(std::launch::async, [&] {
    return world.StartDaemon({"--health-port=" + std::to_string(port)});
  });
  while (!IsReady(port) && std::chrono::steady_clock::now() - begin < 10s)
    std::this_thread::sleep_for(200us);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  static_cast<void>(daemon.get());
  return took.count();
}

}  // namespace

void MeasureStart(Bench& bench) {
  std::vector<double> starts;
  for (int i = 0; i < kStarts; ++i) starts.push_back(ReadyMs(bench.world));
  std::sort(starts.begin(), starts.end());
  bench.table.Add(
      {"exec to /healthz/ready, median of 11", starts[kStarts / 2], "ms", kReadyMs, {}});

  const auto daemon = bench.world.StartDaemon();
  std::this_thread::sleep_for(1s);
  const double before = daemon->CpuSeconds();
  std::this_thread::sleep_for(kIdleFor);
  const double used = daemon->CpuSeconds() - before;
  const double percent = used * 100 / std::chrono::duration<double>(kIdleFor).count();
  bench.table.Add({"CPU when idle, of one core, over 10 s", percent, "%", kIdleCpuPercent, {}});
  const auto resident = static_cast<double>(daemon->ResidentBytes());
  bench.table.Add({"resident when idle", resident / 1e6, "MB", kIdleMb, {}});
}

}  // namespace prow_coverage::bench
