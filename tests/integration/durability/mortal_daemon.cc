#include "mortal_daemon.h"

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace prow_coverage::testing {
namespace {

using std::chrono::milliseconds;

constexpr const char* kServing = "\"msg\":\"serving\"";

bool IsFree(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return bound;
}

// Below the range that the kernel takes ports of outgoing connections from: nobody may get it while
// the daemon is away. Not from the seed, which two runs at once may share.
std::uint16_t FreePort() {
  std::random_device random;
  for (int i = 0; i < 1000; ++i) {
    const auto port = static_cast<std::uint16_t>(12000 + random() % 20000);
    if (IsFree(port)) return port;
  }
  throw std::runtime_error("no port is free");
}

}  // namespace

MortalDaemon::MortalDaemon(World& world, Shim& shim, std::uint32_t seed)
    : world_(world),
      shim_(shim),
      random_(seed),
      inbox_((world.dir().path() / "inbox.db").string()),
      port_(FreePort()),
      health_port_(FreePort()),
      metrics_port_(FreePort()) {}

void MortalDaemon::Launch() {
  process_ = world_.LaunchDaemon({"--inbox=" + inbox_, "--port=" + std::to_string(port_),
                                  "--health-port=" + std::to_string(health_port_),
                                  "--metrics-port=" + std::to_string(metrics_port_)},
                                 shim_.Environment());
}

void MortalDaemon::AwaitServing() {
  const bool serves_or_ended = Eventually([this] {
    return !process_->Running() || process_->Err().find(kServing) != std::string::npos;
  });
  if (!serves_or_ended) throw std::runtime_error("does not start: " + process_->Err());
}

void MortalDaemon::LiveAWhile(const DeliveryStream& stream) {
  Launch();
  if (random_() % 4 == 0) {
    std::this_thread::sleep_for(milliseconds(random_() % 150));
    return;
  }
  AwaitServing();
  const int enough = stream.answered() + static_cast<int>(random_() % 40);
  const bool answers_or_ended =
      Eventually([&] { return !process_->Running() || stream.answered() >= enough; });
  if (!answers_or_ended) throw std::runtime_error("answers nothing: " + process_->Err());
  std::this_thread::sleep_for(milliseconds(random_() % 30));
}

bool MortalDaemon::Kill() {
  const bool alive = process_->Running();
  process_->Signal(SIGKILL);
  process_->Wait();
  return alive;
}

void MortalDaemon::Stay() {
  Launch();
  process_->AwaitErr(kServing);
}

}  // namespace prow_coverage::testing
