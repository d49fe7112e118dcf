#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "prow_coverage/base/back_off.h"
#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/kube/credentials.h"
#include "prow_coverage/kube/kubeconfig.h"
#include "prow_coverage/metrics/metrics.h"

namespace prow_coverage::kube {

// A kind of object in a namespace: {"prow.k8s.io", "v1", "prowjobs", "kubevirt-prow-jobs"}. The
// core group is ""; a namespace "" means all of them (list, watch) or a cluster-wide kind.
struct Resource {
  std::string group;
  std::string version;
  std::string plural;
  std::string ns;

  bool operator==(const Resource&) const = default;
};

struct ListOptions {
  std::string label_selector;
  std::string field_selector;
  std::string resource_version;  // "" for the newest
  int limit = 500;               // objects a page
  bool single_page = false;      // List follows the pages otherwise
  std::string continue_token;    // of the page before, "" for the first
};

// A list, as JSON texts, and the resourceVersion to watch from.
struct ObjectList {
  std::vector<std::string> items;
  std::string resource_version;
  std::string continue_token;  // "" after the last page
};

struct WatchEvent {
  enum class Type { kAdded, kModified, kDeleted, kBookmark };

  Type type = Type::kAdded;
  std::string object;  // JSON text
};

struct WatchOptions {
  std::string label_selector;
  std::string field_selector;
  std::string resource_version;
  std::chrono::seconds timeout{300};  // asked of the server
  std::chrono::seconds max_silence{
      90};  // nothing at all for so long: the connection is taken for dead
};

// kApply is server-side apply as the field manager "prow-coverage"; it takes over fields that
// others own, as the Kubernetes documentation asks of controllers.
enum class PatchType { kMerge, kJson, kApply };

// A Kubernetes REST client; objects are JSON texts. Thread: one at a time, that of the
// http::Client. A call begins when its Task is awaited: what its arguments refer to must live until
// the Task has ended.
//
// Errors of every call, from the API server's `Status` object and not the code alone:
// kAlreadyExists / kConflict (409), kNotFound (404; the message tells a missing namespace and a
// missing CRD from a missing object), kPermissionDenied ("needs create on prowjobs.prow.k8s.io in
// namespace X"), kUnauthenticated (after the credential was read anew and refused again),
// kRejected (400, 415, 422, with the causes), kTooLarge (413, and 500 "request is too large"),
// kRateLimited (429, retry_after), kExpired (410), kUnavailable (5xx, transport; after the
// retries).
class Client {
 public:
  virtual ~Client() = default;

  virtual const std::string& server() const = 0;

  // Always asks for fieldValidation=Strict. Answers the object as stored.
  virtual Task<Result<std::string>> Create(const Resource& resource, const std::string& object,
                                           bool dry_run = false) = 0;
  virtual Task<Result<std::string>> Get(const Resource& resource, const std::string& name) = 0;
  // A continue token that expires between two pages makes it start over, once.
  virtual Task<Result<ObjectList>> List(const Resource& resource, const ListOptions& options) = 0;
  virtual Task<Result<std::string>> Replace(const Resource& resource, const std::string& name,
                                            const std::string& object) = 0;
  virtual Task<Result<std::string>> Patch(const Resource& resource, const std::string& name,
                                          PatchType type, const std::string& patch) = 0;
  // `uid` "" for whichever object has the name. Dependents go in the background.
  virtual Task<Result<void>> Delete(const Resource& resource, const std::string& name,
                                    const std::string& uid = "") = 0;

  // One watch request. `on_event` is called in order; its error ends the watch and is returned.
  // Ends without an error when the server ends the stream. Errors also: kExpired for an ERROR event
  // of code 410 inside a 200 stream: list again.
  virtual Task<Result<void>> Watch(const Resource& resource, const WatchOptions& options,
                                   std::function<Result<void>(const WatchEvent&)> on_event) = 0;

  // A raw GET below the server's root ("/version", "/api/v1/namespaces/x/pods/y/log?follow=true"),
  // piece by piece.
  virtual Task<Result<void>> Stream(const std::string& path_and_query,
                                    std::function<Result<void>(std::string_view)> on_data) = 0;
};

struct ClientOptions {
  int max_retries = 4;  // of transient faults; creating by name is safe to repeat (409)
  BackOff back_off{std::chrono::milliseconds(200), std::chrono::milliseconds(10000)};
  std::chrono::milliseconds request_timeout{30000};
  // Of Stream: a log that is followed says nothing for as long as a build is silent.
  std::chrono::milliseconds stream_silence{600000};
};

// All references must outlive the client; `credentials` is shared by the clients of all workers.
[[nodiscard]] std::unique_ptr<Client> MakeClient(const Cluster& cluster, ClientOptions options,
                                                 http::Client& http, Credentials& credentials,
                                                 Clock& clock, Logger& logger,
                                                 metrics::Metrics& metrics);

// Prints what would be created, answers as if it had been; reads go to `real` when there is one
// (nullptr: every read is kNotFound). `print` gets each object.
[[nodiscard]] std::unique_ptr<Client> MakeDryRunClient(
    Client* real, std::function<void(const Resource& resource, const std::string& object)> print);

}  // namespace prow_coverage::kube
