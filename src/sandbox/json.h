#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "prow_coverage/base/error.h"
#include "prow_coverage/server/server.h"

namespace prow_coverage::sandbox {

// The sandbox changes what it reads (patches, resource versions), so it reads into nlohmann's tree.
using Json = nlohmann::ordered_json;

// nullopt for what is no JSON. Whatever is nested deeper than 200 levels is left out.
[[nodiscard]] std::optional<Json> ParseJson(std::string_view text);

// Text of a member; "" when it is absent or another type.
[[nodiscard]] std::string Text(const Json& object, const char* key);

// The member, or null.
[[nodiscard]] const Json& Member(const Json& object, const char* key);

// A Result's value. Json converts to nearly everything, so that it must be said which it is.
[[nodiscard]] Result<Json> Ok(Json value);

// Never throws: text that is no UTF-8 is mended.
[[nodiscard]] std::string Dump(const Json& value);

[[nodiscard]] server::Reply JsonReply(int status, std::string text);
[[nodiscard]] server::Reply JsonReply(int status, const char* text);
[[nodiscard]] server::Reply JsonReply(int status, const Json& value);

}  // namespace prow_coverage::sandbox
