#include "lease_check.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace prow_coverage::sandbox {
namespace {

enum class Type { kString, kInteger, kMicroTime };

struct Field {
  std::string_view name;
  Type type;
};

constexpr Field kSpec[] = {
    {"holderIdentity", Type::kString},    {"leaseDurationSeconds", Type::kInteger},
    {"acquireTime", Type::kMicroTime},    {"renewTime", Type::kMicroTime},
    {"leaseTransitions", Type::kInteger}, {"strategy", Type::kString},
    {"preferredHolder", Type::kString},
};

bool IsMicroTime(const std::string& text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd.dddddd";
  if (text.size() <= kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !digit : text[i] != kShape[i]) return false;
  }
  const std::string_view zone = std::string_view(text).substr(kShape.size());
  return zone == "Z" || (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-'));
}

// "" when it is of the type.
std::string Undecodable(const Field& field, const Json& value) {
  const bool integer = field.type == Type::kInteger;
  if (value.is_null() || (integer && value.is_number_integer())) return "";
  if (integer || !value.is_string()) {
    return "json: cannot unmarshal " + std::string(value.type_name()) +
           " into Go struct field LeaseSpec.spec." + std::string(field.name) + " of type " +
           (integer ? "int32" : "string");
  }
  const auto text = value.get<std::string>();
  if (field.type == Type::kString || IsMicroTime(text)) return "";
  return "parsing time \"" + text + "\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse";
}

void CheckAtLeast(const Json& spec, const char* name, std::int64_t least, std::string_view why,
                  std::vector<Cause>& causes) {
  const Json& value = Member(spec, name);
  if (!value.is_number_integer() || value.get<std::int64_t>() >= least) return;
  causes.push_back({"FieldValueInvalid", "Invalid value: " + Dump(value) + ": " + std::string(why),
                    std::string("spec.") + name});
}

void RemoveUnknown(Json& spec, std::vector<std::string>& unknown) {
  for (auto member = spec.begin(); member != spec.end();) {
    const bool known = std::any_of(std::begin(kSpec), std::end(kSpec),
                                   [&](const Field& field) { return field.name == member.key(); });
    if (!known) unknown.push_back("spec." + member.key());
    member = known ? std::next(member) : spec.erase(member);
  }
}

}  // namespace

LeaseFindings CheckLease(Json& lease) {
  LeaseFindings findings;
  if (!Member(lease, "spec").is_object()) return findings;
  Json& spec = lease["spec"];
  for (const Field& field : kSpec) {
    if (!findings.undecodable.empty()) break;
    findings.undecodable = Undecodable(field, Member(spec, std::string(field.name).c_str()));
  }
  RemoveUnknown(spec, findings.unknown);
  CheckAtLeast(spec, "leaseDurationSeconds", 1, "must be greater than 0", findings.causes);
  CheckAtLeast(spec, "leaseTransitions", 0, "must be greater than or equal to 0", findings.causes);
  return findings;
}

}  // namespace prow_coverage::sandbox
