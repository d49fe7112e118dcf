#include "prow_coverage/handler/coverage_dirs.h"

#include <gtest/gtest.h>

namespace prow_coverage::handler {
namespace {

CoverageDirs Dirs(std::string_view list) { return CoverageDirs::ParseFlag(list).value(); }

github::ChangedFiles Files(std::vector<github::ChangedFiles::File> files) {
  return {std::move(files), false};
}

TEST(CoverageDirs, MatchesGoFilesOfItsDirectories) {
  const struct {
    const char* dirs;
    const char* file;
    bool matches;
  } rows[] = {
      {"./releng/...", "releng/x.go", true},
      {"./releng/...", "releng/a/b/c.go", true},
      {"./releng/...", "releng/a/go.mod", true},
      {"./releng/...", "releng/go.sum", true},
      {"./releng/...", "releng2/x.go", false},
      {"./releng/...", "releng.go", false},
      {"./releng/...", "a/releng/x.go", false},
      {"./releng/...", "RELENG/x.go", false},
      {"./releng/...", "releng/README.md", false},
      {"./releng/...", "releng/x.gox", false},
      {"./releng/...", "releng/xgo.mod", false},
      {"./releng/...", "releng/go.mod/README", false},
      {"./releng/...", "releng/x.go/", false},
      {"./releng/...", "releng/.go", true},
      {"./releng/...", "releng/go.work", false},
      {"./releng/...", "x.go", false},
      {"./releng/...", "", false},
      {"./releng/...", "/", false},
      {"./releng/...", "releng/vendor/x/y.go", true},
      {"./releng", "releng/x.go", true},
      {"./releng", "releng/a/x.go", false},
      {"./a/b/...", "a/b/c/d.go", true},
      {"./a/b/...", "a/x.go", false},
      {"./a/b/...", "a/bc/d.go", false},
      {".", "x.go", true},
      {".", "a/x.go", false},
      {"./...", "x.go", true},
      {"./...", "a/b/x.go", true},
      {"./...", "README.md", false},
      {"./a/...,./b", "b/x.go", true},
      {"./a/...,./b", "c/x.go", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.dirs) + " " + row.file);
    EXPECT_EQ(Dirs(row.dirs).Matches(row.file, ""), row.matches);
  }
}

// They govern the build of every directory.
TEST(CoverageDirs, ModuleFilesOfTheRootAlwaysMatch) {
  for (const char* file : {"go.mod", "go.sum", "go.work", "go.work.sum"}) {
    SCOPED_TRACE(file);
    EXPECT_TRUE(Dirs("./releng/...").Matches(file, ""));
    EXPECT_FALSE(Dirs("./releng/...").Matches("other/" + std::string(file), ""));
  }
}

TEST(CoverageDirs, RenameMatchesByEitherName) {
  const auto dirs = Dirs("./releng/...");
  EXPECT_TRUE(dirs.Matches("releng/x.go", "docs/x.go"));
  EXPECT_TRUE(dirs.Matches("docs/x.go", "releng/x.go"));
  EXPECT_TRUE(dirs.Matches("docs/x.txt", "releng/x.go"));
  EXPECT_TRUE(dirs.Matches("old/go.mod", "go.mod"));
  EXPECT_FALSE(dirs.Matches("docs/x.go", "docs/y.go"));
}

TEST(CoverageDirs, FileNamesMayHoldAnyBytes) {
  EXPECT_TRUE(Dirs("./releng/...").Matches("releng/\xFF\n \"'/x.go", ""));
}

TEST(CoverageDirs, PatternsOfOneDirectoryAreEqual) {
  for (const char* pattern :
       {"a/b/...", "./a/b/.../", ".//a///b/...", "./a/./b/...", " ./a/b/... "}) {
    SCOPED_TRACE(pattern);
    EXPECT_EQ(Dirs(pattern), Dirs("./a/b/..."));
  }
  for (const char* pattern : {"a/b", "a/b/", "./a//b/."}) {
    SCOPED_TRACE(pattern);
    EXPECT_EQ(Dirs(pattern), Dirs("./a/b"));
  }
  EXPECT_EQ(Dirs("..."), CoverageDirs::Everything());
  EXPECT_EQ(Dirs("./..."), CoverageDirs::Everything());
}

TEST(CoverageDirs, RefusesWhatIsNoPatternAndSaysHowToWriteIt) {
  const struct {
    const char* list;
    const char* says;
  } rows[] = {
      {"", "is empty"},
      {"./a/...,", "is empty"},
      {"./a/...,,./b", "is empty"},
      {"/a/...", "relative to the repository"},
      {"./a/... ./b/...", "white space"},
      {"./a\tb", "white space"},
      {"../a", "remove the .."},
      {"./a/../../b", "remove the .."},
      {"./.../a", "can only come last"},
      {"./a/.../...", "can only come last"},
      {"./a...", "wildcard"},
      {"./a*/...", "wildcard"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.list);
    const auto dirs = CoverageDirs::ParseFlag(row.list);
    ASSERT_FALSE(dirs);
    EXPECT_EQ(dirs.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(dirs.error().message.find(row.says), std::string::npos) << dirs.error().message;
  }
}

TEST(CoverageDirs, RefusesAnEmptyList) {
  EXPECT_FALSE(CoverageDirs::Parse(std::vector<std::string>{}));
}

TEST(CoverageDirs, DefaultIsTheGoCodeOfProjectInfra) {
  const auto dirs = Dirs(kDefaultCoverageDirs);
  EXPECT_TRUE(dirs.Matches("external-plugins/coverage/main.go", ""));
  EXPECT_TRUE(dirs.Matches("releng/release-tool/release-tool.go", ""));
  EXPECT_TRUE(dirs.Matches("robots/flakefinder/main.go", ""));
  EXPECT_FALSE(dirs.Matches("pkg/git/blame.go", ""));
}

TEST(FileVerdict, NamesTheFirstDecidingFile) {
  const auto verdict =
      Dirs("./a/...").Judge(Files({{"README.md", ""}, {"a/x.go", ""}, {"a/y.go", ""}}));
  EXPECT_EQ(verdict, (FileVerdict{true, "a/x.go", "a/x.go changed"}));
}

TEST(FileVerdict, NamesThePreviousNameWhenThatDecides) {
  const auto verdict = Dirs("./a/...").Judge(Files({{"docs/x.txt", "a/x.go"}}));
  EXPECT_EQ(verdict, (FileVerdict{true, "a/x.go", "a/x.go was renamed to docs/x.txt"}));
}

TEST(FileVerdict, SaysWhenNoFileMatches) {
  const auto verdict = Dirs("./a/...").Judge(Files({{"README.md", ""}, {"b/x.go", ""}}));
  EXPECT_FALSE(verdict.applies);
  EXPECT_EQ(verdict.file, "");
  EXPECT_EQ(verdict.reason, "none of the 2 changed files is Go code in a coverage directory");
}

TEST(FileVerdict, NoFilesDoNotApply) { EXPECT_FALSE(CoverageDirs::Everything().Judge({}).applies); }

// GitHub lists no more than 3,000 files; what it left out may be Go code.
TEST(FileVerdict, TruncatedListApplies) {
  const auto verdict = Dirs("./a/...").Judge({{{"README.md", ""}}, true});
  EXPECT_TRUE(verdict.applies);
  EXPECT_EQ(verdict.file, "");
}

}  // namespace
}  // namespace prow_coverage::handler
