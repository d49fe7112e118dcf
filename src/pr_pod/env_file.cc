#include "prow_coverage/pr_pod/env_file.h"

#include <algorithm>
#include <utility>

namespace prow_coverage::pr_pod {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool IsKeyCharacter(char c, bool first) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return letter || (!first && ((c >= '0' && c <= '9') || c == '.' || c == '-'));
}

class EnvFileReader {
 public:
  EnvFileReader(std::string_view text, std::string_view source) : text_(text), source_(source) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  Result<std::map<std::string, std::string>> Read() {
    for (SkipEmptyLines(); at_ < text_.size(); SkipEmptyLines()) {
      if (auto read = ReadLine(); !read) return read.error();
    }
    return std::move(values_);
  }

 private:
  Error Broken(const std::string& what) const {
    return {ErrorCode::kInvalidArgument,
            std::string(source_) + ":" + std::to_string(line_) + ": " + what,
            {}};
  }

  [[nodiscard]] bool AtLineEnd() const { return at_ == text_.size() || text_[at_] == '\n'; }

  void SkipBlanks() {
    while (!AtLineEnd() && IsBlank(text_[at_])) ++at_;
  }

  void SkipComment() {
    if (!AtLineEnd() && text_[at_] == '#') at_ = std::min(text_.find('\n', at_), text_.size());
  }

  void SkipEmptyLines() {
    for (;;) {
      SkipBlanks();
      SkipComment();
      if (at_ == text_.size() || text_[at_] != '\n') return;
      ++at_;
      ++line_;
    }
  }

  Result<void> ReadLine() {
    std::string key = ReadKey();
    if (key == "export" && !AtLineEnd() && IsBlank(text_[at_])) {
      SkipBlanks();
      key = ReadKey();
    }
    SkipBlanks();
    if (key.empty() || AtLineEnd() || text_[at_] != '=') return Broken("expected KEY=value");
    ++at_;
    SkipBlanks();
    auto value = !AtLineEnd() && (text_[at_] == '"' || text_[at_] == '\'') ? ReadQuoted(text_[at_])
                                                                           : ReadPlain();
    if (!value) return value.error();
    values_[key] = std::move(*value);
    SkipBlanks();
    SkipComment();
    if (!AtLineEnd()) return Broken("something stands behind the value of " + key);
    return {};
  }

  std::string ReadKey() {
    const auto begin = at_;
    while (!AtLineEnd() && IsKeyCharacter(text_[at_], at_ == begin)) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  Result<std::string> ReadPlain() {
    const auto begin = at_;
    while (!AtLineEnd() && !(text_[at_] == '#' && IsBlank(text_[at_ - 1]))) ++at_;
    std::string_view value = text_.substr(begin, at_ - begin);
    while (!value.empty() && IsBlank(value.back())) value.remove_suffix(1);
    return std::string(value);
  }

  Result<std::string> ReadQuoted(char quote) {
    const Error open = Broken("the quote is not closed");
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == quote) {
        ++at_;
        return value;
      }
      if (c == '\n') ++line_;
      const bool escape = c == '\\' && quote == '"' && at_ + 1 < text_.size();
      value += escape ? Unescaped(text_[++at_], value) : c;
    }
    return open;
  }

  // What stands for a backslash and `c`; one that means nothing stays.
  static char Unescaped(char c, std::string& value) {
    if (c == 'n') return '\n';
    if (c == 't') return '\t';
    if (c != '"' && c != '\\' && c != '$') value += '\\';
    return c;
  }

  std::string_view text_;
  const std::string_view source_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::map<std::string, std::string> values_;
};

}  // namespace

Result<std::map<std::string, std::string>> ParseEnvFile(std::string_view text,
                                                        std::string_view source) {
  return EnvFileReader(text, source).Read();
}

}  // namespace prow_coverage::pr_pod
