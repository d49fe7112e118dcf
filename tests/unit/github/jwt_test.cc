#include "jwt.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "prow_coverage/json/document.h"

#include "test_key.h"

namespace prow_coverage::github {
namespace {

constexpr WallTime kIssuedAt{std::chrono::seconds(1787133600)};

std::string FromBase64Url(std::string text) {
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  const std::size_t padding = (4 - text.size() % 4) % 4;
  text.append(padding, '=');
  std::string bytes(text.size(), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

bool IsSignedBy(EVP_PKEY* key, const std::string& text, const std::string& signature) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key);
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

// Header, claims, signature, still encoded.
std::vector<std::string> Parts(const std::string& jwt) {
  const auto first = jwt.find('.');
  const auto second = jwt.find('.', first + 1);
  return {jwt.substr(0, first), jwt.substr(first + 1, second - first - 1), jwt.substr(second + 1)};
}

TEST(Jwt, IsSignedByTheKeyInEitherPemForm) {
  for (const auto& pem : {TheKey().Pkcs1(), TheKey().Pkcs8()}) {
    SCOPED_TRACE(pem.substr(0, 40));
    const auto jwt = SignAppJwt("123", pem, kIssuedAt);
    ASSERT_TRUE(jwt) << jwt.error().message;
    const auto parts = Parts(*jwt);
    EXPECT_TRUE(IsSignedBy(TheKey().get(), parts[0] + "." + parts[1], FromBase64Url(parts[2])));
  }
}

TEST(Jwt, SaysWhoAndForHowLong) {
  const auto parts = Parts(SignAppJwt("123", TheKey().Pkcs8(), kIssuedAt).value());
  EXPECT_EQ(FromBase64Url(parts[0]), R"({"alg":"RS256","typ":"JWT"})");
  const auto claims = json::Document::Parse(FromBase64Url(parts[1])).value();
  EXPECT_EQ(claims.root().Integer("iat").value(), 1787133600 - 60);
  EXPECT_EQ(claims.root().Integer("exp").value(), 1787133600 - 60 + 600);
  EXPECT_EQ(claims.root().String("iss").value(), "123");
}

TEST(Jwt, IsSafeInAUrl) {
  const auto jwt = SignAppJwt("123", TheKey().Pkcs8(), kIssuedAt).value();
  EXPECT_EQ(jwt.find_first_of("+/= \n"), std::string::npos);
}

TEST(Jwt, RefusesAnyOtherKey) {
  const std::string pem = TheKey().Pkcs8();
  const std::string keys[] = {"",
                              "no key at all",
                              pem.substr(0, pem.size() / 2),
                              TheKey().Public(),
                              TheKey().Encrypted(),
                              TestKey::Ec().Pkcs8()};
  for (const auto& key : keys) {
    SCOPED_TRACE(key.substr(0, 40));
    const auto jwt = SignAppJwt("123", key, kIssuedAt);
    ASSERT_FALSE(jwt);
    EXPECT_EQ(jwt.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(jwt.error().message.find(".pem"), std::string::npos);
  }
}

}  // namespace
}  // namespace prow_coverage::github
