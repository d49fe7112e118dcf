#include "prow_coverage/prow/plugin_help.h"

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "prow_coverage/json/document.h"

#include "built_in.h"

namespace prow_coverage::prow {
namespace {

using Json = nlohmann::ordered_json;

// Some 20,000 repositories. Anybody who reaches the port may ask, and the answer is larger still.
constexpr std::size_t kMaxBody = std::size_t{1} << 20;

constexpr std::string_view kDescription =
    "The coverage plugin gives every pull request that changes Go code a coverage answer: it "
    "creates a ProwJob that runs the unit tests, and sets the status <code>coverage-auto</code> "
    "with a link to the report in Spyglass.";

constexpr std::string_view kSnippet = R"(defaults:
  namespace: kubevirt-prow-jobs
  image: quay.io/kubevirtci/covreport:latest
  cluster: kubevirt-prow-control-plane
  coverageThreshold: 70
repos:
  kubevirt/project-infra:
    testPackages: ./external-plugins/... ./robots/...
    coverageDirs:
    - ./external-plugins/...
    - ./robots/...
    coverageThreshold: 25.5
)";

// Deck puts these texts into its page as HTML.
std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string Code(std::string_view text) { return "<code>" + EscapeHtml(text) + "</code>"; }

std::string CodeList(const std::vector<std::string>& texts) {
  std::string list;
  for (const auto& text : texts) list += (list.empty() ? "" : ", ") + Code(text);
  return list;
}

std::string WhatRuns(const config::JobConfig& job) {
  if (!job.command.empty()) return Code(job.command.front());
  if (!job.test_packages.empty()) return "the tests of " + Code(job.test_packages);
  return Code(kBuiltInScript);
}

std::string Describe(const config::JobConfig& job) {
  std::string text = "Runs " + WhatRuns(job) + " in the image " +
                     Code(job.image.empty() ? kBuiltInImage : job.image) + " when Go code ";
  text += job.coverage_dirs ? "in " + CodeList(*job.coverage_dirs) + " changes"
                            : "in the daemon's coverage directories changes";
  text += job.coverage_threshold ? "; the threshold is " + EscapeHtml(job.threshold_text) + "%."
                                 : "; there is no threshold.";
  return text;
}

std::string DescribeAll(const config::JobsConfig& config) {
  if (config.built_in()) return "Every repository that sends its events here has the same job.";
  return "These repositories are configured: " + CodeList(config.Repositories()) + ".";
}

using Texts = std::map<std::string, std::string>;

Result<Texts> DescribeRepositories(std::string_view body, const config::JobsConfig& config) {
  Texts texts = {{"", DescribeAll(config)}};
  if (body.empty()) return texts;
  if (body.size() > kMaxBody) {
    return Error{ErrorCode::kTooLarge, "the list of repositories is over 1 MiB: ask for fewer", {}};
  }
  const auto document = json::Document::Parse(body);
  if (!document) return WithContext(document.error(), "reading the list of repositories");
  if (document->root().IsNull()) return texts;  // Go's nil slice
  const auto read = document->root().ForEach("", [&](const json::Value& item) -> Result<void> {
    const auto org = item.String("Org");
    if (!org) return org.error();
    const auto repo = item.String("Repo");
    if (!repo) return repo.error();
    const auto* job = config.For(*org, *repo);
    if (job != nullptr) texts[std::string(*org) + "/" + std::string(*repo)] = Describe(*job);
    return {};
  });
  if (!read) {
    return WithContext(read.error(), R"(the list of repositories, [{"Org":"o","Repo":"r"}])");
  }
  return texts;
}

}  // namespace

Result<std::string> PluginHelp(std::string_view body, const config::JobsConfig& config) {
  auto texts = DescribeRepositories(body, config);
  if (!texts) return texts.error();
  const Json help = {{"Description", kDescription},
                     {"Config", std::move(*texts)},
                     {"Snippet", kSnippet},
                     {"Events", Json::array({"pull_request"})},
                     {"Commands", Json::array()}};
  // A configuration may hold bytes that are no UTF-8; they must not cost the whole answer.
  return help.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace prow_coverage::prow
