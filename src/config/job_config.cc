#include "prow_coverage/config/job_config.h"

#include <algorithm>
#include <utility>

#include "job_fields.h"
#include "validate.h"

namespace prow_coverage::config {
namespace {

constexpr std::string_view kNoRepository =
    "names no repository, every event would be ignored, add one";

// The two halves of the file; the order in which they stand does not matter.
struct Sections {
  std::optional<Value> defaults;
  std::optional<Value> repos;
};

constexpr Field<Sections> kSections[] = {
    {"defaults",
     [](const Value& v, Sections& s) -> Result<void> {
       s.defaults = v;
       return {};
     }},
    {"repos",
     [](const Value& v, Sections& s) -> Result<void> {
       s.repos = v;
       return {};
     }},
};

Result<JobConfig> Merge(const Value& entry, const JobConfig& defaults) {
  JobConfig job = defaults;
  if (auto set = ApplyJob(entry, job); !set) return set.error();
  if (auto valid = Validate(entry, job); !valid) return valid.error();
  return job;
}

Result<JobsByOrg> MergeAll(const Value& repos, const JobConfig& defaults) {
  JobsByOrg all;
  if (repos.IsNull()) return repos.Fault(kNoRepository);
  const auto visited =
      repos.ForEachMember([&](const std::string& name, const Value& entry) -> Result<void> {
        if (!kRepository.holds(name)) {
          return entry.Fault(Shown(name) + " " + std::string(kRepository.otherwise));
        }
        auto job = Merge(entry, defaults);
        if (!job) return job.error();
        const auto slash = name.find('/');
        auto& repos_of_org = all[name.substr(0, slash)];
        const auto [twin, added] =
            repos_of_org.try_emplace(name.substr(slash + 1), std::move(*job));
        if (added) return {};
        return entry.Fault(Shown(name) +
                           " is listed already, GitHub ignores case in names, keep one of them");
      });
  if (!visited) return visited.error();
  if (all.empty()) return repos.Fault(kNoRepository);
  return all;
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool IgnoringCase::operator()(std::string_view a, std::string_view b) const {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return Lower(x) < Lower(y); });
}

JobsConfig JobsConfig::BuiltIn() {
  JobsConfig config;
  config.built_in_ = true;
  return config;
}

Result<JobsConfig> JobsConfig::Parse(std::string_view text, std::string_view source) {
  const auto document = yaml::Parse(text, source);
  if (!document) return document.error();
  const Value root(*document, "", source);
  if (root.IsNull()) return root.Fault("the file is empty, it needs at least repos");
  Sections sections;
  if (auto read = Apply<Sections>(root, kSections, sections); !read) return read.error();

  JobsConfig config;
  if (sections.defaults) {
    if (auto set = ApplyJob(*sections.defaults, config.defaults_); !set) return set.error();
  }
  if (!sections.repos) return root.Fault("repos is missing, name at least one repository in it");
  auto repos = MergeAll(*sections.repos, config.defaults_);
  if (!repos) return repos.error();
  config.repos_ = std::move(*repos);
  return config;
}

const JobConfig* JobsConfig::For(std::string_view org, std::string_view repo) const {
  if (built_in_) return &defaults_;
  const auto repos = repos_.find(org);
  if (repos == repos_.end()) return nullptr;
  const auto found = repos->second.find(repo);
  return found == repos->second.end() ? nullptr : &found->second;
}

std::vector<std::string> JobsConfig::Repositories() const {
  std::vector<std::string> names;
  for (const auto& [org, repos] : repos_) {
    for (const auto& entry : repos) names.push_back(org + "/" + entry.first);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace prow_coverage::config
