#include "base64.h"

#include <gtest/gtest.h>

namespace prow_coverage::kube {
namespace {

struct Row {
  const char* bytes;
  const char* text;
};

// RFC 4648, 10.
constexpr Row kRows[] = {{"", ""},
                         {"f", "Zg=="},
                         {"fo", "Zm8="},
                         {"foo", "Zm9v"},
                         {"foob", "Zm9vYg=="},
                         {"fooba", "Zm9vYmE="},
                         {"foobar", "Zm9vYmFy"},
                         {"\xff\xfe?>", "//4/Pg=="}};

TEST(Base64, EncodesTheVectorsOfTheRfc) {
  for (const Row& row : kRows) EXPECT_EQ(EncodeBase64(row.bytes), row.text);
}

TEST(Base64, DecodesTheVectorsOfTheRfc) {
  for (const Row& row : kRows) EXPECT_EQ(DecodeBase64(row.text), row.bytes);
}

TEST(Base64, SkipsWhiteSpaceAndMissingPadding) {
  EXPECT_EQ(DecodeBase64(" Zm9v\n Yg \r\n"), "foob");
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text : {"Z", "Zm9vY", "Zm-v", "Zg===", "Z=g="}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(DecodeBase64(text));
  }
}

}  // namespace
}  // namespace prow_coverage::kube
