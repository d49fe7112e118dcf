#include "token_cache.h"

#include <gtest/gtest.h>

namespace prow_coverage::github {
namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime kNow{std::chrono::hours(5)};

TokenCache::Token Token(const char* authorization) {
  return {authorization, kNow + 55min, kNow + 60min};
}

Error Unavailable() { return {ErrorCode::kUnavailable, "down", {}}; }

// A cache that holds "one" for the org "o".
void Fill(TokenCache& cache) {
  const auto turn = cache.Take("o", kNow);
  ASSERT_TRUE(turn.pilot);
  ASSERT_TRUE(cache.Land("o", turn.flight, Token("one"), kNow));
}

TEST(TokenCache, OneFetchesAndTheOthersWait) {
  TokenCache cache;
  const auto first = cache.Take("o", kNow);
  const auto second = cache.Take("o", kNow);
  EXPECT_TRUE(first.pilot);
  EXPECT_FALSE(second.pilot);
  EXPECT_FALSE(cache.Landed(second.flight));
  ASSERT_TRUE(cache.Land("o", first.flight, Token("one"), kNow));
  EXPECT_EQ(cache.Landed(second.flight)->value(), "one");
  EXPECT_EQ(cache.Take("o", kNow).authorization, "one");
}

TEST(TokenCache, OrgsDoNotShare) {
  TokenCache cache;
  Fill(cache);
  EXPECT_TRUE(cache.Take("other", kNow).pilot);
}

TEST(TokenCache, AFailureIsSharedAndNotKept) {
  TokenCache cache;
  const auto first = cache.Take("o", kNow);
  const auto second = cache.Take("o", kNow);
  ASSERT_FALSE(cache.Land("o", first.flight, Unavailable(), kNow));
  EXPECT_EQ(cache.Landed(second.flight)->error(), Unavailable());
  EXPECT_TRUE(cache.Take("o", kNow).pilot);
}

TEST(TokenCache, TheOldTokenServesWhileOneRenewsIt) {
  TokenCache cache;
  Fill(cache);
  const auto renewal = cache.Take("o", kNow + 56min);
  EXPECT_TRUE(renewal.pilot);
  EXPECT_EQ(cache.Take("o", kNow + 56min).authorization, "one");
  ASSERT_TRUE(cache.Land("o", renewal.flight, Token("two"), kNow + 56min));
  EXPECT_EQ(cache.Take("o", kNow + 54min).authorization, "two");
}

TEST(TokenCache, TheOldTokenServesAfterAFailedRenewal) {
  TokenCache cache;
  Fill(cache);
  const auto renewal = cache.Take("o", kNow + 56min);
  EXPECT_EQ(cache.Land("o", renewal.flight, Unavailable(), kNow + 56min).value(), "one");
  EXPECT_EQ(cache.Take("o", kNow + 56min + 29s).authorization, "one");
  EXPECT_TRUE(cache.Take("o", kNow + 56min + 30s).pilot);
}

TEST(TokenCache, AnExpiredTokenIsNotUsed) {
  TokenCache cache;
  Fill(cache);
  const auto renewal = cache.Take("o", kNow + 60min);
  ASSERT_TRUE(renewal.pilot);
  EXPECT_EQ(cache.Land("o", renewal.flight, Unavailable(), kNow + 60min).error(), Unavailable());
}

TEST(TokenCache, ForgetsTheRefusedTokenOnly) {
  TokenCache cache;
  Fill(cache);
  cache.Forget("o", "an older one");
  EXPECT_EQ(cache.Take("o", kNow).authorization, "one");
  cache.Forget("o", "one");
  EXPECT_TRUE(cache.Take("o", kNow).pilot);
}

}  // namespace
}  // namespace prow_coverage::github
