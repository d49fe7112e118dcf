#pragma once

#include <string>
#include <utility>

#include <boost/asio/ssl.hpp>

#include "support/test_ca.h"
#include "support/tiny_http_server.h"

namespace prow_coverage::testing {

// A TinyHttpServer that speaks TLS. One source of the test binary must include
// <boost/asio/ssl/impl/src.hpp>.
class TinyTlsServer final : public TinyHttpServer {
 public:
  // `client_ca_pem` not empty: a client certificate of that CA is required.
  TinyTlsServer(Answerer answer, const TestCa::Certificate& certificate,
                const std::string& client_ca_pem = "")
      : TinyHttpServer(std::move(answer), MakeSession(certificate, client_ca_pem)) {}

 private:
  static Session MakeSession(const TestCa::Certificate& certificate,
                             const std::string& client_ca_pem) {
    namespace ssl = boost::asio::ssl;
    auto tls = std::make_shared<ssl::context>(ssl::context::tls_server);
    tls->use_certificate_chain(boost::asio::buffer(certificate.certificate_pem));
    tls->use_private_key(boost::asio::buffer(certificate.key_pem), ssl::context::pem);
    if (!client_ca_pem.empty()) {
      tls->add_certificate_authority(boost::asio::buffer(client_ca_pem));
      tls->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    }
    return [tls](TinyHttpServer& server, Tcp::socket socket, int connection) {
      return Shake(static_cast<TinyTlsServer&>(server), tls, std::move(socket), connection);
    };
  }

  static Task<void> Shake(TinyTlsServer& server, std::shared_ptr<boost::asio::ssl::context> tls,
                          Tcp::socket socket, int connection) {
    boost::asio::ssl::stream<Tcp::socket> stream(std::move(socket), *tls);
    co_await stream.async_handshake(boost::asio::ssl::stream_base::server,
                                    boost::asio::use_awaitable);
    co_await server.Serve(stream, connection);
  }
};

}  // namespace prow_coverage::testing
