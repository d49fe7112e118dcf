#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "prow_coverage/base/error.h"

namespace prow_coverage::prow {

// kInvalidArgument: "<field> <what is wrong and how to mend it>".
[[nodiscard]] Error InvalidField(std::string_view field, std::string_view what);

// JSON converts to anything, an Error included, so that a Result<ordered_json> has to be told.
[[nodiscard]] inline Result<nlohmann::ordered_json> Success(nlohmann::ordered_json value) {
  return Result<nlohmann::ordered_json>(boost::system::in_place_value, std::move(value));
}

// The string at `name`, "" when it is absent or null. Errors: kInvalidArgument for another type.
[[nodiscard]] Result<std::string> TextOf(const nlohmann::ordered_json& object,
                                         std::string_view name);

// Sets the field unless `text` is empty, as Go's omitempty does.
void PutText(nlohmann::ordered_json& object, std::string_view name, std::string_view text);

// Numbers in a resource list, at any depth, as text: YAML's `cpu: 0.5` is a float, and the CRD
// takes integers and strings only.
void QuantitiesToText(nlohmann::ordered_json& value);

// Makes every string of the object fit for an API server and a container's environment: valid UTF-8
// and no NUL, U+FFFD in their place. Errors: kInvalidArgument for a key that is not so already.
[[nodiscard]] Result<void> MakeTextsSafe(nlohmann::ordered_json& value);

}  // namespace prow_coverage::prow
