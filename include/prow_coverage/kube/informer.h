#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "prow_coverage/base/back_off.h"
#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/kube/client.h"

namespace prow_coverage::kube {

struct ObjectId {
  std::string ns;  // "" for a cluster-wide kind
  std::string name;
  std::string uid;

  bool operator==(const ObjectId&) const = default;
};

// What the consumer is told, in order, on the thread of Run. A callback must not block.
struct InformerCallbacks {
  // A new object or a new state of one, as JSON text. The states between two that are told may be
  // left out (while disconnected), the newest never.
  std::function<void(const std::string& object)> upsert;
  // The object is gone, or no longer matches the selectors. `last` is its last state, "" when it
  // went while the connection was down.
  std::function<void(const ObjectId& id, const std::string& last)> deleted;
  // A list is complete: everything that exists has been told. After the first list and after
  // each further one.
  std::function<void()> synced;
};

struct InformerOptions {
  std::string label_selector;
  std::string field_selector;
  int page_size = 250;
  std::chrono::seconds watch_timeout{300};
  // The API server sends a bookmark a minute, so that silence for longer means a dead connection.
  std::chrono::seconds max_silence{90};
  BackOff back_off{std::chrono::milliseconds(1000), std::chrono::milliseconds(30000)};
};

// Follows all objects of one kind that match: lists them, then watches from the list's
// resourceVersion on, and again from the last event or bookmark when a watch ends. When that place
// is too old (410), or two watches in a row fail without telling anything new, it lists again and
// tells just the difference, deletions included. So no state that lasts is missed, and none is told
// twice.
//
// It keeps no objects, only name, uid and resourceVersion of each: about 300 bytes; a list is read
// page by page. client-go's informer keeps them whole, some 5 KB for each ProwJob.
//
// Thread: one at a time, that of the client.
class Informer {
 public:
  virtual ~Informer() = default;

  // Ends when its coroutine is cancelled (terminally) or the client answers kCancelled; every other
  // fault is logged and tried again after a back-off, for as long as it takes. May be called again
  // after it has ended, not twice at once.
  virtual Task<void> Run() = 0;

  // Objects that exist as far as it knows.
  [[nodiscard]] virtual std::size_t size() const = 0;
};

// `client`, `clock` and `logger` must outlive it.
[[nodiscard]] std::unique_ptr<Informer> MakeInformer(Client& client, Resource resource,
                                                     InformerOptions options,
                                                     InformerCallbacks callbacks, Clock& clock,
                                                     Logger& logger);

}  // namespace prow_coverage::kube
