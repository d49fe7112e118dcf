#include "page_cache.h"

#include <gtest/gtest.h>

namespace prow_coverage::github {
namespace {

PageCache::Page Page(const std::string& etag) { return {etag, {}, {}}; }

TEST(PageCache, KeepsTheLastPageOfAPath) {
  PageCache cache(2);
  cache.Put("/a", Page("1"));
  cache.Put("/a", Page("2"));
  ASSERT_NE(cache.Get("/a"), nullptr);
  EXPECT_EQ(cache.Get("/a")->etag, "2");
  EXPECT_EQ(cache.Get("/b"), nullptr);
}

TEST(PageCache, DropsWhatWasUsedLongestAgo) {
  PageCache cache(2);
  cache.Put("/a", Page("a"));
  cache.Put("/b", Page("b"));
  ASSERT_NE(cache.Get("/a"), nullptr);
  cache.Put("/c", Page("c"));
  EXPECT_NE(cache.Get("/a"), nullptr);
  EXPECT_EQ(cache.Get("/b"), nullptr);
  EXPECT_NE(cache.Get("/c"), nullptr);
}

}  // namespace
}  // namespace prow_coverage::github
