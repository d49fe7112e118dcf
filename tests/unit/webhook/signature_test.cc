#include "prow_coverage/webhook/signature.h"

#include <algorithm>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace prow_coverage::webhook {
namespace {

std::string Upper(std::string text) {
  std::transform(text.begin() + 7, text.end(), text.begin() + 7, ::toupper);
  return text;
}

TEST(Signature, MatchesPublishedVectors) {
  struct Row {
    const char* name;
    std::string secret, body, signature;
  };
  const Row rows[] = {
      {"GitHub's documentation", "It's a Secret to Everybody", "Hello, World!",
       "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
      {"RFC 4231, case 2", "Jefe", "what do ya want for nothing?",
       "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {"RFC 4231, case 6: key over the block size", std::string(131, '\xaa'),
       "Test Using Larger Than Block-Size Key - Hash Key First",
       "sha256=60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {"empty secret and body", "", "",
       "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(Sign(row.secret, row.body), row.signature);
    EXPECT_TRUE(Verify(row.secret, row.body, row.signature));
    EXPECT_TRUE(Verify(row.secret, row.body, Upper(row.signature)));
  }
}

TEST(Signature, KeepsNothingOfTheLastSecret) {
  EXPECT_NE(Sign("first", "body"), Sign("", "body"));
  EXPECT_EQ(Sign("first", "body"), Sign("first", "body"));
}

TEST(Signature, IsTheSameOnEveryThread) {
  const auto here = Sign("secret", "body");
  std::string there;
  std::thread([&] { there = Sign("secret", "body"); }).join();
  EXPECT_EQ(there, here);
}

TEST(Signature, RejectsEverythingElse) {
  const std::string good = Sign("secret", "body");
  const std::string sha1 = "sha1=0f3c1e2b4b8f4a1fd8a2b1fcb2a24b6d1ac7f1a0";
  auto flipped = good;
  flipped.back() = flipped.back() == '0' ? '1' : '0';
  struct Row {
    const char* name;
    std::string header;
    bool well_formed;
  };
  const Row rows[] = {
      {"empty", "", false},
      {"prefix only", "sha256=", false},
      {"prefix of a valid digest", good.substr(0, good.size() - 2), false},
      {"one digit less", good.substr(0, good.size() - 1), false},
      {"digits too many", good + "00", false},
      {"no prefix", good.substr(7), false},
      {"upper-case prefix", "SHA256=" + good.substr(7), false},
      {"white space before it", " " + good, false},
      {"white space behind it", good + " ", false},
      {"sha1", sha1, false},
      {"no hex digit", good.substr(0, good.size() - 1) + "g", false},
      {"NUL inside", good.substr(0, 20) + std::string(1, '\0') + good.substr(21), false},
      {"last digit flipped", flipped, true},
      {"of another secret", Sign("Secret", "body"), true},
      {"of another body", Sign("secret", "body "), true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_FALSE(Verify("secret", "body", row.header));
    EXPECT_EQ(IsWellFormed(row.header), row.well_formed);
  }
}

}  // namespace
}  // namespace prow_coverage::webhook
