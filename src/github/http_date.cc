#include "http_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace prow_coverage::github {
namespace {

namespace chrono = std::chrono;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::vector<std::string_view> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> words;
  while (words.size() < 8) {
    const auto begin = text.find_first_not_of(separators);
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const auto word = text.substr(0, text.find_first_of(separators));
    words.push_back(word);
    text.remove_prefix(word.size());
  }
  return words;
}

// -1 for anything but one to four digits.
int Number(std::string_view digits) {
  const bool all_digits =
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits.empty() || digits.size() > 4 || !all_digits) return -1;
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

int Month(std::string_view name) {
  const auto* found = std::find(kMonths.begin(), kMonths.end(), name);
  return found == kMonths.end() ? -1 : static_cast<int>(found - kMonths.begin()) + 1;
}

// A two-digit year belongs to RFC 850's form; no server means a year before the epoch.
int Year(std::string_view text) {
  const int year = Number(text);
  if (text.size() == 2 && year >= 0) return year < 70 ? 2000 + year : 1900 + year;
  return text.size() == 4 ? year : -1;
}

std::optional<chrono::sys_seconds> Instant(int year, int month, int day, std::string_view time) {
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const chrono::year_month_day date{chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day))};
  const auto parts = Split(time, ":");
  if (!date.ok() || time.size() != 8 || parts.size() != 3) return std::nullopt;
  const int hour = Number(parts[0]);
  const int minute = Number(parts[1]);
  const int second = Number(parts[2]);
  const bool valid = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 &&
                     second <= 60;  // 60: a leap second
  if (!valid) return std::nullopt;
  return chrono::sys_days(date) + chrono::hours(hour) + chrono::minutes(minute) +
         chrono::seconds(second);
}

}  // namespace

std::optional<chrono::sys_seconds> ParseHttpDate(std::string_view text) {
  if (text.size() > 64) return std::nullopt;
  const auto words = Split(text, " ,-");
  // Sun, 06 Nov 1994 08:49:37 GMT  and  Sunday, 06-Nov-94 08:49:37 GMT
  if (words.size() == 6 && words[5] == "GMT") {
    return Instant(Year(words[3]), Month(words[2]), Number(words[1]), words[4]);
  }
  // Sun Nov  6 08:49:37 1994
  if (words.size() == 5) {
    return Instant(Year(words[4]), Month(words[1]), Number(words[2]), words[3]);
  }
  return std::nullopt;
}

std::optional<chrono::sys_seconds> ParseRfc3339(std::string_view text) {
  const bool shaped =
      text.size() == 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[19] == 'Z';
  if (!shaped) return std::nullopt;
  return Instant(Number(text.substr(0, 4)), Number(text.substr(5, 2)), Number(text.substr(8, 2)),
                 text.substr(11, 8));
}

}  // namespace prow_coverage::github
