#include "prow_coverage/webhook/ingress.h"

#include <cctype>

#include "prow_coverage/webhook/signature.h"

#include "plain_text.h"

namespace prow_coverage::webhook {
namespace {

constexpr int kBadRequest = 400;
constexpr int kForbidden = 403;

Refusal Refuse(int status, std::string_view why) {
  return {status,
          (status == kForbidden ? "403 Forbidden: " : "400 Bad Request: ") + std::string(why)};
}

// Empty counts as missing, as Go's Header.Get has it.
bool IsMissing(const std::optional<std::string_view>& field) { return !field || field->empty(); }

// A header field that becomes a key, a label or a log field of ours.
std::optional<Refusal> CheckToken(const std::optional<std::string_view>& field,
                                  std::string_view name) {
  if (IsMissing(field)) {
    return Refuse(kBadRequest, "the " + std::string(name) + " header is missing");
  }
  if (!IsPlainText(*field)) {
    return Refuse(kBadRequest, "the " + std::string(name) + " header is not 1 to " +
                                   std::to_string(kMaxPlainText) + " visible ASCII characters");
  }
  return std::nullopt;
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
}

// RFC 9110 8.3.1: type/subtype of any case, then perhaps white space, ';' and parameters.
bool IsJson(std::string_view content_type) {
  const auto type = content_type.substr(0, content_type.find(';'));
  const auto last = type.find_last_not_of(" \t");
  return last != std::string_view::npos &&
         EqualsIgnoringCase(type.substr(0, last + 1), "application/json");
}

std::string SenderOf(const Envelope& envelope) {
  if (!envelope.repository.empty()) return envelope.repository;
  return envelope.org.empty() ? "an event without repository and organization" : envelope.org;
}

std::span<const std::string> SecretsOf(const Envelope& envelope, const Secrets& secrets) {
  const std::string_view repository = envelope.repository;
  const auto slash = repository.find('/');
  return secrets.For(envelope.org, slash == std::string_view::npos ? std::string_view{}
                                                                   : repository.substr(slash + 1));
}

// Tries every secret even after a match, so that the time does not tell which one it was.
bool IsSignedByAny(std::span<const std::string> secrets, std::string_view body,
                   std::string_view signature) {
  bool good = false;
  for (const auto& secret : secrets) good = Verify(secret, body, signature) || good;
  return good;
}

}  // namespace

std::optional<Refusal> CheckHeaders(const Headers& headers) {
  if (auto refusal = CheckToken(headers.event, "X-GitHub-Event")) return refusal;
  if (auto refusal = CheckToken(headers.delivery, "X-GitHub-Delivery")) return refusal;
  if (IsMissing(headers.signature)) {
    return Refuse(kForbidden,
                  "the X-Hub-Signature-256 header is missing: set a secret for this "
                  "webhook on GitHub");
  }
  if (!headers.content_type || !IsJson(*headers.content_type)) {
    return Refuse(kBadRequest,
                  "the Content-Type must be application/json: choose it for this "
                  "webhook on GitHub");
  }
  return std::nullopt;
}

boost::system::result<Envelope, Refusal> CheckBody(const Headers& headers, std::string_view body,
                                                   const Secrets& secrets) {
  auto envelope = ParseEnvelope(body);
  if (!envelope) return Refuse(kForbidden, envelope.error().message);
  const auto candidates = SecretsOf(*envelope, secrets);
  if (candidates.empty()) {
    return Refuse(kForbidden, "there is no webhook secret for " + SenderOf(*envelope));
  }
  const auto signature = headers.signature.value_or("");
  if (!IsWellFormed(signature)) {
    return Refuse(kForbidden, "X-Hub-Signature-256 is not \"sha256=\" and 64 hex digits");
  }
  if (!IsSignedByAny(candidates, body, signature)) {
    return Refuse(kForbidden, "X-Hub-Signature-256 does not match the webhook secret for " +
                                  SenderOf(*envelope));
  }
  return std::move(*envelope);
}

}  // namespace prow_coverage::webhook
