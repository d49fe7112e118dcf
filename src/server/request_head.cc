#include "request_head.h"

#include <algorithm>

#include <boost/beast/core/string.hpp>

namespace prow_coverage::server {
namespace {
// More than this is not kept from one request to the next.
constexpr std::size_t kKeptBytes = 4096;
}  // namespace

void RequestHead::Clear() {
  text_.clear();
  if (text_.capacity() > kKeptBytes) text_.shrink_to_fit();
  method_end_ = target_end_ = 0;
  version_ = 11;
  fields_.clear();
}

void RequestHead::SetLine(std::string_view method, std::string_view target, int version) {
  text_ = method;
  method_end_ = static_cast<std::uint32_t>(text_.size());
  text_ += target;
  target_end_ = static_cast<std::uint32_t>(text_.size());
  version_ = version;
}

void RequestHead::AddField(std::string_view name, std::string_view value) {
  Field field{};
  field.name = static_cast<std::uint32_t>(text_.size());
  text_ += name;
  field.value = static_cast<std::uint32_t>(text_.size());
  text_ += value;
  field.end = static_cast<std::uint32_t>(text_.size());
  fields_.push_back(field);
}

std::optional<std::string_view> RequestHead::Find(std::string_view name) const {
  for (const auto& field : fields_) {
    if (Named(field, name)) return Text(field.value, field.end);
  }
  return std::nullopt;
}

std::size_t RequestHead::Count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      fields_.begin(), fields_.end(), [&](const Field& field) { return Named(field, name); }));
}

bool RequestHead::Named(const Field& field, std::string_view name) const {
  return field.value - field.name == name.size() &&
         boost::beast::iequals(Text(field.name, field.value), name);
}

}  // namespace prow_coverage::server
