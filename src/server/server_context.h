#pragma once

#include <functional>
#include <memory>

#include "body_budget.h"
#include "connection_set.h"
#include "date_field.h"
#include "router.h"

namespace prow_coverage::server {

// What all connections of one server share; lives as long as the last of their coroutines.
struct ServerContext {
  Executor executor;
  Options options;
  Router router;
  DateField date;
  Logger& logger;
  std::function<void(int status)> on_reply;
  std::shared_ptr<ConnectionSet> connections;
  BodyBudget body_budget;
  bool draining = false;

  // True while a connection may wait for another request.
  bool keeps_alive() const { return !draining && !connections->crowded(); }
};

}  // namespace prow_coverage::server
