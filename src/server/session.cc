#include "session.h"

#include <optional>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include "body_reader.h"
#include "chunk_writer.h"
#include "handled_request.h"
#include "head_reader.h"
#include "reply.h"
#include "request_parser.h"
#include "target.h"

namespace prow_coverage::server {
namespace {

namespace asio = boost::asio;
using HttpError = boost::beast::http::error;
using namespace std::chrono_literals;

// An unread body of up to this size is read away to keep the connection.
constexpr std::size_t kMaxSkippedBytes = 64 << 10;

// While draining, a client that has connected just before may still send its first request: Prow's
// hook would not repeat one that was cut.
constexpr auto kFirstByteGrace = 250ms;

std::string_view Describe(std::exception_ptr thrown, std::string& text) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    text = e.what();
  } catch (...) {
    text = "an exception of unknown type";
  }
  return text;
}

class Session {
 public:
  Session(ServerContext& context, Connection& connection)
      : context_(context), connection_(connection) {}

  Task<void> Run();

 private:
  Task<bool> AwaitRequest();
  std::chrono::milliseconds FirstBytePatience() const;
  void ReleaseMemory();
  void SkipEmptyLines();
  Task<bool> ServeRequest();
  Task<Reply> Answer(BodyReader& body);
  Task<Reply> Handle(const server::Route& route, Request& request);
  Task<bool> Send(const Reply& reply, bool keep_alive);
  Task<bool> SendStream(const Reply& reply, bool chunked);
  Task<bool> Refuse(Reply reply);
  void LogFailure(std::string_view what, std::exception_ptr thrown) const;

  bool ExpectsContinue() const;

  ServerContext& context_;
  Connection& connection_;
  RequestHead head_;
  std::optional<RequestParser> parser_;
  std::string out_;
  bool first_ = true;
  bool handler_failed_ = false;
};

Task<void> Session::Run() {
  for (;;) {
    const bool arrived = co_await AwaitRequest();
    if (!arrived) co_return;
    first_ = false;
    const bool open = co_await ServeRequest();
    if (!open) break;
  }
  parser_.reset();
  if (!connection_.aborted()) co_await connection_.Linger(context_.options.body_timeout);
}

// False when no request will come: nothing is owed to the client then.
Task<bool> Session::AwaitRequest() {
  bool last_chance = context_.draining;
  ReleaseMemory();
  connection_.SetDeadline(FirstBytePatience());
  SkipEmptyLines();
  while (connection_.input().empty()) {
    if (!context_.keeps_alive() && !first_) co_return false;
    connection_.SetIdle(true);
    const auto ec = co_await connection_.Fill();
    connection_.SetIdle(false);
    SkipEmptyLines();
    if (!ec) continue;
    const bool stopped = ec == asio::error::operation_aborted && !connection_.aborted();
    if (!stopped || !first_ || !context_.draining || last_chance) co_return false;
    last_chance = true;
    connection_.SetDeadline(kFirstByteGrace);
  }
  co_return true;
}

std::chrono::milliseconds Session::FirstBytePatience() const {
  if (!first_) return context_.options.idle_timeout;
  return context_.draining ? kFirstByteGrace : context_.options.header_timeout;
}

// An idle connection keeps no trace of what its last request was like.
void Session::ReleaseMemory() {
  parser_.reset();
  head_.Clear();
  if (connection_.input().empty()) connection_.ReleaseBuffer();
}

// RFC 9112, 2.2: empty lines before a request are no part of it.
void Session::SkipEmptyLines() {
  while (connection_.input().starts_with('\r') || connection_.input().starts_with('\n')) {
    connection_.Consume(1);
  }
}

// True when the connection can take another request.
Task<bool> Session::ServeRequest() {
  parser_.emplace(head_);
  auto refusal = co_await ReadHead(connection_, *parser_, head_, context_.options);
  if (refusal) {
    co_await Refuse(std::move(*refusal));
    co_return false;
  }
  const auto& options = context_.options;
  BodyReader body(connection_, *parser_, context_.body_budget, ExpectsContinue(),
                  {options.body_timeout, options.max_header_bytes});
  const Reply reply = co_await Answer(body);
  const bool keep_alive = parser_->keep_alive() && !handler_failed_ && context_.keeps_alive() &&
                          !body.hopeless(kMaxSkippedBytes) && !connection_.aborted();
  const bool sent = co_await Send(reply, keep_alive);
  if (!sent || !keep_alive) co_return false;
  if (body.complete()) co_return true;
  const auto skipped = co_await body.Read(kMaxSkippedBytes);
  co_return skipped.has_value();
}

