#include "history.h"

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <tuple>

#include <gmock/gmock.h>

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;

constexpr const char* kJobPage = "/prowjob?prowjob=";
constexpr const char* kBuildPage = "/view/gs";
// Of all namespaces: what the model's faults leave alone.
constexpr const char* kAllJobs = "/apis/prow.k8s.io/v1/prowjobs";

std::string StateOf(const Json& job) { return job["status"].value("state", ""); }

bool HasEnded(const std::string& state) {
  return state == "success" || state == "failure" || state == "error" || state == "aborted";
}

std::string ShaOf(const Json& job) { return job["spec"]["refs"]["pulls"][0]["sha"]; }

// "…/4711/" and "…/4711": 4711; "" of a link that is no build's.
std::string BuildOf(std::string url) {
  if (url.find(kBuildPage) == std::string::npos) return "";
  while (url.ends_with('/')) url.pop_back();
  return url.substr(url.rfind('/') + 1);
}

std::string Percent(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f%%", number);
  return text;
}

}  // namespace

History::Post::Phase History::Post::phase() const {
  if (state == "pending") return BuildOf(url).empty() ? kWaiting : kRunning;
  for (const char* mark : {" for over ", "; it is asked again"}) {
    if (description.find(mark) != std::string::npos) return kProvisional;
  }
  return kFinal;
}

bool History::Post::SameAs(const Post& other) const {
  return std::tie(state, description, url) == std::tie(other.state, other.description, other.url);
}

void History::Observe() {
  std::set<std::string> present;
  const auto list = world_.Kube("GET", kAllJobs);
  for (const Json& object : list["items"]) {
    const std::string name = object["metadata"]["name"];
    const std::string start = object["status"]["startTime"];
    const std::string key = start + " " + name;
    present.insert(key);
    jobs_[key] = {name, start, object, false};
    const std::string build = object["status"].value("build_id", "");
    if (!build.empty()) by_build_[build] = key;
  }
  for (auto& [key, job] : jobs_) job.deleted = !present.contains(key);
}

// The requests whose answers were cut off after they had been carried out.
std::set<std::int64_t> History::UnheardRequests() {
  std::set<std::int64_t> requests;
  const auto faults = world_.GitHub("GET", "/_sandbox/events?kind=fault&host=github&limit=1000000");
  for (const Json& event : faults["events"]) {
    if (event["what"].get<std::string>().find("cut-after-effect") != std::string::npos) {
      requests.insert(event.value("request", 0));
    }
  }
  return requests;
}

void History::Read() {
  const auto unheard = UnheardRequests();
  const auto effects =
      world_.GitHub("GET", "/_sandbox/events?kind=effect&host=github&limit=1000000");
  std::vector<std::int64_t> requests;
  for (const Json& event : effects["events"]) {
    if (event["what"].get<std::string>().starts_with("status ")) {
      requests.push_back(event.value("request", 0));
    }
  }
  const auto statuses = world_.Statuses();
  Observe();  // so that the jobs are as new as what was told of them
  by_sha_.clear();
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const Json& status = statuses[i];
    const std::string sha = status["sha"];
    auto& posts = by_sha_[sha];
    Post post{status["state"], status["description"], status["target_url"]};
    post.reached_daemon = i >= requests.size() || !unheard.contains(requests[i]);
    post.job = JobOf(post, posts.empty() ? nullptr : &posts.back(), sha);
    posts.push_back(std::move(post));
  }
}

std::vector<const History::Job*> History::JobsOf(const std::string& sha) const {
  std::vector<const Job*> jobs;
  for (const auto& [key, job] : jobs_) {
    if (ShaOf(job.object) == sha) jobs.push_back(&job);
  }
  return jobs;
}

const History::Job* History::JobOf(const Post& post, const Post* before,
                                   const std::string& sha) const {
  if (const auto build = by_build_.find(BuildOf(post.url)); build != by_build_.end()) {
    return &jobs_.at(build->second);
  }
  const auto at = post.url.find(kJobPage);
  if (at == std::string::npos) return nullptr;
  const std::string name = post.url.substr(at + std::string(kJobPage).size());
  const Job* found = nullptr;
  for (const Job* job : JobsOf(sha)) {
    if (job->name != name) continue;
    // The first life that the statuses so far leave room for.
    found = job;
    const bool over =
        before != nullptr && before->job != nullptr &&
        (before->job->start > job->start ||
         (before->job == job && before->phase() == Post::kFinal && !post.SameAs(*before)));
    if (!over) break;
  }
  return found;
}

void History::ExpectInOrder() {
  for (const auto& [sha, posts] : by_sha_) {
    SCOPED_TRACE(Tell(sha));
    ExpectInOrder(sha, posts);
  }
}

