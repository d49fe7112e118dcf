// The build phase with a docker that only notes how it was called.

#include <gmock/gmock.h>

#include "job_fixture.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kDocker = R"(#!/bin/sh
printf '[%s]' "$@" >>"$PR_POD_CALLS"; echo >>"$PR_POD_CALLS"
case " $* " in
  *' --help '*) [ -z "${PR_POD_OLD:-}" ] && echo '      --allow stringArray' ;;
  *' --print '*) cat "$PR_POD_PRINT" ;;
  *' bake '* | *' build '*)
    [ -z "${PR_POD_SLOW:-}" ] || { trap '' TERM; sleep 60; }
    [ -z "${PR_POD_BREAK:-}" ] || { echo 'ERROR: failed to solve: no such base' >&2; exit 1; }
    kind=$2
    while [ $# -gt 1 ]; do
      if [ "$1" = --metadata-file ] && [ "$kind" = bake ]; then
        printf '{\n  "app": {\n    "buildx.build.provenance": {\n      "builder": {\n' >"$2"
        printf '        "id": ""\n      }\n    },\n' >>"$2"
        printf '    "containerimage.digest": "sha256:abc123"\n  }\n}\n' >>"$2"
      elif [ "$1" = --metadata-file ]; then
        echo '{"containerimage.digest": "sha256:abc123"}' >"$2"
      fi
      shift
    done ;;
esac
exit 0
)";

class Build : public JobTest {
 protected:
  Build() {
    std::filesystem::create_directory(dir_.path() / "bin");
    const auto docker = dir_.Write("bin/docker", kDocker);
    std::filesystem::permissions(docker, std::filesystem::perms::owner_all);
    path_ = docker.parent_path().string() + ":";
    variables_["PR_POD_BUILDER"] = "job-builder";
    variables_["PR_POD_NAMESPACE"] = "dev";
    variables_["PR_POD_CALLS"] = (dir_.path() / "calls").string();
    Plan("{}");
  }

  void Plan(const std::string& json) {
    variables_["PR_POD_PRINT"] = dir_.Write("print.json", json).string();
  }

  Outcome Attempt() {
    CheckOut();
    EXPECT_EQ(Run("detect").code, 0);
    return Run("build");
  }

  std::string calls() const { return Content(dir_.path() / "calls"); }
};

TEST_F(Build, BuildsEachAffectedDockerfileOnTheBuilderThatIsThere) {
  MakePull("mkdir a 'b c'; echo FROM scratch >a/Dockerfile; echo FROM scratch >'b c/-x.Dockerfile'",
           "echo new >'b c/new'");
  const auto done = Attempt();
  EXPECT_EQ(done.code, 0) << done.log;
  EXPECT_THAT(calls(),
              HasSubstr("[create][--name][pr-pod][--driver][kubernetes][--node][job-builder]"
                        "[--driver-opt][namespace=dev,rootless=false]"));
  EXPECT_THAT(calls(), HasSubstr("[--file][./b c/-x.Dockerfile][--][./b c]"));
  EXPECT_THAT(calls(), HasSubstr("name=pr-pod/b-c-x-dockerfile:" +
                                 ShellIn("workspace", "git rev-parse HEAD").substr(0, 12)));
  EXPECT_THAT(calls(), Not(HasSubstr("a/Dockerfile")));
  EXPECT_THAT(calls(), Not(HasSubstr("[--allow]")));
  EXPECT_EQ(done.details()["images"],
            nlohmann::json::parse(R"([{"path":"b c/-x.Dockerfile","digest":"sha256:abc123"}])"));
}

TEST_F(Build, BakesWhenThereIsABakeFile) {
  MakePull("mkdir a; echo FROM scratch >a/Dockerfile; echo x >docker-bake.hcl", "echo new >a/new");
  const auto done = Attempt();
  EXPECT_EQ(done.code, 0) << done.log;
  EXPECT_THAT(calls(),
              HasSubstr("[bake][--builder][pr-pod][--file][./docker-bake.hcl][--progress]"));
  EXPECT_THAT(calls(), Not(HasSubstr("[buildx][build]")));
}

