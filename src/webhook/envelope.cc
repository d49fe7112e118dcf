#include <cstring>
#include <vector>

#include <simdjson.h>

#include "prow_coverage/webhook/event.h"

#include "plain_text.h"

namespace prow_coverage::webhook {
namespace {

namespace ondemand = simdjson::ondemand;

Error NotAnObject(std::string_view why) {
  return {ErrorCode::kInvalidArgument, "the body is no JSON object: " + std::string(why), {}};
}

Error NotAnObject(simdjson::error_code code) { return NotAnObject(simdjson::error_message(code)); }

Error Broken(std::string_view member, std::string_view what) {
  return {ErrorCode::kInvalidArgument, std::string(member) + " " + std::string(what), {}};
}

bool IsNull(ondemand::value& value) {
  ondemand::json_type type{};
  return !value.type().get(type) && type == ondemand::json_type::null;
}

// A member that decides which secret counts. Given twice, this parser and another could each
// believe a different one; GitHub never does that.
class Member {
 public:
  explicit Member(std::string_view name) : name_(name) {}

  Result<void> Claim() {
    if (claimed_) return Broken(name_, "is given twice");
    claimed_ = true;
    return {};
  }

  // Null is as good as absent.
  Result<void> ReadText(ondemand::value value, std::string& target) {
    if (auto claimed = Claim(); !claimed) return claimed;
    if (IsNull(value)) return {};
    std::string_view text;
    if (value.get_string().get(text)) return Broken(name_, "is not a string");
    if (!IsPlainText(text)) return Broken(name_, "is not a short text of visible ASCII characters");
    target = text;
    return {};
  }

  // The text member `key` of the object that this member is.
  Result<void> ReadTextInside(ondemand::value value, std::string_view key, Member& inner,
                              std::string& target) {
    if (auto claimed = Claim(); !claimed) return claimed;
    if (IsNull(value)) return {};
    ondemand::object object;
    if (value.get_object().get(object)) return Broken(name_, "is not an object");
    for (auto field : object) {
      std::string_view name;
      if (const auto error = field.unescaped_key().get(name)) return NotAnObject(error);
      if (name != key) continue;
      ondemand::value text;
      if (const auto error = field.value().get(text)) return NotAnObject(error);
      if (auto read = inner.ReadText(text, target); !read) return read;
    }
    return {};
  }

 private:
  std::string_view name_;
  bool claimed_ = false;
};

// The members of one body that an Envelope is made of.
class Members {
 public:
  Result<void> Read(std::string_view key, ondemand::value value) {
    if (key == "action") return action_.ReadText(value, envelope_.action);
    if (key == "repository") {
      return repository_.ReadTextInside(value, "full_name", full_name_, envelope_.repository);
    }
    if (key == "organization") {
      return organization_.ReadTextInside(value, "login", login_, envelope_.org);
    }
    return {};
  }

  Envelope Finish() && {
    if (!envelope_.repository.empty()) {
      envelope_.org = envelope_.repository.substr(0, envelope_.repository.find('/'));
    }
    return std::move(envelope_);
  }

 private:
  Envelope envelope_;
  Member action_{"action"};
  Member repository_{"repository"};
  Member full_name_{"repository.full_name"};
  Member organization_{"organization"};
  Member login_{"organization.login"};
};

// The working memory of ParseEnvelope. simdjson reads up to SIMDJSON_PADDING bytes beyond the text,
// which a string_view does not have; copying 24 KB costs less than a microsecond.
class Scanner {
 public:
  Result<Envelope> Scan(std::string_view body) {
    ondemand::document document;
    if (const auto error = parser_.iterate(Pad(body)).get(document)) return NotAnObject(error);
    ondemand::object object;
    if (const auto error = document.get_object().get(object)) return NotAnObject(error);
    Members members;
    for (auto field : object) {
      std::string_view key;
      ondemand::value value;
      if (const auto error = field.unescaped_key().get(key)) return NotAnObject(error);
      if (const auto error = field.value().get(value)) return NotAnObject(error);
      if (auto read = members.Read(key, value); !read) return read.error();
    }
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      return NotAnObject("text follows its end");
    }
    return std::move(members).Finish();
  }

 private:
  simdjson::padded_string_view Pad(std::string_view body) {
    const std::size_t size = body.size() + simdjson::SIMDJSON_PADDING;
    if (padded_.size() < size) padded_.resize(size);
    std::memcpy(padded_.data(), body.data(), body.size());
    std::memset(padded_.data() + body.size(), 0, simdjson::SIMDJSON_PADDING);
    return simdjson::padded_string_view(padded_.data(), body.size(), padded_.size());
  }

  ondemand::parser parser_;
  std::vector<char> padded_;
};

// The largest body whose memory (seven bytes for each of its own) a thread keeps for the next one.
constexpr std::size_t kMaxReused = std::size_t{256} << 10;

}  // namespace

Result<Envelope> ParseEnvelope(std::string_view body) {
  // Newer versions of simdjson skip a byte order mark, encoding/json and so Prow do not.
  const auto start = body.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return NotAnObject("it is empty");
  if (body[start] != '{') return NotAnObject("it does not begin with {");
  if (body.size() > kMaxReused) return Scanner().Scan(body);
  thread_local Scanner scanner;
  return scanner.Scan(body);
}

}  // namespace prow_coverage::webhook
