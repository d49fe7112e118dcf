#include "replica.h"

#include <csignal>
#include <utility>

#include <gmock/gmock.h>

namespace prow_coverage::testing {
namespace {

using ::testing::Each;

constexpr std::size_t kLogEnd = 60'000;

}  // namespace

Replica::Replica(World& world, std::string name, std::vector<std::string> more)
    : world_(world),
      name_(std::move(name)),
      inbox_((world.dir().path() / (name_ + ".db")).string()),
      more_(std::move(more)) {}

void Replica::Start() {
  std::vector<std::string> flags = {
      "--inbox=" + inbox_, "--artifacts-url=" + world_.artifacts_url(), "--grace-period=5s"};
  flags.insert(flags.end(), more_.begin(), more_.end());
  process_ = world_.StartDaemon(flags);
}

void Replica::End(int signal) {
  process_->Signal(signal);
  process_->Wait();
  log_ += process_->Err() + "--- ended by signal " + std::to_string(signal) + "\n";
  process_.reset();
}

void Replica::Freeze() {
  process_->Signal(SIGSTOP);
  frozen_ = true;
}

void Replica::Thaw() {
  process_->Signal(SIGCONT);
  frozen_ = false;
}

void Replica::Deliver(int number, const std::string& action, int times) {
  const std::string guid = name_ + "-" + std::to_string(++deliveries_);
  EXPECT_THAT(world_.Deliver(*process_, number, guid, action, times), Each(200)) << guid;
}

bool Replica::IsAtRest() const {
  for (const char* state : {"received", "decided", "created"}) {
    Process list({World::Binary("prow-coverage"), "deliveries", "list", "--inbox=" + inbox_,
                  "--json", std::string("--state=") + state});
    if (list.Wait() != 0 || !list.Out().empty()) return false;
  }
  return true;
}

bool Replica::AwaitRest() {
  return Eventually([this] { return IsAtRest(); });
}

std::string Replica::Log() const {
  const std::string all = log_ + (process_ ? process_->Err() : "");
  return all.size() > kLogEnd ? all.substr(all.size() - kLogEnd) : all;
}

}  // namespace prow_coverage::testing
