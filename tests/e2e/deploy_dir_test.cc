// The directory deploy/: that nothing in it is left out.

#include <algorithm>
#include <functional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/manifests.h"

namespace prow_coverage::e2e {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

std::string Relative(const fs::path& file) {
  return fs::relative(fs::weakly_canonical(file), fs::weakly_canonical(DeployDir())).string();
}

void ForEachText(const json& value, const std::function<void(const std::string&)>& visit) {
  if (value.is_string()) visit(value);
  if (!value.is_structured()) return;
  for (const auto& member : value) ForEachText(member, visit);
}

// Everything that is reached from a kustomization. Whatever text in it names a file or a directory,
// it does so wherever kustomize wants it; one that it wants and that is missing fails the
// rendering.
void Reach(const fs::path& kustomization, std::set<std::string>& reached) {
  if (!reached.insert(Relative(kustomization)).second) return;
  ForEachText(ReadYaml(kustomization), [&](const std::string& text) {
    const fs::path path = kustomization.parent_path() / text;
    if (fs::is_directory(path)) return Reach(path / "kustomization.yaml", reached);
    if (fs::exists(path)) reached.insert(Relative(path));
  });
}

std::set<std::string> Files(const fs::path& below) {
  std::set<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(below)) {
    if (entry.is_regular_file()) files.insert(Relative(entry.path()));
  }
  return files;
}

TEST(DeployDir, HasNoFileThatNothingApplies) {
  std::set<std::string> reached = {"prow/plugins.yaml", "prow/presubmits.yaml"};
  for (const char* kind : {"overlays", "components"}) {
    for (const auto& entry : fs::directory_iterator(DeployDir() / kind)) {
      Reach(entry.path() / "kustomization.yaml", reached);
    }
  }
  EXPECT_THAT(Files(DeployDir()), ElementsAreArray(reached));
}

TEST(DeployDir, HasTheTwoOverlays) {
  std::vector<std::string> names;
  for (const auto& variant : Variants()) names.push_back(variant.name);
  std::sort(names.begin(), names.end());
  EXPECT_THAT(
      names, ElementsAre("app", "app with ephemeral-inbox", "token", "token with ephemeral-inbox"));
}

}  // namespace
}  // namespace prow_coverage::e2e
