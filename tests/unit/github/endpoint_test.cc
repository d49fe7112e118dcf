#include "endpoint.h"

#include <gtest/gtest.h>

namespace prow_coverage::github {
namespace {

TEST(Endpoint, KnowsItsHostAndBasePath) {
  EXPECT_EQ(ParseEndpoint("https://GHE.example:8443/api/v3/"),
            (Endpoint{"https://GHE.example:8443/api/v3", "ghe.example:8443", "/api/v3"}));
  EXPECT_EQ(ParseEndpoint("http://ghproxy"), (Endpoint{"http://ghproxy", "ghproxy", ""}));
}

TEST(Endpoint, KeepsAPasswordOutOfTheHostName) {
  EXPECT_EQ(ParseEndpoint("http://user:secret@ghproxy:80").host, "ghproxy:80");
}

TEST(ApiPath, TakesPathAndQueryOnly) {
  const std::vector<Endpoint> endpoints = {ParseEndpoint("http://ghproxy"),
                                           ParseEndpoint("https://ghe.example/api/v3")};
  struct Row {
    std::string_view target;
    std::string_view path;
  };
  const Row rows[] = {
      {"https://api.github.com/repositories/1/pulls?page=2", "/repositories/1/pulls?page=2"},
      {"https://evil.example/a?b=c#fragment", "/a?b=c"},
      {"https://ghe.example/api/v3/repositories/1?page=2", "/repositories/1?page=2"},
      {"/api/v3/repositories/1", "/repositories/1"},
      {"/api/v30/x", "/api/v30/x"},
      {"/a?to=https://evil.example/b", "/a?to=https://evil.example/b"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.target);
    EXPECT_EQ(ApiPath(row.target, endpoints), row.path);
  }
}

TEST(ApiPath, RefusesWhatIsNoPlainPath) {
  for (const std::string_view target :
       {"", "https://api.github.com", "pulls?page=2", "?page=2", "//evil.example/a", "/a/../b",
        "/a/./b", "/..", "/a//b", "/a b", "/a\r\nX: y", "/a\\b", "/\xc3\xa4", "ftp:/a"}) {
    SCOPED_TRACE(target);
    EXPECT_FALSE(ApiPath(target, {}));
  }
  EXPECT_FALSE(ApiPath("/" + std::string(10000, 'a'), {}));
}

TEST(EncodePath, KeepsSlashesAndEscapesTheRest) {
  EXPECT_EQ(EncodePath("feature/a b?#%"), "feature/a%20b%3F%23%25");
  EXPECT_EQ(EncodePath(""), "");
}

}  // namespace
}  // namespace prow_coverage::github
