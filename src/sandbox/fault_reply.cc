#include "fault_reply.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "kube_status.h"

namespace prow_coverage::sandbox {

using server::BodyWriter;
using server::Reply;

namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;

Task<void> WriteSpaces(BodyWriter& writer, std::size_t bytes) {
  while (bytes > 0) {
    std::string piece(std::min(bytes, kPiece), ' ');
    bytes -= piece.size();
    const auto written = co_await writer.Write(std::move(piece));
    if (!written) co_return;
  }
}

Task<void> WriteSlowly(BodyWriter& writer, std::string body, Clock& clock,
                       std::chrono::milliseconds interval) {
  for (const char byte : body) {
    std::string piece(1, byte);
    const auto written = co_await writer.Write(std::move(piece));
    if (!written) co_return;
    co_await clock.SleepFor(interval);
  }
}

}  // namespace

Reply CutReply() {
  Reply reply;
  reply.stream = [](BodyWriter&) -> Task<void> {
    throw std::runtime_error("cut, as was ordered");
    co_return;
  };
  return reply;
}

Reply RedirectReply(const std::string& location) {
  Reply reply;
  reply.status = 302;
  reply.headers = {{"Location", location}};
  return reply;
}

Reply HugeReply(std::size_t bytes) {
  Reply reply = JsonReply(200, "");
  reply.stream = [bytes](BodyWriter& writer) { return WriteSpaces(writer, bytes); };
  return reply;
}

Reply DripReply(Reply reply, Clock& clock, std::chrono::milliseconds interval) {
  reply.stream = [body = std::move(reply.body), &clock, interval](BodyWriter& writer) {
    return WriteSlowly(writer, body, clock, interval);
  };
  return reply;
}

Reply SilentReply(Clock& clock) {
  Reply reply = JsonReply(200, "");
  reply.stream = [&clock](BodyWriter&) { return clock.SleepFor(kForever); };
  return reply;
}

Reply ExpiredReply() {
  const Json event{
      {"type", "ERROR"},
      {"object", KubeFailure(410, "Expired", "too old resource version, as was ordered")}};
  return JsonReply(200, Dump(event) + "\n");
}

}  // namespace prow_coverage::sandbox
