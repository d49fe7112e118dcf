#include "kube.h"

#include <charconv>
#include <utility>

#include "kube_status.h"

namespace prow_coverage::sandbox {

using server::Reply;

namespace {

constexpr std::string_view kCollection = "/apis/{group}/{version}/namespaces/{ns}/{plural}";
constexpr std::string_view kEverywhere = "/apis/{group}/{version}/{plural}";
constexpr std::string_view kObjectPath = "/apis/{group}/{version}/namespaces/{ns}/{plural}/{name}";

Reply NoSuchResource() {
  return KubeFailureReply(404, "NotFound", "the server could not find the requested resource",
                          Json::object());
}

Reply PlainOk(Call&) {
  Reply reply;
  reply.body = "ok";
  return reply;
}

Reply Version(Call&) {
  return JsonReply(
      200,
      Json{
          {"major", "1"}, {"minor", "34"}, {"gitVersion", "v1.34.4"}, {"platform", "linux/amd64"}});
}

std::string_view ReasonOf(int status) {
  switch (status) {
    case 400:
      return "BadRequest";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 409:
      return "Conflict";
    case 410:
      return "Expired";
    case 413:
      return "RequestEntityTooLarge";
    case 422:
      return "Invalid";
    case 429:
      return "TooManyRequests";
    case 503:
      return "ServiceUnavailable";
    case 504:
      return "Timeout";
    default:
      return "InternalError";
  }
}

// "metadata.name=x" and "metadata.namespace=y", joined by commas.
std::optional<std::string> ReadFieldSelector(std::string_view selector, ObjectFilter& filter) {
  while (!selector.empty()) {
    const auto term = selector.substr(0, selector.find(','));
    selector = term.size() < selector.size() ? selector.substr(term.size() + 1) : "";
    const auto equals = term.find('=');
    const auto key = term.substr(0, equals);
    const std::string value(equals == std::string_view::npos ? "" : term.substr(equals + 1));
    if (key == "metadata.name") {
      filter.name = value;
    } else if (key == "metadata.namespace") {
      filter.ns = value;
    } else {
      return "field label not supported: " + std::string(key);
    }
  }
  return std::nullopt;
}

struct Continue {
  std::uint64_t revision = 0;
  std::pair<std::string, std::string> after;  // namespace, name
};

std::string Write(const Continue& token) {
  return std::to_string(token.revision) + "/" + token.after.first + "/" + token.after.second;
}

std::optional<Continue> ReadContinue(const std::string& text) {
  Continue token;
  if (text.empty()) return token;
  const auto first = text.find('/');
  const auto second = text.find('/', first + 1);
  if (first == std::string::npos || second == std::string::npos) return std::nullopt;
  std::from_chars(text.data(), text.data() + first, token.revision);
  token.after = {text.substr(first + 1, second - first - 1), text.substr(second + 1)};
  return token;
}

}  // namespace

Kube::Kube(const Clock& clock, Journal& journal, std::vector<std::string> namespaces,
           std::vector<KubeUser> users)
    : clock_(clock),
      journal_(journal),
      access_(std::move(users)),
      router_(
          {{"GET", "/version", Sync(Version)},
           {"GET", "/readyz", Sync(PlainOk)},
           {"GET", "/livez", Sync(PlainOk)},
           {"GET", "/healthz", Sync(PlainOk)},
           {"GET", "/api/v1/namespaces/{ns}", Sync([this](Call& c) { return GetNamespace(c); })},
           {"GET", kCollection, InResource("list", &Kube::List)},
           {"GET", kEverywhere, InResource("list", &Kube::List)},
           {"POST", kCollection, InResource("create", &Kube::Create)},
           {"GET", kObjectPath, InResource("get", &Kube::Get)},
           {"PUT", kObjectPath, InResource("update", &Kube::Replace)},
           {"PATCH", kObjectPath, InResource("patch", &Kube::Patch)},
           {"DELETE", kObjectPath, InResource("delete", &Kube::Delete)}}) {
  SetNamespaces(std::move(namespaces));
  store_.set_on_change([this] { hub_.WakeAll(); });
}

void Kube::SetNamespaces(std::vector<std::string> namespaces) {
  namespaces_.clear();
  namespaces_.insert(namespaces.begin(), namespaces.end());
}

Task<Reply> Kube::Answer(Call& call) {
  const Handler* handler = router_.Find(call);
  if (handler == nullptr) co_return NoSuchResource();
  co_return co_await (*handler)(call);
}

Reply Kube::Failure(int status, const std::string& message) {
  return KubeFailureReply(status, std::string(ReasonOf(status)), message);
}

Handler Kube::InResource(std::string_view verb, TargetHandler handle) {
  return Sync([this, verb, handle](Call& call) {
    const Target target{
        FindResource(call.Place("group"), call.Place("version"), call.Place("plural")),
        call.Place("ns"), call.Place("name")};
    if (target.type == nullptr) return NoSuchResource();
    const bool watch = verb == "list" && call.Query("watch") == "true";
    if (auto refusal =
            access_.Refuse(call, *target.type, watch ? "watch" : verb, target.ns, target.name)) {
      return *refusal;
    }
    return (this->*handle)(call, target);
  });
}

Reply Kube::GetNamespace(const Call& call) {
  const std::string& name = call.Place("ns");
  if (!namespaces_.contains(name)) {
    return KubeFailureReply(404, "NotFound", "namespaces \"" + name + "\" not found",
                            Json{{"name", name}, {"kind", "namespaces"}});
  }
  return JsonReply(200, Json{{"kind", "Namespace"},
                             {"apiVersion", "v1"},
                             {"metadata", {{"name", name}}},
                             {"status", {{"phase", "Active"}}}});
}

Reply Kube::Get(const Call&, const Target& target) {
  const auto object = store_.Find(*target.type, target.ns, target.name);
  return object ? JsonReply(200, object->text) : NotFoundReply(*target.type, target.name);
}

Reply Kube::List(const Call& call, const Target& target) {
  const auto labels = LabelSelector::Parse(call.Query("labelSelector"));
  if (!labels) return Failure(400, "unable to parse requirement: only equality is understood");
  ObjectFilter filter{target.type, target.ns, *labels, ""};
  if (const auto wrong = ReadFieldSelector(call.Query("fieldSelector"), filter)) {
    return Failure(400, *wrong);
  }
  if (call.Query("watch") == "true") return Watch(call, filter);

  const auto from = ReadContinue(call.Query("continue"));
  if (!from) return Failure(400, "continue key is not valid");
  if (from->revision != 0 && from->revision < store_.oldest()) {
    return Failure(410,
                   "The provided continue parameter is too old to display a consistent list "
                   "result. You can start a new list without the continue parameter.");
  }
  const auto limit = static_cast<std::size_t>(call.QueryNumber("limit", 0));
  std::string items;
  std::size_t count = 0;
  KubeObjectPointer last;
  Continue next;
  store_.ForEach(*target.type, filter.ns, from->after, [&](const KubeObjectPointer& object) {
    if (!filter.Matches(*object)) return true;
    if (limit > 0 && count == limit) {
      next = {store_.revision(), {last->ns, last->name}};
      return false;
    }
    if (count++ > 0) items += ',';
    items += object->text;
    last = object;
    return true;
  });
  Json metadata{{"resourceVersion", std::to_string(store_.revision())}};
  if (next.revision != 0) metadata["continue"] = Write(next);
  return JsonReply(200, "{\"apiVersion\":\"" + target.type->ApiVersion() + "\",\"kind\":\"" +
                            std::string(target.type->kind) + "List\",\"metadata\":" +
                            Dump(metadata) + ",\"items\":[" + items + "]}");
}

Reply Kube::Watch(const Call& call, const ObjectFilter& filter) {
  WatchRequest request{filter};
  const auto revision = call.QueryNumber("resourceVersion", 0);
  if (revision < 0) return Failure(400, "invalid resource version");
  request.revision = static_cast<std::uint64_t>(revision);
  request.bookmarks = call.Query("allowWatchBookmarks") == "true";
  request.timeout = std::chrono::seconds(call.QueryNumber("timeoutSeconds", 1800));
  return WatchReply(std::move(request), store_, hub_);
}

}  // namespace prow_coverage::sandbox
