#include "fault.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace prow_coverage::sandbox {
namespace {

using Kind = Fault::Kind;

struct KindName {
  std::string_view name;
  Kind kind;
  int status;
};

constexpr KindName kKinds[] = {
    {"403-retry-after", Kind::kRetryAfter403, 403},
    {"403-ratelimit", Kind::kRateLimit403, 403},
    {"slow", Kind::kSlow, 0},
    {"hang", Kind::kHang, 0},
    {"cut", Kind::kCut, 0},
    {"cut-after-effect", Kind::kCutAfterEffect, 0},
    {"duplicate", Kind::kDuplicate, 0},
    {"redirect", Kind::kRedirect, 302},
    {"huge", Kind::kHuge, 200},
    {"drip", Kind::kDrip, 200},
    {"silent", Kind::kSilent, 200},
    {"expired", Kind::kExpired, 200},
};

constexpr std::string_view kTargets[] = {"github", "kube", "artifacts"};  // in the order of Host

Error BadFault(std::string_view what) {
  return Error{ErrorCode::kInvalidArgument, "fault: " + std::string(what), {}};
}

std::int64_t Number(const Json& order, const char* key, std::int64_t otherwise) {
  const Json& member = Member(order, key);
  return member.is_number_integer() ? member.get<std::int64_t>() : otherwise;
}

std::string KindNames() {
  std::string names;
  for (const KindName& row : kKinds) {
    if (!names.empty()) names += ", ";
    names += row.name;
  }
  return names;
}

// "429" stands for the status alone.
Result<void> ReadKind(Fault& fault) {
  for (const KindName& row : kKinds) {
    if (row.name != fault.name) continue;
    fault.kind = row.kind;
    fault.status = row.status;
    return {};
  }
  const auto [end, error] =
      std::from_chars(fault.name.data(), fault.name.data() + fault.name.size(), fault.status);
  if (error == std::errc() && *end == '\0' && fault.status >= 200 && fault.status <= 599) return {};
  return BadFault("kind \"" + fault.name + "\" is neither a status from 200 to 599 nor one of " +
                  KindNames());
}

Result<void> ReadTarget(const Json& order, Fault& fault) {
  const std::string target = Text(order, "target");
  const auto* const known = std::find(std::begin(kTargets), std::end(kTargets), target);
  if (known == std::end(kTargets))
    return BadFault("target is neither github nor kube nor artifacts");
  fault.host = static_cast<Host>(known - std::begin(kTargets));
  fault.method = Text(order, "method");
  fault.path_prefix = Text(order, "path_prefix");
  if (const Json& watch = Member(order, "watch"); watch.is_boolean()) {
    fault.watch = watch.get<bool>();
  }
  if (const std::string regex = Text(order, "path_regex"); !regex.empty()) {
    try {
      fault.path_regex.emplace(regex, std::regex::optimize);
    } catch (const std::regex_error& e) {
      return BadFault(std::string("path_regex: ") + e.what());
    }
  }
  return {};
}

Result<void> ReadNumbers(const Json& order, Fault& fault) {
  constexpr std::int64_t kMaxSeconds = std::int64_t{24} * 3600;
  const auto seconds = [&](const char* key, std::int64_t otherwise) {
    return std::chrono::seconds(
        std::clamp(Number(order, key, otherwise), std::int64_t{0}, kMaxSeconds));
  };
  if (order.contains("retry_after") || fault.kind == Kind::kRetryAfter403) {
    fault.retry_after = seconds("retry_after", 1);
  }
  fault.reset = seconds("reset", 60);
  fault.delay = std::chrono::milliseconds(
      std::clamp(Number(order, "ms", 1000), std::int64_t{0}, kMaxSeconds * 1000));
  fault.grace = std::chrono::milliseconds(Number(order, "grace_ms", 0));
  fault.every = static_cast<int>(Number(order, "every", 1));
  fault.count = static_cast<int>(Number(order, "count", 0));
  fault.bytes = static_cast<std::size_t>(
      std::clamp(Number(order, "bytes", 10 << 20), std::int64_t{0}, std::int64_t{1} << 30));
  if (fault.every < 1 || fault.count < 0) return BadFault("every is below 1 or count below 0");
  return {};
}

bool Matches(const Fault& fault, Host host, const Call& call) {
  return fault.host == host && (fault.method.empty() || fault.method == call.method) &&
         call.path.starts_with(fault.path_prefix) &&
         (!fault.watch || *fault.watch == (call.Query("watch") == "true")) &&
         (!fault.path_regex || std::regex_search(call.path, *fault.path_regex));
}

}  // namespace

std::chrono::milliseconds Fault::Wait() const {
  if (kind == Kind::kRateLimit403) return reset;
  if (kind == Kind::kRetryAfter403 || kind == Kind::kStatus) {
    return retry_after.value_or(std::chrono::seconds(0));
  }
  return {};
}

Result<int> FaultTable::Add(const Json& order) {
  if (!order.is_object()) return BadFault("is no JSON object");
  Fault fault;
  fault.name = Text(order, "kind");
  fault.body = Text(order, "body");
  fault.location = Text(order, "location");
  for (const auto& read : {ReadKind(fault), ReadTarget(order, fault), ReadNumbers(order, fault)}) {
    if (!read) return read.error();
  }
  fault.id = ++last_id_;
  faults_.push_back(std::move(fault));
  return last_id_;
}

const Fault* FaultTable::Hit(Host host, const Call& call) {
  for (Fault& fault : faults_) {
    const bool spent = fault.count > 0 && fault.fired >= fault.count;
    if (spent || !Matches(fault, host, call)) continue;
    if (++fault.seen % fault.every != 0) continue;
    ++fault.fired;
    return &fault;
  }
  return nullptr;
}

Json FaultTable::List() const {
  Json list = Json::array();
  for (const Fault& fault : faults_) {
    list.push_back({{"id", fault.id},
                    {"target", ToString(fault.host)},
                    {"kind", fault.name},
                    {"method", fault.method},
                    {"path_prefix", fault.path_prefix},
                    {"every", fault.every},
                    {"count", fault.count},
                    {"seen", fault.seen},
                    {"fired", fault.fired}});
  }
  return list;
}

void FaultTable::Remove(int id) {
  std::erase_if(faults_, [&](const Fault& fault) { return id == 0 || fault.id == id; });
}

}  // namespace prow_coverage::sandbox
