#include "command_line.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <regex>
#include <utility>

#include "prow_coverage/base/nearest.h"

namespace prow_coverage::app {
namespace {

constexpr const char* kVersion = "prow-coverage " PROW_COVERAGE_VERSION;

// One verb: its options, its flags, and what parsing it yields.
struct Verb {
  const char* name;
  const char* meaning;
  const char* example;
  std::function<Action(CLI::App&, std::vector<std::string>)> parse;
};

// A flag that is given twice counts as given last, as in Go's flag package: an overlay appends.
void LetTheLastWin(CLI::App& command) {
  for (CLI::Option* option : command.get_options({})) {
    if (option->get_multi_option_policy() == CLI::MultiOptionPolicy::Throw &&
        option->get_items_expected_max() == 1) {
      option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
  }
}

template <class Options>
auto Parsing(void (*add_flags)(CLI::App&, Options&)) {
  return [add_flags](CLI::App& command, std::vector<std::string> arguments) -> Action {
    Options options;
    add_flags(command, options);
    LetTheLastWin(command);
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    command.parse(std::move(arguments));
    return options;
  };
}

const std::vector<Verb>& Verbs() {
  static const std::vector<Verb> verbs = {
      {"serve", "the daemon (the default when the first argument is a flag)",
       "prow-coverage serve --hmac-secret-file=hmac --kubeconfig=$HOME/.kube/config --dry-run",
       Parsing<ServeOptions>(AddServeFlags)},
      {"render", "payload in, ProwJob out; no network",
       "prow-coverage render --event payload.json --changed-files robots/a.go,README.md",
       Parsing<RenderOptions>(AddRenderFlags)},
      {"replay", "sign payload files and send them as GitHub does",
       "prow-coverage replay --url http://127.0.0.1:9901/ --hmac-secret-file hmac payload.json",
       Parsing<ReplayOptions>(AddReplayFlags)},
      {"check-config", "validate the configuration; print it as merged for a repository",
       "prow-coverage check-config --config config.yaml --repo kubevirt/project-infra",
       Parsing<CheckConfigOptions>(AddCheckConfigFlags)},
      {"deliveries", "list, show, retry, export: why a pull request got, or did not get, a job",
       "prow-coverage deliveries show kubevirt/project-infra#4301",
       Parsing<DeliveriesOptions>(AddDeliveriesFlags)},
      {"pr-pod", "run a pull request's job on a development cluster, with no webhook",
       "prow-coverage pr-pod run --pr kubevirt/project-infra#4301 --context kind-kind",
       Parsing<PrPodOptions>(AddPrPodFlags)},
  };
  return verbs;
}

std::string Overview() {
  std::string text =
      "prow-coverage gives every pull request with Go changes a coverage answer in Prow.\n\n"
      "usage: prow-coverage VERB [flags]      prow-coverage VERB --help\n\n";
  for (const Verb& verb : Verbs()) {
    std::string name = verb.name;
    name.resize(14, ' ');
    text += "  " + name + verb.meaning + "\n";
  }
  return text + "\n  --version     print the version\n";
}

Message UsageError(const std::string& text) { return {"prow-coverage: " + text + "\n", 2}; }

// Go's flag package takes -flag for --flag; CLI11 would read a bundle of one-letter flags.
void DoubleSingleDashes(std::vector<std::string>& arguments) {
  for (std::string& argument : arguments) {
    if (argument == "--") return;
    if (argument.size() > 2 && argument[0] == '-' && argument[1] != '-' &&
        std::isalpha(static_cast<unsigned char>(argument[1])) != 0) {
      argument.insert(0, "-");
    }
  }
}

// Those of its subcommands included.
std::vector<std::string> FlagNames(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  for (const CLI::App* subcommand : command.get_subcommands({})) {
    const auto more = FlagNames(*subcommand);
    names.insert(names.end(), more.begin(), more.end());
  }
  return names;
}

// CLI11 says which arguments it did not expect; a flag among them is most likely misspelt.
Message Unexpected(const CLI::App& command, const std::vector<std::string>& arguments,
                   const CLI::ParseError& error) {
  const auto names = FlagNames(command);
  for (const std::string& argument : arguments) {
    const std::string flag = argument.substr(0, argument.find('='));
    if (!flag.starts_with("--") || std::find(names.begin(), names.end(), flag) != names.end()) {
      continue;
    }
    const auto nearest = Nearest(flag, names);
    return UsageError(command.get_name() + ": unknown flag " + flag +
                      (nearest.empty() ? "" : ", did you mean " + std::string(nearest) + "?") +
                      " (see prow-coverage " + command.get_name() + " --help)");
  }
  return UsageError(command.get_name() + ": " + error.what());
}

// CLI11's own words for a value are those of a C++ programmer.
struct Rewording {
  std::regex pattern;
  const char* replacement;
};

std::string Reworded(const std::string& text) {
  static const Rewording rewordings[] = {
      {std::regex(R"(Could not convert: (\S+) = (.*))"), "$1: \"$2\" is no number"},
      {std::regex(R"((\S+): Check (.*) value in \{(\w+)->\w+,(\w+)->\w+\}.*)"),
       "$1: \"$2\" is not one of $3 and $4"},
      {std::regex(R"((\S+): (.*) not in \{(.*)\})"), "$1: \"$2\" is not one of $3"},
      {std::regex(R"((\S+): Value (\S+) not in range (.*))"), "$1: \"$2\" is not in range $3"},
  };
  for (const Rewording& rewording : rewordings) {
    if (std::regex_match(text, rewording.pattern)) {
      return std::regex_replace(text, rewording.pattern, rewording.replacement);
    }
  }
  return text;
}

// The first argument where a subcommand is asked for, when it is none.
std::optional<Message> UnknownSubcommand(const CLI::App& command,
                                         const std::vector<std::string>& arguments) {
  std::vector<std::string> names;
  for (const CLI::App* subcommand : command.get_subcommands({})) {
    names.push_back(subcommand->get_name());
  }
  if (names.empty() || arguments.empty() || arguments[0].starts_with("-") ||
      std::find(names.begin(), names.end(), arguments[0]) != names.end()) {
    return std::nullopt;
  }
  const auto nearest = Nearest(arguments[0], names);
  return UsageError(command.get_name() + ": unknown subcommand \"" + arguments[0] + "\"" +
                    (nearest.empty() ? "" : ", did you mean " + std::string(nearest) + "?") +
                    " (see prow-coverage " + command.get_name() + " --help)");
}

Message Refusal(const Verb& verb, const CLI::App& command,
                const std::vector<std::string>& arguments, const CLI::ParseError& error) {
  if (auto unknown = UnknownSubcommand(command, arguments)) return std::move(*unknown);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    return Unexpected(command, arguments, error);
  }
  std::string text = std::string(verb.name) + ": " + Reworded(error.what());
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    text += ", as in: " + std::string(verb.example);
  }
  return UsageError(text);
}

Action ParseVerb(const Verb& verb, std::vector<std::string> arguments) {
  CLI::App command(verb.meaning, verb.name);
  command.footer(std::string("Example:\n  ") + verb.example);
  DoubleSingleDashes(arguments);
  try {
    return verb.parse(command, arguments);
  } catch (const CLI::CallForHelp&) {
    return Message{command.help(), 0};
  } catch (const CLI::ParseError& error) {
    return Refusal(verb, command, arguments, error);
  }
}

const Verb* FindVerb(const std::string& name) {
  for (const Verb& verb : Verbs()) {
    if (name == verb.name) return &verb;
  }
  return nullptr;
}

}  // namespace

Action ParseCommandLine(std::vector<std::string> arguments) {
  if (arguments.empty()) return Message{Overview(), 2};
  const std::string first = arguments.front();
  if (first == "--help" || first == "-h" || first == "help") return Message{Overview(), 0};
  if (first == "--version" || first == "version") return Message{std::string(kVersion) + "\n", 0};
  if (first.starts_with("-")) return ParseVerb(*FindVerb("serve"), std::move(arguments));
  const Verb* verb = FindVerb(first);
  if (verb == nullptr) {
    std::vector<std::string> names;
    for (const Verb& known : Verbs()) names.emplace_back(known.name);
    const auto nearest = Nearest(first, names);
    return UsageError("unknown verb \"" + first + "\"" +
                      (nearest.empty() ? "" : ", did you mean " + std::string(nearest) + "?") +
                      " (see prow-coverage --help)");
  }
  arguments.erase(arguments.begin());
  return ParseVerb(*verb, std::move(arguments));
}

}  // namespace prow_coverage::app
