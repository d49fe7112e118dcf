#include "front.h"

#include <utility>

#include "fault_reply.h"
#include "yaml_answer.h"

namespace prow_coverage::sandbox {
namespace {

using server::Reply;

std::string Message(const Fault& fault) {
  if (fault.kind == Fault::Kind::kRateLimit403) return "API rate limit exceeded.";
  if (fault.kind == Fault::Kind::kRetryAfter403 || fault.status == 429) {
    return "You have exceeded a secondary rate limit. Please wait a few minutes before you try "
           "again.";
  }
  return fault.status == 404 ? "Not Found" : "fault " + fault.name + ", as was ordered";
}

std::string Epoch(WallTime time) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

}  // namespace

Front::Front(FakeHost& host, const Router& control, SandboxClock& clock, Journal& journal,
             FaultTable& faults)
    : host_(host), control_(control), clock_(clock), journal_(journal), faults_(faults) {}

std::vector<server::Route> Front::Routes() {
  std::vector<server::Route> routes;
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    routes.push_back({method, "*", [this](server::Request& request) { return Handle(request); }});
  }
  return routes;
}

Task<Reply> Front::Handle(server::Request& request) {
  Call call = ReadCall(request);
  auto body = co_await request.ReadBody();
  if (!body) {
    if (body.error().code != ErrorCode::kTooLarge) co_return server::ReplyToBodyError(body.error());
    co_return host_.Failure(413, body.error().message);
  }
  call.body = std::move(*body);
  if (!call.segments.empty() && call.segments[0] == "_sandbox") {
    auto reply = co_await Control(call);
    co_return InWantedForm(request, std::move(reply));
  }

  call.number = journal_.NextRequest();
  journal_.Add(Journal::Kind::kRequest, host_.host(), call.number, call.method + " " + call.path);
  NoteViolation(call);
  Reply reply = co_await Pass(call);
  host_.Finish(reply);
  journal_.Add(Journal::Kind::kAnswer, host_.host(), call.number, call.method + " " + call.path,
               reply.status);
  co_return InWantedForm(request, std::move(reply));
}

Task<Reply> Front::Control(Call& call) {
  const Handler* handler = control_.Find(call);
  if (handler == nullptr) co_return JsonReply(404, "{\"error\":\"no such control call\"}");
  co_return co_await (*handler)(call);
}

Task<Reply> Front::Pass(Call& call) {
  if (const Fault* fault = faults_.Hit(host_.host(), call)) {
    journal_.Add(Journal::Kind::kFault, host_.host(), call.number, fault->name);
    co_return co_await Suffer(*fault, call);
  }
  co_return co_await host_.Answer(call);
}

Task<Reply> Front::Suffer(Fault fault, Call& call) {
  switch (fault.kind) {
    case Fault::Kind::kStatus:
    case Fault::Kind::kRetryAfter403:
    case Fault::Kind::kRateLimit403:
      co_return FaultReply(fault);
    case Fault::Kind::kSlow:
      co_await clock_.SleepFor(fault.delay);
      break;
    case Fault::Kind::kHang:
      co_await clock_.SleepFor(kForever);
      co_return CutReply();
    case Fault::Kind::kCut:
      co_return CutReply();
    case Fault::Kind::kCutAfterEffect:
      co_await host_.Answer(call);
      co_return CutReply();
    case Fault::Kind::kDuplicate:
      co_await host_.Answer(call);
      break;
    case Fault::Kind::kRedirect:
      co_return RedirectReply(fault.location);
    case Fault::Kind::kHuge:
      co_return HugeReply(fault.bytes);
    case Fault::Kind::kSilent:
      co_return SilentReply(clock_);
    case Fault::Kind::kExpired:
      co_return ExpiredReply();
    case Fault::Kind::kDrip: {
      Reply whole = co_await host_.Answer(call);
      co_return DripReply(std::move(whole), clock_, fault.delay);
    }
  }
  co_return co_await host_.Answer(call);
}

Reply Front::FaultReply(const Fault& fault) {
  Reply reply = host_.Failure(fault.status, Message(fault));
  if (!fault.body.empty()) reply.body = fault.body;
  reply.retry_after = fault.retry_after;
  if (fault.kind == Fault::Kind::kRateLimit403) {
    reply.headers.push_back({"X-RateLimit-Remaining", "0"});
    reply.headers.push_back({"X-RateLimit-Reset", Epoch(clock_.Now() + fault.reset)});
  }
  if (fault.Wait().count() > 0) {
    limited_at_ = clock_.Monotonic();
    limited_until_ = limited_at_ + fault.Wait();
    grace_ = fault.grace;
  }
  return reply;
}

void Front::NoteViolation(const Call& call) {
  const auto now = clock_.Monotonic();
  if (now >= limited_until_ || now < limited_at_ + grace_) return;
  const auto early = std::chrono::ceil<std::chrono::milliseconds>(limited_until_ - now);
  journal_.Add(Journal::Kind::kViolation, host_.host(), call.number,
               call.method + " " + call.path + ": called " + std::to_string(early.count()) +
                   " ms too early");
}

}  // namespace prow_coverage::sandbox
