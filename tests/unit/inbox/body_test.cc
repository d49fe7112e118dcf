#include "body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inbox_test_base.h"
#include "support/temp_dir.h"

namespace prow_coverage::inbox {
namespace {

using ::testing::HasSubstr;

std::string Payload() { return testing::TestData("payloads/pull_request.opened.json"); }

TEST(Body, ComesBackAsItWas) {
  const std::pair<const char*, std::string> rows[] = {
      {"nothing", ""},
      {"a byte", "{"},
      {"a payload", Payload()},
      {"zeros of many blocks", std::string(10'000'000, '\0')},
      {"noise", Noise(1'000'000)},
      {"what begins like a frame", PackBody("{}")},
  };
  for (const auto& [name, body] : rows) {
    SCOPED_TRACE(name);
    EXPECT_EQ(UnpackBody(PackBody(body)).value(), body);
  }
}

TEST(Body, OfAPayloadIsAFifth) {
  const std::string payload = Payload();
  EXPECT_LT(PackBody(payload).size() * 5, payload.size());
}

TEST(Body, OfAnOlderVersionIsTakenAsItIs) {
  for (const char* body : {"", "{}", "\x04\x22", "{\"action\":\"opened\"}"}) {
    EXPECT_EQ(UnpackBody(body).value(), body);
  }
}

TEST(Body, ThatIsCutOffIsDamaged) {
  const std::string packed = PackBody(Payload());
  for (std::size_t size = 4; size < packed.size(); ++size) {
    EXPECT_FALSE(UnpackBody(std::string_view(packed).substr(0, size))) << size;
  }
}

// A change of where a repeated text is taken from may lead to the same text.
TEST(Body, ThatWasChangedAnywhereIsDamagedOrTheSame) {
  const std::string payload = Payload();
  const std::string packed = PackBody(payload);
  int damaged = 0;
  for (std::size_t at = 4; at < packed.size(); ++at) {
    std::string changed = packed;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    const auto body = UnpackBody(changed);
    damaged += body ? 0 : 1;
    if (body) EXPECT_EQ(*body, payload) << at;
  }
  EXPECT_GT(damaged, static_cast<int>(packed.size() * 9 / 10));
  const auto longer = UnpackBody(packed + "x");
  ASSERT_FALSE(longer);
  EXPECT_THAT(longer.error().message, HasSubstr("the stored body is damaged"));
}

TEST(Body, ThatClaimsToBeEnormousTakesNoMemory) {
  std::string packed = PackBody(std::string(1000, 'x'));
  packed[13] = '\x7f';  // the highest byte of its size
  EXPECT_FALSE(UnpackBody(packed));
}

}  // namespace
}  // namespace prow_coverage::inbox
