#include "exec_credential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prow_coverage::kube {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kV1[] = "client.authentication.k8s.io/v1";

std::string Answer(const std::string& status) {
  return R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":)" +
         status + "}";
}

TEST(ExecCredential, ReadsATokenAndItsExpiry) {
  const auto credential = ParseExecCredential(
      Answer(R"({"token":"t","expirationTimestamp":"2026-08-19T10:00:00Z"})"), kV1);
  ASSERT_TRUE(credential) << credential.error().message;
  EXPECT_EQ(credential->token, "t");
  EXPECT_EQ(ToRfc3339(credential->expires.value()), "2026-08-19T10:00:00Z");
}

TEST(ExecCredential, ReadsACertificate) {
  const auto credential =
      ParseExecCredential(Answer(R"({"clientCertificateData":"cert","clientKeyData":"key"})"), kV1);
  ASSERT_TRUE(credential) << credential.error().message;
  EXPECT_EQ(credential->certificate_pem, "cert");
  EXPECT_EQ(credential->key_pem, "key");
  EXPECT_FALSE(credential->expires);
}

struct CredentialRow {
  std::string output;
  const char* why;
};

TEST(ExecCredential, SaysWhyAnAnswerCannotBeUsed) {
  for (const CredentialRow& row : {
           CredentialRow{"", "no JSON object"},
           CredentialRow{"[1]", "kind is not ExecCredential"},
           CredentialRow{R"({"kind":"Status"})", "kind is not ExecCredential"},
           CredentialRow{
               R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1"})",
               "apiVersion is \"client.authentication.k8s.io/v1beta1\""},
           CredentialRow{Answer("null"), "neither a token nor a client certificate"},
           CredentialRow{Answer("{}"), "neither a token nor a client certificate"},
           CredentialRow{Answer(R"({"clientKeyData":"key"})"), "go together"},
           CredentialRow{Answer(R"({"token":"a\r\nX-Evil: 1"})"), "control character"},
           CredentialRow{Answer(R"({"token":"t","expirationTimestamp":"tomorrow"})"), "RFC 3339"},
       }) {
    SCOPED_TRACE(row.output);
    const auto credential = ParseExecCredential(row.output, kV1);
    ASSERT_FALSE(credential);
    EXPECT_EQ(credential.error().code, ErrorCode::kUnauthenticated);
    EXPECT_THAT(credential.error().message, HasSubstr(row.why));
  }
}

TEST(ExecCredential, NeverQuotesASecret) {
  const auto credential =
      ParseExecCredential(Answer(R"({"token":"hunter2","expirationTimestamp":"x"})"), kV1);
  EXPECT_THAT(credential.error().message, Not(HasSubstr("hunter2")));
}

TEST(ExecInfo, TellsThatNobodyIsThere) {
  Cluster cluster;
  cluster.exec.api_version = kV1;
  EXPECT_EQ(ExecInfo(cluster),
            R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",)"
            R"("spec":{"interactive":false}})");
}

TEST(ExecInfo, DescribesTheClusterWhenAsked) {
  Cluster cluster;
  cluster.server = "https://h:6443";
  cluster.proxy = "http://p:3128";
  cluster.tls.ca_pem = "foo";
  cluster.tls.server_name = "api";
  cluster.exec.api_version = kV1;
  cluster.exec.provide_cluster_info = true;
  cluster.exec.cluster_config = R"({"audience":"x"})";
  EXPECT_THAT(ExecInfo(cluster),
              HasSubstr(R"("cluster":{"server":"https://h:6443","tls-server-name":"api",)"
                        R"("certificate-authority-data":"Zm9v","proxy-url":"http://p:3128",)"
                        R"("config":{"audience":"x"}})"));
}

}  // namespace
}  // namespace prow_coverage::kube
