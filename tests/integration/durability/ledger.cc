#include "ledger.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>

#include "support/pull_requests.h"

namespace prow_coverage::testing {
namespace {

using ::testing::AnyOf;
using Sent = std::map<std::string, DeliveryStream::Sent>;

// "" when it is no label value for Kubernetes.
std::string EventGuid(const nlohmann::json& job) {
  return job["metadata"]["labels"].value("event-GUID", "");
}

std::map<std::string, nlohmann::json> ListDeliveries(const std::string& inbox) {
  const auto [code, text] = AskDeliveries(inbox, {"list", "--json", "--limit=1000000"});
  if (code != 0) throw std::runtime_error("deliveries list: " + text);
  std::map<std::string, nlohmann::json> deliveries;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    auto delivery = nlohmann::json::parse(line);
    const std::string guid = delivery["guid"];
    const auto [place, fresh] = deliveries.emplace(guid, std::move(delivery));
    EXPECT_TRUE(fresh) << guid << " is in the inbox twice";
  }
  return deliveries;
}

// A daemon that recovers its inbox may hold the lock for longer than a reader waits.
bool IsAtRest(const std::string& inbox) {
  if (AskDeliveries(inbox, {"list", "--limit=1"}).first != 0) return false;
  const auto deliveries = ListDeliveries(inbox);
  return std::all_of(deliveries.begin(), deliveries.end(), [](const auto& entry) {
    return entry.second["state"] == "done" || entry.second["state"] == "dead";
  });
}

}  // namespace

std::pair<int, std::string> AskDeliveries(const std::string& inbox,
                                          std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {World::Binary("prow-coverage"), "deliveries"});
  arguments.push_back("--inbox=" + inbox);
  Process process(arguments);
  const int code = process.Wait();
  return {code, process.Out() + process.Err()};
}

bool AwaitRest(const std::string& inbox, std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!IsAtRest(inbox)) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

Ledger::Ledger(World& world, const std::string& inbox) : deliveries_(ListDeliveries(inbox)) {
  for (const auto& job : world.Jobs()) {
    jobs_[job["spec"]["refs"]["pulls"][0]["sha"]].push_back(job);
  }
  // The reporter sets them in its own time: it backs off up to five minutes, as deliveries do.
  const auto all_are_set = [&] {
    posts_.clear();
    for (const auto& status : world.Statuses()) posts_[status["sha"]].push_back(status);
    return std::all_of(jobs_.begin(), jobs_.end(),
                       [&](const auto& entry) { return posts_.contains(entry.first); });
  };
  const bool all = Eventually(all_are_set, std::chrono::minutes(5));
  EXPECT_TRUE(all) << "statuses are missing";
}

void Ledger::ExpectKept(const Sent& sent) const {
  ExpectDeliveries(sent);
  ExpectJobs(sent);
  ExpectStatuses();
}

void Ledger::ExpectDeliveries(const Sent& sent) const {
  for (const auto& [guid, entry] : sent) {
    if (entry.acknowledged) {
      EXPECT_TRUE(deliveries_.contains(guid)) << guid << " was acknowledged and is lost";
    }
  }
  for (const auto& [guid, delivery] : deliveries_) {
    EXPECT_TRUE(sent.contains(guid)) << guid << " was never sent";
    EXPECT_EQ(delivery["state"], "done") << delivery;
    EXPECT_THAT(delivery["reason"], AnyOf("job_created", "job_exists")) << delivery;
  }
}

void Ledger::ExpectJobs(const Sent& sent) const {
  std::set<std::string> heads;
  for (const auto& [guid, entry] : sent) {
    const std::string head = HeadSha(entry.number);
    heads.insert(head);
    if (entry.acknowledged) {
      EXPECT_TRUE(jobs_.contains(head)) << guid << " was acknowledged and has no ProwJob";
    }
  }
  for (const auto& [head, jobs] : jobs_) {
    EXPECT_TRUE(heads.contains(head)) << head << " was never sent";
    EXPECT_EQ(jobs.size(), 1u) << head << " has more than one ProwJob";
  }
}

void Ledger::ExpectStatuses() const {
  for (const auto& [head, jobs] : jobs_) {
    EXPECT_TRUE(posts_.contains(head)) << head << " has a ProwJob and no status";
  }
  for (const auto& [head, posts] : posts_) {
    const auto job = jobs_.find(head);
    ASSERT_NE(job, jobs_.end()) << head << " has a status and no ProwJob";
    const std::string name = job->second.front()["metadata"]["name"];
    for (const auto& status : posts) {
      EXPECT_EQ(status["state"], "pending");
      EXPECT_EQ(status["context"], "coverage-auto");
      EXPECT_EQ(status["target_url"], "https://prow.ci.kubevirt.io/prowjob?prowjob=" + name);
    }
  }
}

std::string Ledger::SomeCutOff() const {
  for (const auto& [head, jobs] : jobs_) {
    const std::string guid = EventGuid(jobs.front());
    const auto delivery = deliveries_.find(guid);
    if (delivery != deliveries_.end() && delivery->second["reason"] == "job_exists") return guid;
  }
  return "";
}

std::string Ledger::Describe(const Sent& sent) const {
  const auto acknowledged = std::count_if(
      sent.begin(), sent.end(), [](const auto& entry) { return entry.second.acknowledged; });
  std::size_t posts = 0;
  for (const auto& [head, all] : posts_) posts += all.size();
  std::size_t cut_off = 0;
  for (const auto& [head, jobs] : jobs_) {
    const auto delivery = deliveries_.find(EventGuid(jobs.front()));
    cut_off += delivery != deliveries_.end() && delivery->second["reason"] == "job_exists";
  }
  std::ostringstream text;
  text << sent.size() << " deliveries sent, " << acknowledged << " acknowledged, "
       << deliveries_.size() << " stored; " << jobs_.size() << " ProwJobs, " << posts
       << " pending statuses on " << posts_.size() << " heads; " << cut_off
       << " finished after a kill between effect and record";
  return text.str();
}

}  // namespace prow_coverage::testing
