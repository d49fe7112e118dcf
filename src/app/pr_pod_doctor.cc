#include <cstdio>
#include <string>
#include <utility>

#include "prow_coverage/json/document.h"
#include "prow_coverage/kube/process.h"
#include "prow_coverage/pr_pod/permissions.h"

#include "pr_pod_look.h"
#include "pr_pod_print.h"
#include "pr_pod_session.h"
#include "pr_pod_token.h"

namespace prow_coverage::app {
namespace {

// One line each: whether it is well, what was found, and what mends it.
class Findings {
 public:
  void Good(const std::string& what, const std::string& found) { Print("ok", what, found, ""); }
  void Note(const std::string& what, const std::string& found, const std::string& fix) {
    Print("note", what, found, fix);
  }
  void Bad(const std::string& what, const std::string& found, const std::string& fix) {
    Print("BAD", what, found, fix);
    bad_ = true;
  }
  [[nodiscard]] int exit_code() const { return bad_ ? 1 : 0; }

 private:
  static void Print(const char* state, const std::string& what, const std::string& found,
                    const std::string& fix) {
    std::printf("%-5s %-12s %s%s%s\n", state, what.c_str(), found.c_str(),
                fix.empty() ? "" : "; fix: ", fix.c_str());
  }

  bool bad_ = false;
};

// Whether the image is on a node, as the nodes tell (they list at most 50 of theirs).
Task<Result<bool>> IsOnANode(kube::Client& kube, std::string image) {
  const kube::Resource nodes{"", "v1", "nodes", ""};
  const kube::ListOptions all;
  Result<kube::ObjectList> list = co_await kube.List(nodes, all);
  if (!list) co_return list.error();
  for (const std::string& node : list->items) {
    // A node writes docker:24-git as docker.io/library/docker:24-git.
    if (node.find("/" + image + "\"") != std::string::npos) co_return true;
    if (node.find("\"" + image + "\"") != std::string::npos) co_return true;
  }
  co_return false;
}

Task<Result<std::string>> ServerVersion(kube::Client& kube) {
  std::string body;
  const std::string path = "/version";
  std::function<Result<void>(std::string_view)> take = [&body](std::string_view data) {
    body += data;
    return Result<void>();
  };
  Result<void> got = co_await kube.Stream(path, take);
  if (!got) co_return got.error();
  const auto document = json::Document::Parse(body);
  if (!document) co_return document.error();
  co_return std::string(document->root().OptionalString("gitVersion").value_or("unknown version"));
}

// False when nothing else need be asked.
bool CheckServer(PrPodSession& session, Findings& findings) {
  const auto version = session.Run(ServerVersion(session.kube()));
  const kube::Cluster& cluster = session.dev().cluster;
  if (!version) return false;
  if (!*version) {
    findings.Bad("cluster", version->error().message,
                 "is it up? is " + session.dev().kubeconfig + " the right kubeconfig?");
    return false;
  }
  findings.Good("cluster", **version + " at " + cluster.server + ", context " + cluster.context);
  return true;
}

void CheckPermissions(PrPodSession& session, Findings& findings) {
  const std::string& ns = session.dev().cluster.ns;
  std::string denied;
  for (const auto& permission : pr_pod::Permissions()) {
    const auto allowed = session.Run(pr_pod::IsAllowed(session.kube(), ns, permission));
    if (!allowed) return;
    if (!*allowed) return findings.Bad("permissions", allowed->error().message, "see above");
    if (**allowed) continue;
    const std::string what = pr_pod::Describe(permission);
    if (permission.optional) {
      findings.Note("permissions", "not allowed in " + ns + ": " + what,
                    "some words less, no exec");
    } else {
      denied += (denied.empty() ? "" : ", ") + what;
    }
  }
  if (denied.empty()) return findings.Good("permissions", "all, in namespace " + ns);
  findings.Bad("permissions", "not allowed in " + ns + ": " + denied,
               "ask for them, or choose another --namespace or --context");
}

void CheckNamespace(PrPodSession& session, Findings& findings) {
  const std::string& ns = session.dev().cluster.ns;
  const kube::Resource namespaces{"", "v1", "namespaces", ""};
  const auto found = session.Run(session.kube().Get(namespaces, ns));
  if (!found) return;
  if (!*found && found->error().code == ErrorCode::kNotFound) {
    return findings.Bad("namespace", ns + " does not exist", "kubectl create namespace " + ns);
  }
  if (!*found) return findings.Note("namespace", found->error().message, "it may be there");
  if ((*found)->find("\"phase\":\"Terminating\"") != std::string::npos) {
    return findings.Bad("namespace", ns + " is terminating", "wait, or choose another --namespace");
  }
  findings.Good("namespace", ns);
}

void CheckImage(PrPodSession& session, const std::string& image, Findings& findings) {
  const auto present = session.Run(IsOnANode(session.kube(), image));
  if (!present) return;
  if (!*present) return findings.Note("image", present->error().message, "it may be there");
  if (**present) return findings.Good("image", image + " is on a node");
  findings.Note("image", image + " is on no node and has to be pulled",
                "without a registry: kind load docker-image " + image);
}

// Classic tokens tell their scopes in a header; fine-grained ones have none.
void CheckToken(PrPodSession& session, const PrPodOptions& options, Findings& findings) {
  const auto token = PrPodToken(options);
  if (!token) return findings.Bad("token", token.error().message, "make a new one");
  if (token->value.empty()) {
    return findings.Note("token", "none: public repositories only", "set GITHUB_PAT or --env-file");
  }
  http::Request request;
  request.url = options.github_endpoint + "/user";
  request.headers = {{"Authorization", "Bearer " + token->value},
                     {"User-Agent", "prow-coverage"},
                     {"Accept", "application/vnd.github+json"}};
  const auto answer = session.Run(session.http().Send(std::move(request)));
  if (!answer) return;
  if (!*answer) return findings.Note("token", (*answer).error().message, "is GitHub reachable?");
  if ((*answer)->status == 401) {
    return findings.Bad("token", token->source + ": GitHub refuses it (401)", "make a new one");
  }
  if ((*answer)->status != 200) {
    return findings.Note("token", "GitHub answers " + std::to_string((*answer)->status),
                         "try later");
  }
  const auto scopes = (*answer)->header("x-oauth-scopes");
  findings.Good("token", token->source + ", scopes: " +
                             std::string(scopes.value_or("fine-grained, it does not tell")));
}

void CheckTool(const char* name, const kube::ProcessRequest& request, const char* needed_for,
               Findings& findings) {
  const auto outcome = kube::RunProcess(request);
  if (outcome && outcome->exit_code == 0) {
    return findings.Good(name, outcome->output.substr(0, outcome->output.find('\n')));
  }
  findings.Note(name, "not on this machine", std::string("needed here only for ") + needed_for);
}

}  // namespace

int PrPodDoctor(const PrPodOptions& options) {
  Findings findings;
  auto dev = OpenDevCluster(options.place);
  if (!dev) {
    findings.Bad("kubeconfig", dev.error().message, "choose another with --kubeconfig, --context");
    return findings.exit_code();
  }
  findings.Good("kubeconfig", dev->kubeconfig + " (" + dev->source + ")");
  PrPodSession session(std::move(*dev));
  if (CheckServer(session, findings)) {
    CheckNamespace(session, findings);
    CheckPermissions(session, findings);
    CheckImage(session, options.plan.image, findings);
  }
  CheckToken(session, options, findings);
  CheckTool("kubectl", {"kubectl", {"version", "--client"}, {}}, "exec and verify of a live pod",
            findings);
  CheckTool("buildx", {"docker", {"buildx", "version"}, {}}, "builds by hand", findings);
  CheckTool("helm", {"helm", {"version", "--short"}, {}}, "charts by hand", findings);
  return findings.exit_code();
}

}  // namespace prow_coverage::app
