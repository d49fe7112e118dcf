// prow-coverage-sandbox: a fake GitHub, Kubernetes API and artifact store on loopback.
#include <csignal>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <unistd.h>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/sandbox/sandbox.h"

namespace {

using prow_coverage::sandbox::Options;
using prow_coverage::sandbox::Sandbox;

struct Flags {
  Options options;
  std::filesystem::path port_file;
  std::filesystem::path kubeconfig_file;
};

void Declare(CLI::App& app, Flags& flags) {
  app.footer("Example: prow-coverage-sandbox --github-port 8081 --kube-port 8082");
  app.add_option("--address", flags.options.address, "address to listen on")->capture_default_str();
  app.add_option("--github-port", flags.options.github_port, "port of the fake GitHub; 0: any");
  app.add_option("--kube-port", flags.options.kube_port, "port of the fake Kubernetes API; 0: any");
  app.add_option("--artifacts-port", flags.options.artifacts_port,
                 "port of the fake artifact store; 0: any");
  app.add_option("--deck-url", flags.options.deck_url, "what the links in ProwJobs begin with")
      ->capture_default_str();
  app.add_option("--namespace", flags.options.namespaces, "namespace that exists; repeatable")
      ->capture_default_str();
  app.add_option("--github-token", flags.options.github_tokens,
                 "token that GitHub accepts; repeatable; none: anybody may call");
  app.add_option("--github-rate-limit", flags.options.github_rate_limit, "GitHub calls an hour")
      ->capture_default_str();
  app.add_option("--port-file", flags.port_file, "file to write the ports to, as on stdout");
  app.add_option("--kubeconfig-file", flags.kubeconfig_file, "file to write a kubeconfig to");
}

std::string Url(const std::string& address, std::uint16_t port) {
  return "http://" + address + ":" + std::to_string(port);
}

std::string Ports(const Sandbox& sandbox, const std::string& address) {
  const std::pair<std::string, std::uint16_t> hosts[] = {{"github", sandbox.github_port()},
                                                         {"kube", sandbox.kube_port()},
                                                         {"artifacts", sandbox.artifacts_port()}};
  std::string ports;
  std::string urls;
  for (const auto& [name, port] : hosts) {
    ports += "\"" + name + "_port\":" + std::to_string(port) + ",";
    urls += (urls.empty() ? "\"" : ",\"") + name + "_url\":\"" + Url(address, port) + "\"";
  }
  return "{" + ports + urls + "}\n";
}

std::string Kubeconfig(const std::string& server, const std::string& ns) {
  return "apiVersion: v1\nkind: Config\ncurrent-context: sandbox\n"
         "clusters:\n- name: sandbox\n  cluster: {server: \"" +
         server +
         "\"}\n"
         "contexts:\n- name: sandbox\n"
         "  context: {cluster: sandbox, user: sandbox, namespace: \"" +
         ns +
         "\"}\n"
         "users:\n- name: sandbox\n  user: {}\n";
}

// Renamed into place, so that whoever waits for the file never reads half of it.
void Write(const std::filesystem::path& file, const std::string& content) {
  if (file.empty()) return;
  const std::filesystem::path fresh = file.string() + ".new";
  std::ofstream out(fresh, std::ios::trunc);
  out << content;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + fresh.string());
  std::filesystem::rename(fresh, file);
}

void Announce(const Sandbox& sandbox, const Flags& flags) {
  const std::string& address = flags.options.address;
  const std::string ns = flags.options.namespaces.empty() ? "default" : flags.options.namespaces[0];
  Write(flags.kubeconfig_file, Kubeconfig(Url(address, sandbox.kube_port()), ns));
  Write(flags.port_file, Ports(sandbox, address));
  std::cout << Ports(sandbox, address) << std::flush;
}

int Run(const Flags& flags) {
  const auto clock = prow_coverage::MakeSystemClock();
  const auto logger = prow_coverage::MakeJsonLogger(prow_coverage::LogLevel::kInfo, STDERR_FILENO);
  boost::asio::io_context context(1);
  auto sandbox =
      prow_coverage::sandbox::Start(context.get_executor(), flags.options, *clock, *logger);
  if (!sandbox) {
    std::cerr << "prow-coverage-sandbox: " << sandbox.error().message << "\n";
    return 1;
  }
  Announce(**sandbox, flags);
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code&, int) {
    boost::asio::co_spawn(context, (*sandbox)->Stop(), [&](std::exception_ptr) { context.stop(); });
  });
  context.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A fake GitHub, Kubernetes API and artifact store to try prow-coverage on.",
               "prow-coverage-sandbox");
  Flags flags;
  Declare(app, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    prow_coverage::http::GlobalInit();
    return Run(flags);
  } catch (const std::exception& error) {
    std::cerr << "prow-coverage-sandbox: " << error.what() << "\n";
    return 1;
  }
}
