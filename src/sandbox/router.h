#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "prow_coverage/base/task.h"
#include "prow_coverage/server/server.h"

#include "call.h"

namespace prow_coverage::sandbox {

using Handler = std::function<Task<server::Reply>(Call&)>;

// A handler that never waits.
template <class F>
Handler Sync(F answer) {
  return
      [answer = std::move(answer)](Call& call) -> Task<server::Reply> { co_return answer(call); };
}

// One row of a routing table. `pattern` is a path whose {name} matches one segment, and a last
// {name...} all that are left, joined by slashes.
struct Row {
  std::string_view method;
  std::string_view pattern;
  Handler handle;
};

class Router {
 public:
  explicit Router(std::vector<Row> rows);

  // The first row that fits, with call.places filled in; nullptr when none does.
  [[nodiscard]] const Handler* Find(Call& call) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> pattern;
    Handler handle;
  };

  [[nodiscard]] static bool Matches(const Route& route, Call& call);

  std::vector<Route> routes_;
};

}  // namespace prow_coverage::sandbox
