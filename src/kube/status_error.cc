#include "status_error.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include "prow_coverage/json/document.h"

#include "text.h"

namespace prow_coverage::kube {
namespace {

constexpr std::size_t kMaxMessage = 1000;
constexpr int kMaxCauses = 10;

// The parts of a Status object (k8s.io/apimachinery, meta/v1) that decide or explain.
struct Status {
  std::string reason;
  std::string message;
  std::string kind;  // details.kind: of the object that the answer is about
  std::string name;  // details.name
  std::string causes;
  std::optional<std::int64_t> retry_after_seconds;
};

std::string JoinCauses(const json::Value& root) {
  std::string joined;
  int count = 0;
  const auto add = [&](const json::Value& cause) -> Result<void> {
    if (++count > kMaxCauses) return {};
    const auto field = cause.OptionalString("field").value_or("");
    const auto message = OneLine(cause.OptionalString("message").value_or(""), kMaxMessage / 2);
    if (!joined.empty()) joined += "; ";
    joined += field.empty() ? message : OneLine(field, 200) + ": " + message;
    return {};
  };
  // A Status without causes is none the worse for it.
  if (auto visited = root.ForEach("details.causes", add); !visited) return "";
  if (count > kMaxCauses) joined += "; and " + std::to_string(count - kMaxCauses) + " more";
  return joined;
}

// Nothing when the body is no Status object.
std::optional<Status> ParseStatus(std::string_view body) {
  const auto document = json::Document::Parse(body);
  if (!document) return std::nullopt;
  const json::Value root = document->root();
  if (!root.IsObject() || root.OptionalString("kind") != "Status") return std::nullopt;
  return Status{std::string(root.OptionalString("reason").value_or("")),
                OneLine(root.OptionalString("message").value_or(""), kMaxMessage),
                std::string(root.OptionalString("details.kind").value_or("")),
                std::string(root.OptionalString("details.name").value_or("")),
                JoinCauses(root),
                root.OptionalInteger("details.retryAfterSeconds")};
}

struct Answer {
  const Call& call;
  int code;
  bool is_status;
  Status status;  // of what is no Status object: the body's beginning as its message

  std::string Asked() const { return call.verb + " " + call.target; }
  std::string Said() const {
    return status.message.empty() ? "HTTP " + std::to_string(code) : status.message;
  }
};

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Error Plain(ErrorCode code, const Answer& answer) {
  return {code, answer.Asked() + ": " + answer.Said(), {}};
}

// Quotas, Pod Security and webhooks refuse with 403, too; a Role does not help there.
bool IsAdmission(std::string_view message) {
  return Contains(message, "admission webhook") ||
         (Contains(message, "is forbidden: ") && !Contains(message, "cannot "));
}

Error Forbidden(const Answer& answer) {
  if (IsAdmission(answer.status.message)) {
    return {ErrorCode::kPermissionDenied, answer.Asked() + " was refused: " + answer.Said(), {}};
  }
  return {ErrorCode::kPermissionDenied,
          "needs " + answer.call.verb + " on " + answer.call.target + ": " + answer.Said(),
          {}};
}

Error Unauthenticated(const Answer& answer) {
  return {ErrorCode::kUnauthenticated,
          answer.Asked() + ": the API server refuses the credential (" + answer.Said() +
              "): it has expired or was revoked",
          {}};
}

Error NotFound(const Answer& answer) {
  const Status& status = answer.status;
  const auto not_found = [&](const std::string& what) {
    return Error{ErrorCode::kNotFound, answer.Asked() + ": " + what, {}};
  };
  if (status.kind == "namespaces" || status.message.starts_with("namespaces \"")) {
    return not_found("the namespace does not exist (" + answer.Said() + "): create it");
  }
  // For a group that nobody has registered the answer is the text "404 page not found".
  const bool no_resource =
      !answer.is_status || (status.name.empty() && Contains(status.message, "requested resource"));
  if (no_resource) {
    return not_found("the API server has no such resource (" + answer.Said() +
                     "): its CustomResourceDefinition is not installed");
  }
  return not_found(answer.Said());
}

Error AlreadyThere(const Answer& answer) {
  const bool exists = answer.status.reason == "AlreadyExists" ||
                      (answer.status.reason != "Conflict" && answer.call.verb == "create");
  return Plain(exists ? ErrorCode::kAlreadyExists : ErrorCode::kConflict, answer);
}

Error Rejected(const Answer& answer) {
  if (answer.status.causes.empty()) return Plain(ErrorCode::kRejected, answer);
  return {ErrorCode::kRejected,
          answer.Asked() + " is invalid: " + OneLine(answer.status.causes, 2 * kMaxMessage),
          {}};
}

Error ServerFault(const Answer& answer) {
  // etcd's limit (1.5 MiB by default) and gRPC's; the same object is refused for ever.
  if (Contains(answer.status.message, "request is too large") ||
      Contains(answer.status.message, "larger than max")) {
    return Plain(ErrorCode::kTooLarge, answer);
  }
  return Plain(ErrorCode::kUnavailable, answer);
}

Error Redirected(const Answer& answer) {
  return {ErrorCode::kRejected,
          answer.Asked() + ": answered with a redirect (HTTP " + std::to_string(answer.code) +
              "): the server's URL is not that of an API server",
          {}};
}

Error Classify(const Answer& answer) {
  switch (answer.code) {
    case 401:
      return Unauthenticated(answer);
    case 403:
      return Forbidden(answer);
    case 404:
      return NotFound(answer);
    case 408:
      return Plain(ErrorCode::kUnavailable, answer);
    case 409:
      return AlreadyThere(answer);
    case 410:
      return Plain(ErrorCode::kExpired, answer);
    case 413:
      return Plain(ErrorCode::kTooLarge, answer);
    case 429:
      return Plain(ErrorCode::kRateLimited, answer);
    default:
      if (answer.code >= 500) return ServerFault(answer);
      if (answer.code / 100 == 3) return Redirected(answer);
      return Rejected(answer);
  }
}

// Only seconds: the API server sends no HTTP-date.
std::optional<std::int64_t> ToSeconds(std::string_view text) {
  std::int64_t seconds = 0;
  const char* end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc() || parsed != end) return std::nullopt;
  return seconds;
}

void SetRetryAfter(Error& error, std::optional<std::int64_t> seconds) {
  constexpr std::int64_t kMaxSeconds = std::int64_t{24} * 3600;
  if (!seconds || *seconds <= 0 || !IsTransient(error.code)) return;
  error.retry_after = std::chrono::seconds(std::min(*seconds, kMaxSeconds));
}

}  // namespace

Error StatusError(const Call& call, int http_status, std::string_view body) {
  std::optional<Status> status = ParseStatus(body);
  Answer answer{call, http_status, status.has_value(), {}};
  if (status) {
    answer.status = std::move(*status);
  } else {
    answer.status.message = OneLine(body, 200);
  }
  Error error = Classify(answer);
  SetRetryAfter(error, answer.status.retry_after_seconds);
  return error;
}

Error StatusError(const Call& call, const http::Response& response) {
  Error error = StatusError(call, response.status, response.body);
  if (const auto header = response.header("retry-after")) SetRetryAfter(error, ToSeconds(*header));
  return error;
}

}  // namespace prow_coverage::kube