void History::ExpectInOrder(const std::string& sha, const std::vector<Post>& posts) {
  for (std::size_t i = 0; i < posts.size(); ++i) {
    const Post& post = posts[i];
    SCOPED_TRACE("status " + std::to_string(i));
    ASSERT_NE(post.job, nullptr) << "it links to no job: " << post.url;
    EXPECT_EQ(ShaOf(post.job->object), sha) << "it links to the job of another head";
    if (i == 0) continue;
    const Post& before = posts[i - 1];
    if (post.SameAs(before)) {
      EXPECT_FALSE(before.reached_daemon) << "the same status twice";
      continue;
    }
    if (before.job == post.job) {
      EXPECT_LT(before.phase(), Post::kFinal)
          << "something was told of a job after its final status";
      EXPECT_LE(before.phase(), post.phase()) << "an older state after a newer one";
    } else {
      ASSERT_NE(before.job, nullptr);
      // Start times are whole seconds, and two replicas can give out the same (docs/inbox.md).
      EXPECT_LE(before.job->start, post.job->start) << "an older job after a newer one";
    }
  }
}

bool History::IsAnswered(const std::string& sha) const {
  const auto posts = by_sha_.find(sha);
  return posts != by_sha_.end() && posts->second.back().phase() == Post::kFinal;
}

bool History::AllJobsHaveEnded() const {
  return std::all_of(jobs_.begin(), jobs_.end(), [](const auto& entry) {
    return entry.second.deleted || HasEnded(StateOf(entry.second.object));
  });
}

void History::ExpectAnswered(const std::string& sha) {
  SCOPED_TRACE(Tell(sha));
  auto jobs = JobsOf(sha);
  ASSERT_FALSE(jobs.empty()) << "there is no job";
  ASSERT_TRUE(IsAnswered(sha)) << "there is no final status";
  const Post& last = by_sha_.at(sha).back();
  // One that went before anything was told of it leaves the end of the one before.
  while (jobs.back()->deleted && last.job != jobs.back() && jobs.size() > 1) jobs.pop_back();
  EXPECT_EQ(last.job, jobs.back()) << "it does not tell of the newest job";
  ExpectFits(*jobs.back(), last);
}

// The table of docs/statuses.md.
void History::ExpectFits(const Job& job, const Post& post) {
  EXPECT_TRUE(
      post.description.ends_with(" BaseSHA:" + job.object["spec"]["refs"].value("base_sha", "")) ||
      job.deleted);
  const std::string state = StateOf(job.object);
  const bool by_itself = state == "success" || state == "failure";
  if (by_itself) return ExpectNumbers(job, post);
  EXPECT_EQ(post.state, gate_ ? "error" : "success");
  EXPECT_THAT(post.description, StartsWith("coverage unavailable: "));
  if (job.deleted) EXPECT_THAT(post.description, HasSubstr("deleted"));
  if (state == "aborted" && !job.deleted) EXPECT_THAT(post.description, HasSubstr("aborted"));
}

void History::ExpectNumbers(const Job& job, const Post& post) {
  const bool succeeded = StateOf(job.object) == "success";
  const Json summary = SummaryOf(job);
  if (!summary.is_object()) {
    EXPECT_EQ(post.state, !succeeded ? "failure" : gate_ ? "error" : "success");
    EXPECT_THAT(post.description, HasSubstr("coverage-summary.json"));
    return;
  }
  const double pr = summary["pr_coverage"];
  const bool enough = pr >= summary["threshold"].get<double>();
  EXPECT_EQ(post.state, !enough ? "failure" : succeeded ? "success" : "error");
  EXPECT_THAT(post.description, StartsWith(Percent(pr)));
}

Json History::SummaryOf(const Job& job) const {
  const std::string url = job.object["status"].value("url", "");
  const auto at = url.find(kBuildPage);
  if (at == std::string::npos) return nullptr;
  const std::string path =
      url.substr(at + std::string(kBuildPage).size()) + "/artifacts/coverage-summary.json";
  const auto port = std::stoi(world_.artifacts_url().substr(world_.artifacts_url().rfind(':') + 1));
  const auto [status, body] = Get(static_cast<std::uint16_t>(port), path);
  return status == 200 ? Json::parse(body, nullptr, false) : Json();
}

void History::ExpectSilent(const std::string& sha) {
  SCOPED_TRACE(Tell(sha));
  const auto jobs = JobsOf(sha);
  const auto posts = by_sha_.find(sha);
  if (jobs.empty() || posts == by_sha_.end()) return;
  const Job& job = *jobs.back();
  if (job.deleted || StateOf(job.object) != "aborted") return;
  if (aborted_by_hand_.contains(job.name)) return;
  for (const Post& post : posts->second) {
    EXPECT_FALSE(post.job == &job && post.phase() == Post::kFinal)
        << "told of a job that nobody wants";
  }
}

std::size_t History::posts() const {
  std::size_t count = 0;
  for (const auto& [sha, posts] : by_sha_) count += posts.size();
  return count;
}

std::string History::Tell(const std::string& sha) const {
  std::ostringstream text;
  text << "head " << sha;
  for (const Job* job : JobsOf(sha)) {
    text << "\n  job " << job->name << " of " << job->start << ": " << StateOf(job->object)
         << (job->deleted ? ", deleted, " : ", ") << job->object["status"].value("build_id", "");
  }
  const auto posts = by_sha_.find(sha);
  if (posts == by_sha_.end()) return text.str() + "\n  no status";
  for (const Post& post : posts->second) {
    text << "\n  " << post.state << " \"" << post.description << "\" " << post.url
         << (post.reached_daemon ? "" : " (the answer was cut off)");
  }
  return text.str();
}

}  // namespace prow_coverage::testing
