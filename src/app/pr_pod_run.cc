#include "pr_pod_run.h"

#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

#include "prow_coverage/base/uuid.h"
#include "prow_coverage/pr_pod/follow.h"
#include "prow_coverage/pr_pod/objects.h"
#include "prow_coverage/pr_pod/remove.h"
#include "prow_coverage/pr_pod/start.h"
#include "prow_coverage/yaml/node.h"

#include "pr_pod_print.h"
#include "pr_pod_pull.h"
#include "pr_pod_session.h"
#include "pr_pod_token.h"
#include "pr_pod_webhook.h"

namespace prow_coverage::app {
namespace {

constexpr int kInterrupted = 130;  // as a shell reports SIGINT
constexpr std::size_t kSuffix = 6;

Result<pr_pod::Plan> MakePlan(const PrPodOptions& options, const std::string& ns,
                              const pr_pod::Token& token) {
  auto target = pr_pod::ParseTarget(options.target);
  if (!target) return target.error();
  const std::string run_id = RandomUuid();
  auto names = pr_pod::MakeNames(options.place.name, options.place.secret_name,
                                 options.unique ? run_id.substr(0, kSuffix) : "");
  if (!names) return names.error();
  if (target->number != 0) target = LookUpPull(*target, token.value, options.github_endpoint);
  if (!target) return target.error();
  pr_pod::Plan plan = options.plan;
  plan.target = std::move(*target);
  plan.names = std::move(*names);
  plan.ns = ns;
  plan.has_token = !token.value.empty();
  plan.run_id = run_id;
  return plan;
}

void PrintObject(const pr_pod::Object& object) {
  const std::string text = yaml::Emit(nlohmann::ordered_json::parse(object.json));
  std::printf("---\n%s", text.c_str());
}

int DryRun(const pr_pod::Plan& plan) {
  std::printf(
      "# What would be created; the Job is resumed when all is there, and owns the rest.\n");
  PrintObject(pr_pod::RenderJob(plan));
  for (const auto& object : pr_pod::RenderDependents(plan, "not-shown", "")) PrintObject(object);
  return 0;
}

// The flags that name this run for the other subcommands.
std::string PlaceFlags(const PrPodOptions& options, const pr_pod::Plan& plan) {
  std::string flags = " -n " + plan.ns;
  if (plan.names.job != pr_pod::kDefaultJobName) flags += " --name " + plan.names.job;
  if (!options.place.kubeconfig.empty()) flags += " --kubeconfig " + options.place.kubeconfig;
  if (!options.place.context.empty()) flags += " --context " + options.place.context;
  return flags;
}

void Announce(const DevCluster& dev, const pr_pod::Plan& plan, const pr_pod::Token& token) {
  PrPodSay("cluster " + dev.cluster.server + ", context " + dev.cluster.context + " (" +
           dev.source + "), namespace " + plan.ns);
  PrPodSay("running " + pr_pod::Describe(plan.target) +
           (plan.target.base_ref.empty() ? "" : ", to be merged into " + plan.target.base_ref));
  PrPodSay(plan.has_token ? "token from " + token.source
                          : "no token (GITHUB_PAT): public repositories only");
}

// Removes the run; what it says about the end stays the exit code unless removing fails.
int Remove(const DevCluster& dev, const pr_pod::Plan& plan, const pr_pod::JobState& job,
           int exit_code) {
  PrPodSession session(dev);
  const auto removed = session.Run(pr_pod::Remove(session.kube(), plan.ns, job));
  if (!removed) return kInterrupted;
  if (!*removed) return PrPodFail("removing: " + removed->error().message);
  PrPodSay("removed Job " + job.name + " and all that it owns");
  return exit_code;
}

int FollowToTheEnd(PrPodSession& session, const PrPodOptions& options, const pr_pod::Plan& plan,
                   const pr_pod::Token& token, const pr_pod::JobState& job) {
  pr_pod::FollowOptions follow;
  follow.ns = plan.ns;
  follow.job = job.name;
  follow.uid = job.uid;
  if (plan.build.enabled) follow.builder = plan.names.builder;
  follow.redacted = token.value;
  follow.start_patience = options.start_timeout;
  const auto verdict =
      session.Run(pr_pod::Follow(session.kube(), session.clock(), follow, PrPodSay));
  const std::string flags = PlaceFlags(options, plan);
  if (!verdict) {
    PrPodSay("stopped watching; the Job goes on unless --rm was said");
    PrPodSay("  go on:    prow-coverage pr-pod logs -f" + flags);
    PrPodSay("  clean up: prow-coverage pr-pod clean" + flags);
    return kInterrupted;
  }
  if (!*verdict) {
    return PrPodFail(verdict->error().message + "; look with `prow-coverage pr-pod status" + flags +
                     "`");
  }
  return PrintVerdict(**verdict);
}

}  // namespace

int PrPodRun(const PrPodOptions& options) {
  if (options.simulate_webhook) return PrPodSimulateWebhook(options);
  const auto token = PrPodToken(options);
  if (!token) return PrPodFail(token.error().message);
  auto dev = OpenDevCluster(options.place);
  // Printing needs no cluster; one that is refused is refused all the same.
  if (!dev && !(options.dry_run && dev.error().code == ErrorCode::kNotFound)) {
    return PrPodFail(dev.error().message);
  }
  const std::string named = options.place.ns.empty() ? "default" : options.place.ns;
  const auto plan = MakePlan(options, dev ? dev->cluster.ns : named, *token);
  if (!plan) return PrPodFail(plan.error().message);
  if (options.dry_run) return DryRun(*plan);

  int code = 0;
  pr_pod::JobState job;
  {
    PrPodSession session(*dev);
    Announce(*dev, *plan, *token);
    const auto started =
        session.Run(pr_pod::Start(session.kube(), session.clock(), *plan, token->value));
    if (!started) {
      return PrPodFail("interrupted while creating; `prow-coverage pr-pod clean" +
                       PlaceFlags(options, *plan) + "` removes what is there");
    }
    if (!*started) return PrPodFail(started->error().message);
    job = **started;
    PrPodSay("Job " + job.name + " created");
    code = FollowToTheEnd(session, options, *plan, *token, job);
  }
  return options.remove ? Remove(*dev, *plan, job, code) : code;
}

}  // namespace prow_coverage::app
