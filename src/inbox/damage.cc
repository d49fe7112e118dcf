#include "damage.h"

#include <algorithm>
#include <string>

#include "prow_coverage/base/utf8.h"

namespace prow_coverage::inbox {
namespace {

constexpr std::size_t kFindingBytes = 200;
constexpr std::chrono::seconds kLeastPause{5};

}  // namespace

void Damage::Suspect(const Error& cause) { suspicion_ = cause; }

Result<void> Damage::MayLook() const {
  if (suspicion_ && clock_.Monotonic() < next_look_) return *suspicion_;
  return {};
}

Result<void> Damage::Look(Connection& connection) {
  if (!suspicion_) return {};
  const MonotonicTime began = clock_.Monotonic();
  auto sound = Check(connection);
  const MonotonicTime ended = clock_.Monotonic();
  next_look_ = ended + std::max<MonotonicTime::duration>(kLeastPause, 10 * (ended - began));
  suspicion_.reset();
  if (!sound) suspicion_ = sound.error();
  return sound;
}

Result<void> Damage::Check(Connection& connection) const {
  Query check(connection, "PRAGMA quick_check(1)");
  auto row = check.Step();
  if (!row) return row.error();
  std::string finding = check.Text(0);
  if (finding == "ok") return {};
  std::replace(finding.begin(), finding.end(), '\n', ' ');
  Error damaged = connection.Fault(SQLITE_CORRUPT);
  damaged.message += " (" + std::string(ClipUtf8(finding, kFindingBytes)) + ")";
  return damaged;
}

}  // namespace prow_coverage::inbox
