#include <chrono>

#include "sandbox_fixture.h"

namespace prow_coverage::sandbox {
namespace {

using ::testing::HasSubstr;

std::string Base64Url(std::string_view text) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string encoded;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) encoded += kAlphabet[bits >> (count - 6) & 63];
  }
  if (count > 0) encoded += kAlphabet[bits << (6 - count) & 63];
  return encoded;
}

class GitHubAppTest : public SandboxFixture {
 protected:
  std::int64_t Now() const {
    return std::chrono::duration_cast<std::chrono::seconds>(clock_.Now().time_since_epoch())
        .count();
  }

  std::string Jwt(std::int64_t issued, std::int64_t expires, const char* algorithm = "RS256") {
    const json header{{"alg", algorithm}, {"typ", "JWT"}};
    const json claims{{"iss", "123"}, {"iat", issued}, {"exp", expires}};
    return Base64Url(header.dump()) + "." + Base64Url(claims.dump()) + "." + Base64Url("signature");
  }

  http::Response AsApp(const std::string& method, const std::string& path, const std::string& jwt) {
    return GitHub(method, path, "", {{"Authorization", "Bearer " + jwt}});
  }

  json NewToken() {
    const std::string jwt = Jwt(Now() - 10, Now() + 500);
    const auto list = json::parse(AsApp("GET", "/app/installations", jwt).body);
    const std::string id = std::to_string(list[0]["id"].get<std::int64_t>());
    return json::parse(AsApp("POST", "/app/installations/" + id + "/access_tokens", jwt).body);
  }

  int StatusWith(const std::string& token) {
    return GitHub("GET", "pulls/1", "", {{"Authorization", "Bearer " + token}}).status;
  }
};

TEST_F(GitHubAppTest, ListsAnInstallationForEachOrg) {
  sandbox_.Control("PUT", "/pulls", {{"org", "other"}, {"repo", "thing"}, {"number", 1}});
  const auto response = AsApp("GET", "/app/installations", Jwt(Now(), Now() + 600));
  const auto list = json::parse(response.body);
  ASSERT_EQ(list.size(), 2);
  EXPECT_EQ(list[0]["account"]["login"], "kubevirt");
}

TEST_F(GitHubAppTest, GivesOutTokensThatLastAnHour) {
  const std::string token = NewToken()["token"];
  EXPECT_EQ(StatusWith(token), 200);
  clock_.Advance(std::chrono::minutes(61));
  EXPECT_EQ(StatusWith(token), 401);
}

TEST_F(GitHubAppTest, RefusesATokenThatWasNotGivenOut) {
  EXPECT_EQ(StatusWith("ghs_made-up"), 401);
}

TEST_F(GitHubAppTest, RefusesABrokenJwt) {
  struct Row {
    const char* name;
    std::string jwt;
    const char* says;
  };
  for (const Row& row : {
           Row{"none", "", "could not be decoded"},
           Row{"no dots", "abc", "could not be decoded"},
           Row{"no JSON", "YQ.YQ.YQ", "could not be decoded"},
           Row{"HS256", Jwt(Now(), Now() + 60, "HS256"), "could not be decoded"},
           Row{"expired", Jwt(Now() - 60, Now() - 1), "represent"},
           Row{"too long", Jwt(Now(), Now() + 700), "too far in the future"},
           Row{"issued later", Jwt(Now() + 300, Now() + 400), "'Issued at'"},
       }) {
    SCOPED_TRACE(row.name);
    const auto response = AsApp("GET", "/app/installations", row.jwt);
    EXPECT_EQ(response.status, 401);
    EXPECT_THAT(response.body, HasSubstr(row.says));
  }
}

TEST_F(GitHubAppTest, AnswersAnUnknownInstallationWith404) {
  EXPECT_EQ(AsApp("POST", "/app/installations/1/access_tokens", Jwt(Now(), Now() + 60)).status,
            404);
}

}  // namespace
}  // namespace prow_coverage::sandbox
