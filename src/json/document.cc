#include "prow_coverage/json/document.h"

#include <sstream>
#include <utility>

#include <simdjson.h>

namespace prow_coverage::json {

namespace dom = simdjson::dom;

struct Document::Parsed {
  dom::document storage;
  dom::element root;
};

struct Value::Position {
  dom::element element;
  std::string path;  // from the root, for messages
};

namespace {

std::string Join(const std::string& base, std::string_view path) {
  if (base.empty()) return std::string(path);
  if (path.empty()) return base;
  return base + "." + std::string(path);
}

Error Broken(const std::string& path, std::string_view what) {
  const std::string name = path.empty() ? "the document" : path;
  return {ErrorCode::kInvalidArgument, name + " " + std::string(what), {}};
}

bool Walk(dom::element& element, std::string_view path) {
  while (!path.empty()) {
    const auto dot = path.find('.');
    const auto key = path.substr(0, dot);
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    if (!element.is_object() || element.get_object().at_key(key).get(element)) return false;
  }
  return true;
}

// The one place that decides what "missing" and "is not" mean, for every type.
template <class T>
Result<T> Get(dom::element element, const std::string& base, std::string_view path,
              std::string_view what) {
  if (!Walk(element, path)) return Broken(Join(base, path), "is missing");
  T value;
  if (element.get(value)) return Broken(Join(base, path), what);
  return value;
}

template <class T>
std::optional<T> GetOptional(dom::element element, std::string_view path) {
  T value;
  if (!Walk(element, path) || element.get(value)) return std::nullopt;
  return value;
}

// A parser's working memory (four bytes for each byte of text) is kept for the thread's next text,
// so that an event costs no page faults; after a large text it is given back.
constexpr std::size_t kMaxReused = std::size_t{1} << 20;

simdjson::simdjson_result<dom::element> ParseInto(std::string_view text, dom::document& storage) {
  if (text.empty()) return simdjson::EMPTY;
  // Copies into a padded buffer of its own: a string_view promises nothing about what follows it.
  if (text.size() > kMaxReused) {
    dom::parser parser;
    return parser.parse_into_document(storage, text.data(), text.size());
  }
  thread_local dom::parser parser;
  return parser.parse_into_document(storage, text.data(), text.size());
}

}  // namespace

Value::Value(std::shared_ptr<const Position> position) : position_(std::move(position)) {}

std::shared_ptr<const Value::Position> Value::At(std::string_view path) const {
  dom::element element = position_->element;
  if (!Walk(element, path)) return nullptr;
  return std::make_shared<Position>(Position{element, Join(position_->path, path)});
}

Result<std::string_view> Value::String(std::string_view path) const {
  return Get<std::string_view>(position_->element, position_->path, path, "is not a string");
}

Result<std::int64_t> Value::Integer(std::string_view path) const {
  return Get<std::int64_t>(position_->element, position_->path, path,
                           "is not an integer of 64 bits");
}

Result<double> Value::Number(std::string_view path) const {
  return Get<double>(position_->element, position_->path, path, "is not a number");
}

Result<bool> Value::Bool(std::string_view path) const {
  return Get<bool>(position_->element, position_->path, path, "is not true or false");
}

Result<Value> Value::Object(std::string_view path) const {
  auto position = At(path);
  if (!position) return Broken(Join(position_->path, path), "is missing");
  if (!position->element.is_object()) return Broken(position->path, "is not an object");
  return Value(std::move(position));
}

std::optional<std::string_view> Value::OptionalString(std::string_view path) const {
  return GetOptional<std::string_view>(position_->element, path);
}

std::optional<std::int64_t> Value::OptionalInteger(std::string_view path) const {
  return GetOptional<std::int64_t>(position_->element, path);
}

std::optional<bool> Value::OptionalBool(std::string_view path) const {
  return GetOptional<bool>(position_->element, path);
}

std::optional<Value> Value::OptionalObject(std::string_view path) const {
  auto position = At(path);
  if (!position || !position->element.is_object()) return std::nullopt;
  return Value(std::move(position));
}

Result<void> Value::ForEach(std::string_view path,
                            const std::function<Result<void>(const Value&)>& visit) const {
  const auto position = At(path);
  if (!position) return Broken(Join(position_->path, path), "is missing");
  dom::array array;
  if (position->element.get(array)) return Broken(position->path, "is not an array");
  std::size_t index = 0;
  for (const dom::element element : array) {
    const Value value(std::make_shared<Position>(
        Position{element, position->path + "[" + std::to_string(index++) + "]"}));
    if (auto visited = visit(value); !visited) return visited;
  }
  return {};
}

Result<void> Value::ForEachMember(
    std::string_view path,
    const std::function<Result<void>(std::string_view, const Value&)>& visit) const {
  const auto position = At(path);
  if (!position) return Broken(Join(position_->path, path), "is missing");
  dom::object object;
  if (position->element.get(object)) return Broken(position->path, "is not an object");
  for (const auto field : object) {
    const Value value(
        std::make_shared<Position>(Position{field.value, Join(position->path, field.key)}));
    if (auto visited = visit(field.key, value); !visited) return visited;
  }
  return {};
}

bool Value::IsObject() const { return position_->element.is_object(); }
bool Value::IsArray() const { return position_->element.is_array(); }
bool Value::IsNull() const { return position_->element.is_null(); }

std::string Value::Text() const {
  std::ostringstream out;
  out << simdjson::minify(position_->element);
  return out.str();
}

Document::Document(std::unique_ptr<Parsed> parsed) : parsed_(std::move(parsed)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::Parse(std::string_view text) {
  auto parsed = std::make_unique<Parsed>();
  if (const auto error = ParseInto(text, parsed->storage).get(parsed->root)) {
    return Error{ErrorCode::kInvalidArgument,
                 std::string("not valid JSON: ") + simdjson::error_message(error),
                 {}};
  }
  return Document(std::move(parsed));
}

Value Document::root() const {
  return Value(std::make_shared<Value::Position>(Value::Position{parsed_->root, ""}));
}

}  // namespace prow_coverage::json
