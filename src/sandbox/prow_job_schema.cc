#include "prow_job_schema.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "prow_job_fields.h"

namespace prow_coverage::sandbox {
namespace {

using Fields = std::vector<const SchemaField*>;

// The fields of each object whose fields are known.
const std::unordered_map<std::string_view, Fields>& FieldsByParent() {
  static const auto kFieldsByParent = [] {
    std::unordered_map<std::string_view, Fields> map;
    for (const SchemaField& field : ProwJobFields()) map[field.parent].push_back(&field);
    return map;
  }();
  return kFieldsByParent;
}

std::string_view TypeName(SchemaField::Type type) {
  constexpr std::string_view kNames[] = {"any",     "string", "string", "integer",
                                         "boolean", "object", "array"};
  return kNames[type];
}

bool Is(const Json& value, SchemaField::Type type) {
  switch (type) {
    case SchemaField::Type::kAny:
      return true;
    case SchemaField::Type::kString:
    case SchemaField::Type::kTime:
      return value.is_string();
    case SchemaField::Type::kInteger:
      return value.is_number_integer();
    case SchemaField::Type::kBoolean:
      return value.is_boolean();
    case SchemaField::Type::kObject:
      return value.is_object();
    case SchemaField::Type::kArray:
      return value.is_array();
  }
  return false;
}

// 2026-08-19T10:00:00Z, with or without fractions and with any offset
bool IsTime(const std::string& text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() < kShape.size() + 1) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !digit : text[i] != kShape[i]) return false;
  }
  return text.ends_with('Z') || text[text.size() - 3] == ':';
}

bool IsOneOf(std::string_view values, const std::string& value) {
  return (" " + std::string(values) + " ").find(" " + value + " ") != std::string::npos;
}

std::string QuoteEach(std::string_view values) {
  std::string quoted = "\"";
  for (const char c : values) {
    if (c == ' ') {
      quoted += "\", \"";
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

class Checker {
 public:
  explicit Checker(SchemaFindings& findings) : findings_(findings) {}

  // `schema` is the object's place in the table, `path` its place in the object.
  void CheckObject(Json& object, const std::string& schema, const std::string& path) {
    const auto known = FieldsByParent().find(schema);
    if (known == FieldsByParent().end()) return;
    RemoveUnknown(object, known->second, path);
    for (const SchemaField* field : known->second) {
      const std::string place = Under(path, field->name);
      const auto member = object.find(std::string(field->name));
      if (member != object.end() && !member->is_null()) {
        CheckValue(*member, *field, Under(schema, field->name), place);
      } else if (field->required) {
        findings_.causes.push_back({"FieldValueRequired", "Required value", place});
      }
    }
  }

 private:
  static std::string Under(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
  }

  void RemoveUnknown(Json& object, const Fields& fields, const std::string& path) {
    for (auto member = object.begin(); member != object.end();) {
      const bool known = std::any_of(fields.begin(), fields.end(), [&](const SchemaField* field) {
        return field->name == member.key();
      });
      if (!known) findings_.unknown.push_back(Under(path, member.key()));
      member = known ? std::next(member) : object.erase(member);
    }
  }

  void CheckValue(Json& value, const SchemaField& field, const std::string& schema,
                  const std::string& path) {
    if (!Is(value, field.type)) return RefuseType(value, field, path);
    if (field.type == SchemaField::Type::kTime && !IsTime(value.get<std::string>())) {
      return Refuse(path, value, "must be of type date-time");
    }
    if (!field.values.empty() && !IsOneOf(field.values, value.get<std::string>())) {
      findings_.causes.push_back(
          {"FieldValueNotSupported",
           "Unsupported value: " + Dump(value) + ": supported values: " + QuoteEach(field.values),
           path});
    }
    if (path == "spec.max_concurrency" && value.get<std::int64_t>() < 0) {
      Refuse(path, value, "should be greater than or equal to 0");
    }
    if (field.type == SchemaField::Type::kObject) CheckObject(value, schema, path);
    if (field.type == SchemaField::Type::kArray) CheckElements(value, schema, path);
  }

  void CheckElements(Json& array, const std::string& schema, const std::string& path) {
    for (std::size_t i = 0; i < array.size(); ++i) {
      if (!array[i].is_object()) continue;
      CheckObject(array[i], schema + "[]", path + "[" + std::to_string(i) + "]");
    }
  }

  void RefuseType(const Json& value, const SchemaField& field, const std::string& path) {
    findings_.causes.push_back({"FieldValueTypeInvalid",
                                "Invalid value: \"" + std::string(value.type_name()) +
                                    "\": " + path + " in body must be of type " +
                                    std::string(TypeName(field.type)) + ": \"" + value.type_name() +
                                    "\"",
                                path});
  }

  void Refuse(const std::string& path, const Json& value, std::string_view why) {
    findings_.causes.push_back(
        {"FieldValueInvalid",
         "Invalid value: " + Dump(value) + ": " + path + " in body " + std::string(why), path});
  }

  SchemaFindings& findings_;
};

// The CRD's one rule between fields.
void CheckCompletion(const Json& status, SchemaFindings& findings) {
  const std::string state = Text(status, "state");
  if (!IsOneOf("success failure error", state) || !Text(status, "completionTime").empty()) return;
  findings.causes.push_back({"FieldValueRequired", "Required value", "status.completionTime"});
  findings.causes.push_back(
      {"FieldValueInvalid",
       "Invalid value: \"\": \"status\" must validate at least one schema (anyOf)", "<nil>"});
}

}  // namespace

SchemaFindings CheckProwJob(Json& job) {
  SchemaFindings findings;
  Checker(findings).CheckObject(job, "", "");
  CheckCompletion(Member(job, "status"), findings);
  return findings;
}

}  // namespace prow_coverage::sandbox
