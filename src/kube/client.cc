#include "prow_coverage/kube/client.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "prow_coverage/base/trim.h"
#include "prow_coverage/json/document.h"

#include "resource_path.h"
#include "transport.h"
#include "watch_reader.h"

namespace prow_coverage::kube {
namespace {

constexpr std::string_view kFieldManager = "prow-coverage";
// At 500 objects a page that is a million objects.
constexpr int kMaxPages = 2000;

struct PatchKind {
  PatchType type;
  const char* content_type;
};

constexpr PatchKind kPatchKinds[] = {
    {PatchType::kMerge, "application/merge-patch+json"},
    {PatchType::kJson, "application/json-patch+json"},
    {PatchType::kApply, "application/apply-patch+yaml"},
};

std::string ContentType(PatchType type) {
  for (const PatchKind& kind : kPatchKinds) {
    if (kind.type == type) return kind.content_type;
  }
  return "";
}

// Strict, so that a field that the CRD does not know is an error instead of silently dropped.
std::string WriteQuery(bool dry_run, bool force = false) {
  return Query({{"fieldManager", std::string(kFieldManager)},
                {"fieldValidation", "Strict"},
                {"dryRun", dry_run ? "All" : ""},
                {"force", force ? "true" : ""}});
}

std::string ListQuery(const ListOptions& options) {
  // The API server refuses a resourceVersion next to a continue token.
  const bool first = options.continue_token.empty();
  return Query({{"labelSelector", options.label_selector},
                {"fieldSelector", options.field_selector},
                {"resourceVersion", first ? options.resource_version : std::string()},
                {"limit", std::to_string(options.limit)},
                {"continue", options.continue_token}});
}

std::string WatchQuery(const WatchOptions& options) {
  return Query({{"watch", "true"},
                {"allowWatchBookmarks", "true"},
                {"labelSelector", options.label_selector},
                {"fieldSelector", options.field_selector},
                {"resourceVersion", options.resource_version},
                {"timeoutSeconds", std::to_string(options.timeout.count())}});
}

std::string DeleteBody(const std::string& uid) {
  nlohmann::ordered_json body = {
      {"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", "Background"}};
  if (!uid.empty()) body["preconditions"] = {{"uid", uid}};
  return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Error NoAnswerOfKubernetes(const Call& call, const std::string& server, std::string_view what) {
  return {ErrorCode::kInvalidArgument,
          call.verb + " " + call.target + ": the answer is not what Kubernetes documents (" +
              std::string(what) + "): is " + server + " an API server?",
          {}};
}

Result<ObjectList> ParsePage(std::string_view body) {
  const auto document = json::Document::Parse(body);
  if (!document) return document.error();
  const json::Value root = document->root();
  ObjectList page;
  const auto version = root.String("metadata.resourceVersion");
  if (!version) return version.error();
  page.resource_version = *version;
  page.continue_token = root.OptionalString("metadata.continue").value_or("");
  const auto add = [&](const json::Value& item) -> Result<void> {
    page.items.push_back(item.Text());
    return {};
  };
  if (auto read = root.ForEach("items", add); !read) return read.error();
  return page;
}

ApiRequest Ask(std::string verb, const Resource& resource, std::string path) {
  ApiRequest request;
  request.call = {std::move(verb), Describe(resource)};
  request.path = std::move(path);
  return request;
}

class RestClient final : public Client {
 public:
  RestClient(const Cluster& cluster, ClientOptions options, http::Client& http,
             Credentials& credentials, Clock& clock, Logger& logger, metrics::Metrics& metrics)
      : stream_silence_(options.stream_silence),
        transport_(cluster, options, http, credentials, clock, logger, metrics) {}

  const std::string& server() const override { return transport_.server(); }

  Task<Result<std::string>> Create(const Resource& resource, const std::string& object,
                                   bool dry_run) override {
    ApiRequest request = Ask("create", resource, CollectionPath(resource) + WriteQuery(dry_run));
    request.method = "POST";
    request.body = object;
    return ForObject(std::move(request));
  }

  Task<Result<std::string>> Get(const Resource& resource, const std::string& name) override {
    return OnObject(resource, name, Ask("get", resource, ""));
  }

  Task<Result<std::string>> Replace(const Resource& resource, const std::string& name,
                                    const std::string& object) override {
    ApiRequest request = Ask("update", resource, WriteQuery(false));
    request.method = "PUT";
    request.body = object;
    return OnObject(resource, name, std::move(request));
  }

  Task<Result<std::string>> Patch(const Resource& resource, const std::string& name, PatchType type,
                                  const std::string& patch) override {
    const bool force = type == PatchType::kApply;
    ApiRequest request = Ask("patch", resource, WriteQuery(false, force));
    request.method = "PATCH";
    request.body = patch;
    request.content_type = ContentType(type);
    return OnObject(resource, name, std::move(request));
  }

  Task<Result<void>> Delete(const Resource& resource, const std::string& name,
                            const std::string& uid) override {
    ApiRequest request = Ask("delete", resource, "");
    request.method = "DELETE";
    request.body = DeleteBody(uid);
    const Result<std::string> deleted = co_await OnObject(resource, name, std::move(request));
    if (!deleted) co_return deleted.error();
    co_return Result<void>();
  }

  Task<Result<ObjectList>> List(const Resource& resource, const ListOptions& options) override {
    ListOptions page_options = options;
    ObjectList list;
    bool restarted = false;
    for (int pages = 0; pages < kMaxPages; ++pages) {
      Result<ObjectList> page = co_await ListPage(resource, page_options);
      if (!page) {
        // The snapshot behind the continue token is gone; a new list is another snapshot.
        const bool expired = page.error().code == ErrorCode::kExpired && pages > 0;
        if (!expired || restarted) co_return page.error();
        restarted = true;
        list = {};
        page_options.continue_token = options.continue_token;
        continue;
      }
      std::move(page->items.begin(), page->items.end(), std::back_inserter(list.items));
      list.resource_version = page->resource_version;
      list.continue_token = page->continue_token;
      if (options.single_page || list.continue_token.empty()) co_return list;
      page_options.continue_token = list.continue_token;
    }
    co_return Error{ErrorCode::kTooLarge, "list " + Describe(resource) + ": too many pages", {}};
  }

  Task<Result<void>> Watch(const Resource& resource, const WatchOptions& options,
                           std::function<Result<void>(const WatchEvent&)> on_event) override {
    ApiRequest request = Ask("watch", resource, CollectionPath(resource) + WatchQuery(options));
    WatchReader reader(request.call, std::move(on_event));
    Transport::OnData on_data = [&reader](std::string_view data) { return reader.Feed(data); };
    const Result<void> ended =
        co_await transport_.Stream(std::move(request), options.max_silence, on_data);
    if (!ended) co_return ended;
    co_return reader.Finish();
  }

  Task<Result<void>> Stream(const std::string& path_and_query,
                            std::function<Result<void>(std::string_view)> on_data) override {
    ApiRequest request;
    request.call = {"get", path_and_query.substr(0, path_and_query.find('?'))};
    request.path = path_and_query;
    return transport_.Stream(std::move(request), stream_silence_, std::move(on_data));
  }

 private:
  Task<Result<ObjectList>> ListPage(const Resource& resource, const ListOptions& options) {
    ApiRequest request = Ask("list", resource, CollectionPath(resource) + ListQuery(options));
    const Call call = request.call;
    const Result<std::string> body = co_await transport_.Send(std::move(request));
    if (!body) co_return body.error();
    Result<ObjectList> page = ParsePage(*body);
    if (!page) co_return NoAnswerOfKubernetes(call, server(), page.error().message);
    co_return page;
  }

  // `request.path` is the query that comes behind the object's path.
  Task<Result<std::string>> OnObject(const Resource& resource, const std::string& name,
                                     ApiRequest request) {
    const auto path = ObjectPath(resource, name);
    if (!path) return Answer(path.error());
    request.path = *path + request.path;
    return ForObject(std::move(request));
  }

  static Task<Result<std::string>> Answer(Error error) { co_return error; }

  // Sends and expects an object, or a Status, back.
  Task<Result<std::string>> ForObject(ApiRequest request) {
    const Call call = request.call;
    Result<std::string> body = co_await transport_.Send(std::move(request));
    if (body && !Trim(*body).starts_with('{')) {
      co_return NoAnswerOfKubernetes(call, server(), "no JSON object");
    }
    co_return body;
  }

  const std::chrono::milliseconds stream_silence_;
  Transport transport_;
};

}  // namespace

std::unique_ptr<Client> MakeClient(const Cluster& cluster, ClientOptions options,
                                   http::Client& http, Credentials& credentials, Clock& clock,
                                   Logger& logger, metrics::Metrics& metrics) {
  return std::make_unique<RestClient>(cluster, options, http, credentials, clock, logger, metrics);
}

}  // namespace prow_coverage::kube
