#pragma once

#include <memory>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "prow_coverage/http/client.h"

#include "support/run_task.h"
#include "support/tiny_http_server.h"

namespace prow_coverage::http {

using testing::TinyAnswer;
using testing::TinyHttpServer;
using testing::TinyRequest;

// A real client on an io_context of its own.
class ClientFixture : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { GlobalInit(); }

  static Request Get(std::string url) {
    Request request;
    request.url = std::move(url);
    return request;
  }

  Result<Response> Send(Request request) {
    return testing::RunTask(context_, client_->Send(std::move(request)));
  }

  boost::asio::io_context context_{1};
  std::unique_ptr<Client> client_ = MakeCurlClient(context_.get_executor());
};

}  // namespace prow_coverage::http
