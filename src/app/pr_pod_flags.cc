#include "duration.h"
#include "pr_pod.h"

namespace prow_coverage::app {
namespace {

using Command = PrPodOptions::Command;

template <class Duration>
CLI::Option* AddDuration(CLI::App& command, const std::string& name, Duration& target,
                         const std::string& meaning) {
  return command.add_option_function<std::string>(
      name,
      [&target, name](const std::string& text) {
        const auto duration = ParseDuration(text);
        if (!duration) throw CLI::ValidationError(name, duration.error().message);
        target = std::chrono::duration_cast<Duration>(*duration);
      },
      meaning);
}

void AddPlaceFlags(CLI::App& command, PrPodPlace& place) {
  command.add_option("--kubeconfig", place.kubeconfig,
                     "default: KUBECONFIG_DEV, KUBECONFIG_PRIMARY, KUBECONFIG, ~/.kube/config");
  command.add_option("--context", place.context, "default: the current one");
  command.add_option("--allow-context", place.allowed_contexts,
                     "a context that is a development cluster, whatever its name; repeatable");
  command.add_option("-n,--namespace", place.ns, "default: the context's");
  command.add_option("--name", place.name, "of the Job")->capture_default_str();
  command.add_option("--secret-name", place.secret_name, "of the Secret")->capture_default_str();
}

void AddTargetFlags(CLI::App& run, PrPodOptions& options) {
  auto* pull = run.add_option("--pr", options.target.pull,
                              "https://github.com/org/repo/pull/5 or org/repo#5");
  auto* repo = run.add_option("--repo", options.target.repo, "any repository's URL, with --ref");
  pull->excludes(repo);
  run.add_option("--ref", options.target.ref, "branch, pull/5/head, or a SHA");
  run.add_option("--base", options.target.base,
                 "branch to merge into; default: the pull request's");
}

void AddJobFlags(CLI::App& run, PrPodOptions& options) {
  pr_pod::Plan& plan = options.plan;
  run.add_flag("--unique", options.unique,
               "put a suffix behind the names, so that several people share a namespace");
  AddDuration(run, "--timeout", plan.timeout, "of the whole Job; default 1h");
  AddDuration(run, "--start-timeout", options.start_timeout,
              "a pod that has not begun by then is given up; default 10m");
  AddDuration(run, "--ttl", plan.ttl, "the cluster removes all so long after the end; default 1h");
  AddDuration(run, "--keep-alive", plan.keep_alive,
              "the pod waits for so long at its end, for exec and verify");
  run.add_flag("--host-network", plan.host_network, "when pods cannot reach the repository");
  run.add_option("--api-server", plan.api_server,
                 "host:port of the API server as the pod sees it; default: the service");
  run.add_flag("--rm", options.remove, "remove everything at the end, whatever it is");
}

void AddBuildFlags(CLI::App& run, pr_pod::BuildPlan& build) {
  run.add_flag("--build", build.enabled, "build the images that the change affects");
  run.add_flag("--rootless", build.rootless, "with a BuildKit that needs no privileged pod");
  run.add_option("--builder-image", build.image, "BuildKit's; default: buildx's own choice");
  run.add_option("--allow-entitlement", build.entitlements,
                 "what a build may ask for, e.g. network.host; none by default; repeatable");
  AddDuration(run, "--build-timeout", build.timeout, "of all builds; default 30m");
  run.add_option("--max-images", build.max_images, "more affected ones fail the phase")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
}

void AddWebhookFlags(CLI::App& run, PrPodOptions& options) {
  auto* simulate = run.add_flag("--simulate-webhook", options.simulate_webhook,
                                "the whole way of a webhook, through a daemon in this process, "
                                "instead of creating the Job directly");
  run.add_option("--payload", options.payload,
                 "a recorded webhook instead of the live pull request")
      ->needs(simulate);
  run.add_option("--config", options.config, "the daemon's job configuration; default: built in")
      ->needs(simulate);
  run.add_flag("--post-statuses", options.post_statuses,
               "set statuses at GitHub, not only show them")
      ->needs(simulate);
}

CLI::App* AddCommand(CLI::App& command, PrPodOptions& options, const char* name,
                     const char* meaning, Command which) {
  auto* subcommand = command.add_subcommand(name, meaning);
  subcommand->callback([&options, which] { options.command = which; });
  return subcommand;
}

}  // namespace

void AddPrPodFlags(CLI::App& command, PrPodOptions& options) {
  command.require_subcommand(1);
  command.fallthrough();
  AddPlaceFlags(command, options.place);
  command.add_flag("--dry-run", options.dry_run, "change nothing, print the objects");
  command
      .add_option("--image", options.plan.image,
                  "of the Job: has sh and git, and docker buildx for --build")
      ->capture_default_str();
  command.add_option("--env-file", options.env_file,
                     "has GITHUB_PAT, when the environment has not; default: web/.env, then .env");
  command.add_option("--github-endpoint", options.github_endpoint, "API that is asked about --pr")
      ->capture_default_str();

  auto* run = AddCommand(command, options, "run", "create the Job and follow it", Command::kRun);
  AddTargetFlags(*run, options);
  AddJobFlags(*run, options);
  AddBuildFlags(*run, options.plan.build);
  AddWebhookFlags(*run, options);

  AddCommand(command, options, "status", "the runs in the namespace", Command::kStatus);
  auto* logs = AddCommand(command, options, "logs", "a run's log", Command::kLogs);
  logs->add_flag("-f,--follow", options.follow, "until it ends; exit code: its verdict");
  AddCommand(command, options, "verify", "what was cloned, found and built", Command::kVerify);
  auto* exec = AddCommand(command, options, "exec", "a command in the pod: exec -- CMD ARG...",
                          Command::kExec);
  exec->add_option("CMD", options.arguments, "and its arguments")->required();
  auto* clean = AddCommand(command, options, "clean", "remove a run", Command::kClean);
  clean->add_flag("--all", options.all, "every run in the namespace");
  AddDuration(*clean, "--older-than", options.older_than, "with --all: only those so old");
  AddCommand(command, options, "doctor", "what is missing, and how to mend it", Command::kDoctor);
}

}  // namespace prow_coverage::app
