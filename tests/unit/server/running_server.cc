#include "running_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace prow_coverage::server {
namespace {

namespace asio = boost::asio;

Reply Text(std::string body) {
  Reply reply;
  reply.body = std::move(body);
  return reply;
}

Task<Reply> Hello(Request&) { co_return Text("hello"); }

Task<Reply> Where(Request& request) {
  co_return Text(std::string(request.path()) + "|" + std::string(request.query()));
}

Task<Reply> Echo(Request& request) {
  auto body = co_await request.ReadBody();
  if (!body) co_return ReplyToBodyError(body.error());
  co_return Text(std::move(*body));
}

Task<Reply> Ignore(Request&) { co_return Text("ignored"); }

Task<Reply> Throw(Request&) {
  throw std::runtime_error("out of luck");
  co_return Reply{};
}

Task<Reply> Empty(Request&) {
  Reply reply;
  reply.status = 204;
  co_return reply;
}

Task<void> WriteThree(BodyWriter& writer) {
  const std::vector<std::string> pieces{"one", "two", "", "three"};
  for (const auto& piece : pieces) {
    auto written = co_await writer.Write(piece);
    if (!written) co_return;
  }
}

Task<void> WriteAndThrow(BodyWriter& writer) {
  (void)co_await writer.Write("one");
  throw std::runtime_error("torn");
}

Task<Reply> Streamed(std::function<Task<void>(BodyWriter&)> stream) {
  Reply reply;
  reply.headers.push_back({"X-Injected", "a\r\nX-Evil: b"});
  reply.stream = std::move(stream);
  co_return reply;
}

}  // namespace

Options RunningServer::LocalOptions() {
  Options options;
  options.address = "127.0.0.1";
  return options;
}

RunningServer::RunningServer(Options options) {
  auto server = Listen(context_.get_executor(), std::move(options), Routes(), clock_, logger_,
                       [this](int status) {
                         const MutexLock lock(mutex_);
                         statuses_.push_back(status);
                       });
  server_ = std::move(server).value();
  port_ = server_->port();
  thread_ = std::thread([this] {
    const auto work = asio::make_work_guard(context_);
    context_.run();
  });
}

RunningServer::~RunningServer() {
  Run([](Server& server) { server.Close(); });
  Drain().wait();
  context_.stop();
  thread_.join();
}

std::vector<Route> RunningServer::Routes() {
  return {
      {"GET", "/hello", Hello},
      {"GET", "/where", Where},
      {"POST", "/echo", Echo},
      {"POST", "/ignore", Ignore},
      {"GET", "/throw", Throw},
      {"GET", "/empty", Empty},
      {"GET", "/held", [this](Request&) { return Hold(); }},
      {"GET", "/stream", [](Request&) { return Streamed(WriteThree); }},
      {"GET", "/torn", [](Request&) { return Streamed(WriteAndThrow); }},
      {"GET", "/ticks",
       [this](Request&) { return Streamed([this](BodyWriter& writer) { return Tick(writer); }); }},
  };
}

Task<Reply> RunningServer::Hold() {
  ++held_;
  boost::system::error_code released;
  co_await gate_.async_wait(asio::redirect_error(asio::use_awaitable, released));
  co_return Text("held");
}

Task<void> RunningServer::Tick(BodyWriter& writer) {
  for (;;) {
    auto written = co_await writer.Write("tick" + std::string(100000, '-'));
    if (!written) break;
  }
  ticks_ended_.set_value();
}

std::vector<int> RunningServer::statuses() const {
  const MutexLock lock(mutex_);
  return statuses_;
}

void RunningServer::Run(const std::function<void(Server&)>& work) {
  asio::post(context_, asio::use_future([&] { work(*server_); })).get();
}

std::size_t RunningServer::Connections() {
  std::size_t count = 0;
  Run([&](Server& server) { count = server.connections(); });
  return count;
}

void RunningServer::AwaitHeld(int count) {
  for (bool there = false; !there; std::this_thread::yield()) {
    Run([&](Server&) { there = held_ >= count; });
  }
}

void RunningServer::Release() {
  Run([this](Server&) { gate_.cancel(); });
}

std::future<void> RunningServer::Drain() {
  return asio::co_spawn(context_, server_->Drain(), asio::use_future);
}

bool RunningServer::AwaitTicksEnded() {
  return ticks_ended_.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready;
}

}  // namespace prow_coverage::server
