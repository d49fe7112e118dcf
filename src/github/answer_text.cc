#include "answer_text.h"

#include "prow_coverage/json/document.h"

namespace prow_coverage::github {
namespace {

constexpr std::size_t kLongestText = 300;

// Cut between characters, control characters made visible as spaces.
std::string OneLine(std::string text) {
  if (text.size() > kLongestText) {
    auto end = kLongestText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    text += "...";
  }
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  }
  return text;
}

// One of `errors`: a text, or an object with its own message or with the field at fault.
std::string Detail(const json::Value& error) {
  if (const auto text = error.OptionalString("")) return std::string(*text);
  if (const auto message = error.OptionalString("message")) return std::string(*message);
  return std::string(error.OptionalString("field").value_or("")) + " " +
         std::string(error.OptionalString("code").value_or(""));
}

}  // namespace

std::string AnswerText(std::string_view body) {
  const auto document = json::Document::Parse(body);
  if (!document) return "";
  const auto root = document->root();
  std::string text(root.OptionalString("message").value_or(""));
  // No array of errors is as good as an empty one.
  (void)root.ForEach("errors", [&](const json::Value& error) -> Result<void> {
    if (text.size() < kLongestText) text += "; " + Detail(error);
    return {};
  });
  return OneLine(std::move(text));
}

}  // namespace prow_coverage::github
