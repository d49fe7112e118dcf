#include <boost/asio/ssl/impl/src.hpp>
#include <gmock/gmock.h>

#include "client_fixture.h"
#include "support/test_ca.h"
#include "support/tiny_tls_server.h"

namespace prow_coverage::http {
namespace {

using ::testing::HasSubstr;
using testing::TestCa;
using testing::TinyTlsServer;

Tls Trusting(const TestCa& ca) {
  Tls tls;
  tls.ca_pem = ca.pem();
  return tls;
}

Tls As(const TestCa::Certificate& client, Tls tls) {
  tls.certificate_pem = client.certificate_pem;
  tls.key_pem = client.key_pem;
  return tls;
}

Tls Naming(const std::string& server_name, Tls tls) {
  tls.server_name = server_name;
  return tls;
}

Tls Insecure() {
  Tls tls;
  tls.insecure_skip_verify = true;
  return tls;
}

class TlsTest : public ClientFixture {
 protected:
  static TinyAnswer Ok(const TinyRequest&) { return TinyAnswer::Of(200, "ok"); }

  Result<Response> Ask(const TinyHttpServer& server, Tls tls) {
    Request request = Get("https://127.0.0.1:" + std::to_string(server.port()) + "/");
    request.tls = std::make_shared<const Tls>(std::move(tls));
    return Send(std::move(request));
  }

  // The error's message; it must be a permanent one.
  std::string Refusal(const TinyHttpServer& server, Tls tls) {
    const auto response = Ask(server, std::move(tls));
    if (response) return "accepted";
    EXPECT_EQ(response.error().code, ErrorCode::kInvalidArgument);
    return response.error().message;
  }

  const TestCa ca_;
  const TestCa other_ca_;
  const TestCa::Certificate good_ = ca_.Issue("IP:127.0.0.1");
};

TEST_F(TlsTest, TrustsTheGivenCa) {
  TinyTlsServer server(Ok, good_);
  const auto response = Ask(server, Trusting(ca_));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "ok");
}

TEST_F(TlsTest, ReusesTheConnection) {
  TinyTlsServer server(Ok, good_);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Ask(server, Trusting(ca_)));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(TlsTest, DoesNotReuseAConnectionThatWasVerifiedLess) {
  TinyTlsServer server(Ok, good_);
  ASSERT_TRUE(Ask(server, Insecure()));
  EXPECT_FALSE(Ask(server, Trusting(other_ca_)));
}

TEST_F(TlsTest, RefusesAnotherCaOfTheSameName) {
  TinyTlsServer server(Ok, good_);
  EXPECT_THAT(Refusal(server, Trusting(other_ca_)), HasSubstr("certificate"));
}

TEST_F(TlsTest, RefusesAnotherCaOfAnotherName) {
  TinyTlsServer server(Ok, good_);
  EXPECT_THAT(Refusal(server, Trusting(TestCa("another CA"))), HasSubstr("certificate"));
}

TEST_F(TlsTest, RefusesAPrivateCaWithoutBeingTold) {
  TinyTlsServer server(Ok, good_);
  EXPECT_THAT(Refusal(server, {}), HasSubstr("certificate"));
}

TEST_F(TlsTest, RefusesAnotherHostsCertificate) {
  TinyTlsServer server(Ok, ca_.Issue("DNS:elsewhere.example"));
  EXPECT_THAT(Refusal(server, Trusting(ca_)), HasSubstr("127.0.0.1"));
}

TEST_F(TlsTest, RefusesAnExpiredCertificate) {
  TinyTlsServer server(Ok, ca_.Issue("IP:127.0.0.1", -60));
  EXPECT_THAT(Refusal(server, Trusting(ca_)), HasSubstr("expired"));
}

TEST_F(TlsTest, RefusesACaThatIsNoPem) {
  TinyTlsServer server(Ok, good_);
  Tls tls;
  tls.ca_pem = "no PEM at all";
  EXPECT_NE(Refusal(server, tls), "accepted");
}

TEST_F(TlsTest, VerifiesTheServerNameInsteadOfTheHost) {
  TinyTlsServer server(Ok, ca_.Issue("DNS:kubernetes.default"));
  const auto response = Ask(server, Naming("kubernetes.default", Trusting(ca_)));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(server.requests().at(0).headers.at("host"),
            "127.0.0.1:" + std::to_string(server.port()));
}

TEST_F(TlsTest, RefusesACertificateOfTheHostWhenAServerNameIsGiven) {
  TinyTlsServer server(Ok, good_);
  EXPECT_THAT(Refusal(server, Naming("kubernetes.default", Trusting(ca_))),
              HasSubstr("kubernetes.default"));
}

TEST_F(TlsTest, SkipsVerificationWhenTold) {
  TinyTlsServer server(Ok, other_ca_.Issue("DNS:elsewhere.example", -60));
  EXPECT_TRUE(Ask(server, Insecure()));
}

TEST_F(TlsTest, PresentsTheClientCertificate) {
  TinyTlsServer server(Ok, good_, other_ca_.pem());
  const auto client = other_ca_.Issue("DNS:client");
  const auto response = Ask(server, As(client, Trusting(ca_)));
  EXPECT_TRUE(response) << response.error().message;
}

TEST_F(TlsTest, SaysThatAClientCertificateIsWanted) {
  TinyTlsServer server(Ok, good_, other_ca_.pem());
  EXPECT_THAT(Refusal(server, Trusting(ca_)), HasSubstr("certificate"));
}

TEST_F(TlsTest, RefusesAClientCertificateWithAnotherKey) {
  TinyTlsServer server(Ok, good_, other_ca_.pem());
  auto client = other_ca_.Issue("DNS:client");
  client.key_pem = other_ca_.Issue("DNS:client").key_pem;
  EXPECT_NE(Refusal(server, As(client, Trusting(ca_))), "accepted");
}

TEST_F(TlsTest, TakesAServerThatSpeaksPlainHttpForAFault) {
  TinyHttpServer server(Ok);
  Request request = Get("https://127.0.0.1:" + std::to_string(server.port()) + "/");
  request.connect_timeout = std::chrono::milliseconds(100);  // it waits for a header's end
  const auto response = Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace prow_coverage::http