bool Session::ExpectsContinue() const {
  const auto expect = head_.Find("Expect");
  return expect && head_.version() >= 11 && boost::beast::iequals(*expect, "100-continue");
}

Task<Reply> Session::Answer(BodyReader& body) {
  const auto target = *SplitTarget(head_.target());
  const auto match = context_.router.Find(head_.method(), target.path);
  if (match.route) {
    HandledRequest request(head_, target, body, context_.options.max_body_bytes);
    co_return co_await Handle(*match.route, request);
  }
  if (match.allow.empty()) {
    const std::string path(target.path.substr(0, 200));
    co_return TextReply(404, "there is nothing at " + path);
  }
  Reply reply = TextReply(405, "method not allowed, only " + match.allow);
  reply.headers.push_back({"Allow", match.allow});
  co_return reply;
}

Task<Reply> Session::Handle(const server::Route& route, Request& request) {
  std::exception_ptr thrown;
  try {
    co_return co_await route.handle(request);
  } catch (...) {
    thrown = std::current_exception();
  }
  handler_failed_ = true;
  LogFailure("a request handler threw", thrown);
  co_return TextReply(500, "internal error");
}

Task<bool> Session::Refuse(Reply reply) {
  context_.logger.Debug("refused a request", {{"status", reply.status}, {"reason", reply.body}});
  co_return co_await Send(reply, false);
}

// False when the client has not taken all of it.
Task<bool> Session::Send(const Reply& reply, bool keep_alive) {
  if (connection_.aborted()) co_return false;
  const bool no_body = head_.method() == "HEAD" || !MayHaveBody(reply.status);
  const bool chunked = reply.stream && head_.version() >= 11;
  ReplyFraming framing{BodyFraming::kLength, keep_alive, head_.version()};
  if (reply.stream) framing.body = chunked ? BodyFraming::kChunked : BodyFraming::kUntilClose;
  if (framing.body == BodyFraming::kUntilClose) framing.keep_alive = false;

  out_.clear();
  AppendHead(out_, reply, framing, context_.date.Line());
  if (context_.on_reply) context_.on_reply(reply.status);
  Connection::Pieces pieces{asio::buffer(out_)};
  if (!no_body && !reply.stream) pieces[1] = asio::buffer(reply.body);
  const auto ec = co_await connection_.Write(pieces, context_.options.body_timeout);
  if (ec) co_return false;
  if (reply.stream && !no_body) {
    const bool whole = co_await SendStream(reply, chunked);
    if (!whole) co_return false;
  }
  co_return framing.keep_alive == keep_alive;
}

Task<bool> Session::SendStream(const Reply& reply, bool chunked) {
  ChunkWriter writer(connection_, chunked, context_.options.body_timeout);
  std::exception_ptr thrown;
  try {
    co_await reply.stream(writer);
  } catch (...) {
    thrown = std::current_exception();
  }
  if (!thrown) co_return co_await writer.Finish();
  LogFailure("the writer of a streamed answer threw", thrown);
  connection_.Abort();
  co_return false;
}

// What a cut connection makes its handler throw is no failure.
void Session::LogFailure(std::string_view what, std::exception_ptr thrown) const {
  if (connection_.aborted()) return;
  std::string text;
  context_.logger.Error(
      what,
      {{"method", head_.method()}, {"target", head_.target()}, {"error", Describe(thrown, text)}});
}

Task<void> RunSession(std::shared_ptr<ServerContext> context,
                      std::shared_ptr<Connection> connection) {
  Session session(*context, *connection);
  co_await session.Run();
}

}  // namespace

void StartSession(const std::shared_ptr<ServerContext>& context, Socket socket) {
  auto connection = std::make_shared<Connection>(std::move(socket));
  context->connections->Add(*connection);
  // The completion handler owns the connection, and with it the cancellation signal, which must
  // outlive the coroutine.
  auto ended = [context, connection](std::exception_ptr thrown) {
    context->connections->Remove(*connection);
    if (!thrown || connection->aborted()) return;
    std::string text;
    context->logger.Error("a connection failed", {{"error", Describe(thrown, text)}});
  };
  asio::co_spawn(context->executor, RunSession(context, connection),
                 asio::bind_cancellation_slot(connection->cancellation_slot(), std::move(ended)));
}

}  // namespace prow_coverage::server