TEST_F(Build, NamesEachTargetOfABakeFileByTheCommitAndRecordsItsDigest) {
  MakePull("mkdir sub; echo x >sub/docker-bake.hcl", "echo new >sub/new");
  Plan(R"({
  "group": {
    "default": {
      "targets": [
        "app",
        "web"
      ]
    }
  },
  "target": {
    "app": {
      "context": "."
    },
    "web": {
      "context": "web"
    }
  }
})");
  const auto done = Attempt();
  EXPECT_EQ(done.code, 0) << done.log;
  const std::string tag = ShellIn("workspace", "git rev-parse HEAD").substr(0, 12);
  for (const std::string target : {"app", "web"}) {
    EXPECT_THAT(calls(), HasSubstr("[--set][" + target + ".output=type=image,name=pr-pod/" +
                                   target + ":" + tag + ",push=false]"));
  }
  EXPECT_EQ(
      done.details()["images"],
      nlohmann::json::parse(R"([{"path":"sub/docker-bake.hcl#app","digest":"sha256:abc123"}])"));
}

TEST_F(Build, CountsTheTargetsOfABakeFileAgainstItsLimit) {
  MakePull("echo x >docker-bake.hcl");
  variables_["PR_POD_MAX_IMAGES"] = "1";
  Plan("{\n  \"target\": {\n    \"a\": {\n    },\n    \"b\": {\n    }\n  }\n}");
  EXPECT_THAT(Attempt().summary(), HasSubstr("bakes 2 images, the limit is 1"));
}

// buildx before bake's --allow leaves the attribute out of what it prints, and builds without.
TEST_F(Build, ReadsTheFileItselfWhereBuildxDoesNotKnowEntitlements) {
  struct Row {
    const char* name;
    const char* file;
    const char* allowed;
    const char* says;  // "" where it is built
  };
  const Row rows[] = {
      {"one", "entitlements = [\"security.insecure\"]", "", "asks for security.insecure"},
      {"on lines of their own", "entitlements = [\n \"network.host\",\n \"security.insecure\"\n]",
       "network.host", "asks for security.insecure"},
      {"JSON", "{\"target\": {\"a\": {\"entitlements\": [\"device\"]}}}", "", "asks for device"},
      {"allowed, but not to be had", "entitlements=[\"network.host\"]", "network.host",
       "too old to grant network.host"},
      {"none", "entitlements = []\nname = \"security.insecure\"", "", ""},
      {"a comment", "# entitlements = [\"security.insecure\"]", "", ""},
  };
  variables_["PR_POD_OLD"] = "yes";
  MakePull("echo x >docker-bake.hcl");
  CheckOut();
  ASSERT_EQ(Run("detect").code, 0);
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    dir_.Write("workspace/docker-bake.hcl", row.file);
    variables_["PR_POD_ENTITLEMENTS"] = row.allowed;
    const auto done = Run("build");
    EXPECT_EQ(done.code, *row.says == '\0' ? 0 : 1) << done.log;
    EXPECT_THAT(done.summary(), HasSubstr(row.says));
  }
}

TEST_F(Build, RefusesABakeFileThatAsksForMoreThanIsAllowed) {
  MakePull("echo x >docker-bake.hcl");
  struct Row {
    const char* name;
    const char* plan;
    const char* says;
  };
  const Row rows[] = {
      {"entitlement",
       "{\n \"target\": {\n \"a\": {\n  \"entitlements\": [\n   \"security.insecure\"\n  ]\n}}}",
       "asks for security.insecure"},
      {"context", "{\n \"context\": \"/etc\",\n}", "reaches out of the tree"},
      {"parent", "{\n \"context\": \"../../x\",\n}", "reaches out of the tree"},
      {"named context", "{\n \"contexts\": {\n  \"base\": \"/etc\"\n }\n}",
       "reaches out of the tree"},
      {"output", "{\n \"output\": [\n  \"type=local,dest=/w\"\n ]\n}", "reaches out of the tree"},
  };
  CheckOut();
  ASSERT_EQ(Run("detect").code, 0);
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Plan(row.plan);
    const auto done = Run("build");
    EXPECT_EQ(done.code, 1);
    EXPECT_THAT(done.summary(), HasSubstr(row.says));
  }
  EXPECT_THAT(calls(),
              Not(HasSubstr("[bake][--builder][pr-pod][--file][./docker-bake.hcl][--progress]")));
}

TEST_F(Build, PassesOnWhatIsAllowedToABuildxThatKnowsIt) {
  MakePull("echo x >docker-bake.hcl");
  variables_["PR_POD_ENTITLEMENTS"] = "network.host security.insecure";
  Plan("{\n  \"entitlements\": [\n   \"security.insecure\"\n  ]\n}");
  EXPECT_EQ(Attempt().code, 0);
  EXPECT_THAT(calls(), HasSubstr("[--allow][network.host][--allow][security.insecure]"));
  std::filesystem::remove(dir_.path() / "calls");
  variables_["PR_POD_OLD"] = "yes";
  Plan("{}");
  EXPECT_EQ(Run("build").code, 0);
  EXPECT_THAT(calls(), Not(HasSubstr("[--allow]")));
}

TEST_F(Build, DoesNothingWhenTheChangeAffectsNothing) {
  MakePull("mkdir a; echo FROM scratch >a/Dockerfile", "echo x >readme");
  const auto done = Attempt();
  EXPECT_EQ(done.code, 0);
  EXPECT_THAT(done.summary(), HasSubstr("affects nothing"));
  EXPECT_THAT(calls(), Not(HasSubstr("create")));
}

TEST_F(Build, RefusesMoreImagesThanItsLimit) {
  MakePull("for i in 1 2 3; do mkdir $i; echo FROM scratch >$i/Dockerfile; done",
           "for i in 1 2 3; do echo x >$i/new; done");
  variables_["PR_POD_MAX_IMAGES"] = "2";
  EXPECT_THAT(Attempt().summary(), HasSubstr("affects 3 images, the limit is 2"));
}

TEST_F(Build, NamesTheFileWhoseBuildFailedAndWhy) {
  MakePull("echo FROM nowhere >Dockerfile");
  variables_["PR_POD_BREAK"] = "yes";
  const auto done = Attempt();
  EXPECT_EQ(done.code, 1);
  EXPECT_EQ(done.summary(), "building Dockerfile failed: failed to solve: no such base");
  EXPECT_THAT(done.log, HasSubstr("ERROR: failed to solve: no such base"));
}

TEST_F(Build, StopsWhenItsTimeIsOverWhateverDockerMakesOfIt) {
  MakePull("echo FROM scratch >Dockerfile");
  variables_["PR_POD_SLOW"] = "yes";
  variables_["PR_POD_BUILD_TIMEOUT"] = "1";
  const auto began = std::chrono::steady_clock::now();
  EXPECT_THAT(Attempt().summary(), HasSubstr("was stopped after 1 s"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(40));
}

}  // namespace
}  // namespace prow_coverage::testing
