#include "prow_coverage/inbox/delivery.h"

#include <utility>

namespace prow_coverage::inbox {
namespace {

constexpr std::pair<State, std::string_view> kStates[] = {
    {State::kReceived, "received"}, {State::kDecided, "decided"}, {State::kCreated, "created"},
    {State::kDone, "done"},         {State::kDead, "dead"},
};

}  // namespace

std::string_view ToString(State state) { return kStates[static_cast<int>(state)].second; }

Result<State> ParseState(std::string_view name) {
  std::string known;
  for (const auto& [state, text] : kStates) {
    if (name == text) return state;
    known += (known.empty() ? "" : ", ") + std::string(text);
  }
  return Error{ErrorCode::kInvalidArgument,
               "there is no state \"" + std::string(name) + "\"; the states are " + known,
               {}};
}

}  // namespace prow_coverage::inbox
