#include "link_header.h"

#include <gtest/gtest.h>

namespace prow_coverage::github {
namespace {

TEST(NextLink, FindsTheNextPage) {
  struct Row {
    const char* name;
    std::string_view link;
    std::string_view target;
  };
  const Row rows[] = {
      {"as GitHub writes it",
       R"(<https://api.github.com/repositories/1/pulls?page=2>; rel="next", <https://x/?page=5>; rel="last")",
       "https://api.github.com/repositories/1/pulls?page=2"},
      {"not the first", R"(</a?page=1>; rel="prev", </a?page=3>; rel="next")", "/a?page=3"},
      {"without quotes", "</a>; rel=next", "/a"},
      {"other case, spaces", R"(</a> ; REL = "Next")", "/a"},
      {"one of several relations", R"(</a>; rel="last next")", "/a"},
      {"after another parameter", R"(</a>; title="a, \"b\"; rel=prev"; rel="next")", "/a"},
      {"comma and semicolon in the target", R"(</a,b;c>; rel="next")", "/a,b;c"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(NextLink(row.link), row.target);
  }
}

TEST(NextLink, IsNothingWithoutANextPage) {
  for (const std::string_view link :
       {"", "</a>", R"(</a>; rel="last")", R"(</a>; rel="nextish")", "<no end; rel=next",
        R"(</a>; title="rel=next")", R"(</a>; rel="prev; </b>; rel=next)", "rel=next"}) {
    SCOPED_TRACE(link);
    EXPECT_FALSE(NextLink(link));
  }
}

TEST(NextPage, IsAnErrorWhenTheLinkIsNoPath) {
  const http::Response response{200, {{"link", R"(<javascript:alert(1)>; rel="next")"}}, ""};
  EXPECT_EQ(NextPage(response, {}).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace prow_coverage::github
