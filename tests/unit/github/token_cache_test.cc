#include "token_cache.h"

#include <gtest/gtest.h>

namespace prow_coverage::github {
namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime kAskedAt{std::chrono::hours(5)};

TokenCache::Token Token(const char* authorization) {
  return {authorization, kAskedAt + 55min, kAskedAt + 60min};
}

Error Unavailable() { return {ErrorCode::kUnavailable, "down", {}}; }

// A cache that holds "one" for the org "o".
void Fill(TokenCache& cache) {
  const auto turn = cache.Take("o", kAskedAt);
  ASSERT_TRUE(turn.pilot);
  ASSERT_TRUE(cache.Land("o", turn.flight, Token("one"), kAskedAt));
}

TEST(TokenCache, OneFetchesAndTheOthersWait) {
  TokenCache cache;
  const auto first = cache.Take("o", kAskedAt);
  const auto second = cache.Take("o", kAskedAt);
  EXPECT_TRUE(first.pilot);
  EXPECT_FALSE(second.pilot);
  EXPECT_FALSE(cache.Landed(second.flight));
  ASSERT_TRUE(cache.Land("o", first.flight, Token("one"), kAskedAt));
  EXPECT_EQ(cache.Landed(second.flight)->value(), "one");
  EXPECT_EQ(cache.Take("o", kAskedAt).authorization, "one");
}

TEST(TokenCache, OrgsDoNotShare) {
  TokenCache cache;
  Fill(cache);
  EXPECT_TRUE(cache.Take("other", kAskedAt).pilot);
}

TEST(TokenCache, AFailureIsSharedAndNotKept) {
  TokenCache cache;
  const auto first = cache.Take("o", kAskedAt);
  const auto second = cache.Take("o", kAskedAt);
  ASSERT_FALSE(cache.Land("o", first.flight, Unavailable(), kAskedAt));
  EXPECT_EQ(cache.Landed(second.flight)->error(), Unavailable());
  EXPECT_TRUE(cache.Take("o", kAskedAt).pilot);
}

TEST(TokenCache, TheOldTokenServesWhileOneRenewsIt) {
  TokenCache cache;
  Fill(cache);
  const auto renewal = cache.Take("o", kAskedAt + 56min);
  EXPECT_TRUE(renewal.pilot);
  EXPECT_EQ(cache.Take("o", kAskedAt + 56min).authorization, "one");
  ASSERT_TRUE(cache.Land("o", renewal.flight, Token("two"), kAskedAt + 56min));
  EXPECT_EQ(cache.Take("o", kAskedAt + 54min).authorization, "two");
}

TEST(TokenCache, TheOldTokenServesAfterAFailedRenewal) {
  TokenCache cache;
  Fill(cache);
  const auto renewal = cache.Take("o", kAskedAt + 56min);
  EXPECT_EQ(cache.Land("o", renewal.flight, Unavailable(), kAskedAt + 56min).value(), "one");
  EXPECT_EQ(cache.Take("o", kAskedAt + 56min + 29s).authorization, "one");
  EXPECT_TRUE(cache.Take("o", kAskedAt + 56min + 30s).pilot);
}

TEST(TokenCache, AnExpiredTokenIsNotUsed) {
  TokenCache cache;
  Fill(cache);
  const auto renewal = cache.Take("o", kAskedAt + 60min);
  ASSERT_TRUE(renewal.pilot);
  EXPECT_EQ(cache.Land("o", renewal.flight, Unavailable(), kAskedAt + 60min).error(),
            Unavailable());
}

TEST(TokenCache, ForgetsTheRefusedTokenOnly) {
  TokenCache cache;
  Fill(cache);
  cache.Forget("o", "an older one");
  EXPECT_EQ(cache.Take("o", kAskedAt).authorization, "one");
  cache.Forget("o", "one");
  EXPECT_TRUE(cache.Take("o", kAskedAt).pilot);
}

}  // namespace
}  // namespace prow_coverage::github
