#include "prow_coverage/kube/informer.h"

#include <deque>
#include <utility>
#include <variant>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prow_coverage/json/document.h"

#include "known_objects.h"
#include "support/fake_clock.h"
#include "support/recording_logger.h"
#include "support/run_task.h"

namespace prow_coverage::kube {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Resource kJobs{"prow.k8s.io", "v1", "prowjobs", "jobs"};

std::string Object(const std::string& name, int version, const std::string& uid = "u") {
  return R"({"metadata":{"namespace":"jobs","name":")" + name + R"(","uid":")" + uid +
         R"(","resourceVersion":")" + std::to_string(version) + "\"}}";
}

WatchEvent Added(const std::string& name, int version, const std::string& uid = "u") {
  return {WatchEvent::Type::kAdded, Object(name, version, uid)};
}
WatchEvent Modified(const std::string& name, int version) {
  return {WatchEvent::Type::kModified, Object(name, version)};
}
WatchEvent Deleted(const std::string& name, int version) {
  return {WatchEvent::Type::kDeleted, Object(name, version)};
}
WatchEvent Bookmark(int version) {
  return {WatchEvent::Type::kBookmark,
          R"({"metadata":{"resourceVersion":")" + std::to_string(version) + "\"}}"};
}

const Error kCut{ErrorCode::kUnavailable, "connection reset", {}};
const Error kTooOld{ErrorCode::kExpired, "too old resource version", {}};

ObjectList ListAt(int version, std::vector<std::string> items, std::string continue_token = "") {
  return {std::move(items), std::to_string(version), std::move(continue_token)};
}

// How a watch goes: its events, then its end.
struct Watched {
  std::vector<WatchEvent> events;
  std::optional<Error> end = std::nullopt;
  seconds lasts{0};
};

// An API server that answers lists and watches as told, in order, and kCancelled when nothing is
// left; each question is noted, e.g. "list", "list c2", "watch 7".
class ScriptedClient final : public Client {
 public:
  using Step = std::variant<ObjectList, Watched, Error>;

  explicit ScriptedClient(prow_coverage::testing::FakeClock& clock) : clock_(clock) {}

  std::deque<Step> steps;
  std::vector<std::string> asked;

  const std::string& server() const override { return server_; }

  Task<Result<ObjectList>> List(const Resource&, const ListOptions& options) override {
    EXPECT_TRUE(options.single_page);
    const std::string& token = options.continue_token;
    asked.push_back(token.empty() ? "list" : "list " + token);
    const Step step = Next();
    if (const auto* list = std::get_if<ObjectList>(&step)) co_return *list;
    co_return std::get<Error>(step);
  }

  Task<Result<void>> Watch(const Resource&, const WatchOptions& options,
                           std::function<Result<void>(const WatchEvent&)> on_event) override {
    asked.push_back("watch " + options.resource_version);
    const Step step = Next();
    if (const auto* error = std::get_if<Error>(&step)) co_return *error;
    const auto& watched = std::get<Watched>(step);
    clock_.Advance(watched.lasts);
    for (const WatchEvent& event : watched.events) {
      if (auto taken = on_event(event); !taken) co_return taken;
    }
    if (watched.end) co_return *watched.end;
    co_return Result<void>();
  }

  Task<Result<std::string>> Create(const Resource&, const std::string&, bool) override {
    co_return kCut;
  }
  Task<Result<std::string>> Get(const Resource&, const std::string&) override { co_return kCut; }
  Task<Result<std::string>> Replace(const Resource&, const std::string&,
                                    const std::string&) override {
    co_return kCut;
  }
  Task<Result<std::string>> Patch(const Resource&, const std::string&, PatchType,
                                  const std::string&) override {
    co_return kCut;
  }
  Task<Result<void>> Delete(const Resource&, const std::string&, const std::string&) override {
    co_return kCut;
  }
  Task<Result<void>> Stream(const std::string&,
                            std::function<Result<void>(std::string_view)>) override {
    co_return kCut;
  }

 private:
  Step Next() {
    if (steps.empty()) return Error{ErrorCode::kCancelled, "the script is over", {}};
    Step step = std::move(steps.front());
    steps.pop_front();
    return step;
  }

  prow_coverage::testing::FakeClock& clock_;
  const std::string server_ = "https://h";
};

class InformerTest : public ::testing::Test {
 protected:
  // Follows the script to its end; what was told is in `told_`.
  void Follow(std::initializer_list<ScriptedClient::Step> steps) {
    client_.steps = steps;
    prow_coverage::testing::RunTask(context_, Run());
  }

  InformerCallbacks Callbacks() {
    InformerCallbacks callbacks;
    callbacks.upsert = [this](const std::string& object) {
      const auto document = json::Document::Parse(object);
      const auto metadata = document->root().Object("metadata").value();
      told_.push_back("+" + std::string(*metadata.String("name")) + "@" +
                      std::string(*metadata.String("resourceVersion")));
    };
    callbacks.deleted = [this](const ObjectId& id, const std::string& last) {
      EXPECT_EQ(id.ns, "jobs");
      told_.push_back("-" + id.name + (last.empty() ? "" : " seen"));
      gone_.push_back(id);
    };
    callbacks.synced = [this] { told_.push_back("synced"); };
    return callbacks;
  }

  boost::asio::io_context context_;
  prow_coverage::testing::FakeClock clock_;
  prow_coverage::testing::RecordingLogger logger_;
  ScriptedClient client_{clock_};
  std::vector<std::string> told_;
  std::vector<ObjectId> gone_;
  std::unique_ptr<Informer> informer_ =
      MakeInformer(client_, kJobs, InformerOptions(), Callbacks(), clock_, logger_);

 private:
  Task<bool> Run() {
    co_await informer_->Run();
    co_return true;
  }
};

TEST_F(InformerTest, ListsThenWatchesFromThere) {
  Follow({ListAt(5, {Object("a", 3), Object("b", 4)}),
          Watched{{Added("c", 6), Modified("a", 7), Deleted("b", 8)}}});
  EXPECT_THAT(told_, ElementsAre("+a@3", "+b@4", "synced", "+c@6", "+a@7", "-b seen"));
  EXPECT_THAT(client_.asked, ElementsAre("list", "watch 5", "watch 8"));
  EXPECT_EQ(informer_->size(), 2U);
}

TEST_F(InformerTest, ReadsAListPageByPage) {
  Follow({ListAt(5, {Object("a", 3)}, "c2"), ListAt(5, {Object("b", 4)})});
  EXPECT_THAT(told_, ElementsAre("+a@3", "+b@4", "synced"));
  EXPECT_THAT(client_.asked, ElementsAre("list", "list c2", "watch 5"));
}

TEST_F(InformerTest, BeginsAListAnewThatExpiresBetweenPages) {
  Follow({ListAt(5, {Object("a", 3), Object("b", 4)}, "c2"), kTooOld,
          ListAt(9, {Object("a", 3), Object("c", 8)})});
  EXPECT_THAT(told_, ElementsAre("+a@3", "+b@4", "+c@8", "-b", "synced"));
}

TEST_F(InformerTest, WatchesOnFromTheLastEventAfterACut) {
  Follow({ListAt(5, {}), Watched{{Added("a", 6)}, kCut}, Watched{{Modified("a", 7)}}});
  EXPECT_THAT(told_, ElementsAre("synced", "+a@6", "+a@7"));
  EXPECT_THAT(client_.asked, ElementsAre("list", "watch 5", "watch 6", "watch 7"));
}

TEST_F(InformerTest, WatchesOnFromTheLastBookmark) {
  Follow({ListAt(5, {}), Watched{{Added("a", 6), Bookmark(20)}}});
  EXPECT_THAT(told_, ElementsAre("synced", "+a@6"));
  EXPECT_THAT(client_.asked, ElementsAre("list", "watch 5", "watch 20"));
}

TEST_F(InformerTest, ListsAgainWhenItsPlaceIsTooOld) {
  Follow({ListAt(5, {Object("a", 3), Object("b", 4), Object("c", 5)}), kTooOld,
          ListAt(9, {Object("a", 3), Object("b", 8), Object("d", 9)}),
          Watched{{Modified("a", 10)}}});
  EXPECT_THAT(told_, ElementsAre("+a@3", "+b@4", "+c@5", "synced",  //
                                 "+b@8", "+d@9", "-c", "synced", "+a@10"));
  EXPECT_THAT(client_.asked, ElementsAre("list", "watch 5", "list", "watch 9", "watch 10"));
}

TEST_F(InformerTest, ListsAgainAfterAnExpiryInTheMiddleOfAStream) {
  Follow({ListAt(5, {}), Watched{{Added("a", 6)}, kTooOld}, ListAt(9, {})});
  EXPECT_THAT(told_, ElementsAre("synced", "+a@6", "-a", "synced"));
}

TEST_F(InformerTest, TellsADeletionDuringADisconnectWithTheUidOfWhatIsGone) {
  Follow({ListAt(5, {Object("a", 3, "u1")}), kTooOld, ListAt(9, {})});
  EXPECT_THAT(gone_, ElementsAre(ObjectId{"jobs", "a", "u1"}));
}

TEST_F(InformerTest, TellsARecreationDuringADisconnectAsBoth) {
  Follow({ListAt(5, {Object("a", 3, "u1")}), kTooOld, ListAt(9, {Object("a", 8, "u2")})});
  EXPECT_THAT(told_, ElementsAre("+a@3", "synced", "-a", "+a@8", "synced"));
  EXPECT_THAT(gone_, ElementsAre(ObjectId{"jobs", "a", "u1"}));
}

TEST_F(InformerTest, TellsNothingTwice) {
  Follow({ListAt(5, {Object("a", 3)}),
          Watched{{Added("a", 3), Added("b", 6), Added("b", 6), Deleted("b", 7), Added("b", 6),
                   Deleted("b", 7), Modified("a", 8), Modified("a", 8)}}});
  EXPECT_THAT(told_, ElementsAre("+a@3", "synced", "+b@6", "-b seen", "+a@8"));
}

TEST_F(InformerTest, FollowsAServerWhoseVersionsWentBack) {
  Follow({ListAt(500, {Object("a", 400)}), kTooOld, ListAt(20, {Object("a", 10)}),
          Watched{{Modified("a", 21)}}});
  EXPECT_THAT(told_, ElementsAre("+a@400", "synced", "+a@10", "synced", "+a@21"));
}

TEST_F(InformerTest, DoubtsItsPlaceAfterTwoSilentWatches) {
  const Watched silent{{}, Error{ErrorCode::kUnavailable, "silent for 90 s", {}}, seconds(90)};
  Follow({ListAt(5, {}), silent, silent, ListAt(9, {Object("a", 7)})});
  EXPECT_THAT(client_.asked, ElementsAre("list", "watch 5", "watch 5", "list", "watch 9"));
  EXPECT_THAT(told_, ElementsAre("synced", "+a@7", "synced"));
}

TEST_F(InformerTest, DoesNotDoubtItsPlaceWhileItHearsNews) {
  Follow({ListAt(5, {}), kCut, Watched{{Bookmark(6)}, kCut}, kCut, Watched{{Bookmark(7)}}});
  EXPECT_THAT(client_.asked,
              ElementsAre("list", "watch 5", "watch 5", "watch 6", "watch 6", "watch 7"));
}

TEST_F(InformerTest, WatchesOnAtOnceWhenTheServerEndsAQuietWatch) {
  Follow({ListAt(5, {}), Watched{{}, {}, seconds(300)}, Watched{{}, {}, seconds(300)}});
  EXPECT_THAT(client_.asked, ElementsAre("list", "watch 5", "watch 5", "watch 5"));
  EXPECT_THAT(clock_.sleeps(), IsEmpty());
}

TEST_F(InformerTest, BacksOffFromAServerThatEndsEveryWatchAtOnce) {
  Follow({ListAt(5, {}), Watched{}, Watched{}, ListAt(5, {}), Watched{}});
  EXPECT_EQ(clock_.sleeps().size(), 3U);
}

TEST_F(InformerTest, BacksOffFurtherWithEachFailureAndSaysSo) {
  Follow({kCut, kCut, kCut, kCut, kCut, kCut, kCut, kCut});
  const auto sleeps = clock_.sleeps();
  ASSERT_EQ(sleeps.size(), 8U);
  for (std::size_t i = 0; i < sleeps.size(); ++i) {
    EXPECT_LE(sleeps[i], std::min(seconds(1) * (1 << i), seconds(30)));
  }
  ASSERT_TRUE(logger_.Has("following prowjobs.prow.k8s.io in namespace jobs was interrupted"));
  EXPECT_EQ(logger_.lines()[0].fields.at("error"), "connection reset");
}

TEST_F(InformerTest, KeepsTryingAfterAPermanentError) {
  Follow({Error{ErrorCode::kPermissionDenied, "needs list", {}}, ListAt(5, {})});
  EXPECT_THAT(told_, ElementsAre("synced"));
}

TEST_F(InformerTest, WaitsAsLongAsTheServerAsks) {
  Follow({Error{ErrorCode::kRateLimited, "later", seconds(45)}});
  EXPECT_THAT(clock_.sleeps(), ElementsAre(seconds(45)));
}

TEST_F(InformerTest, ReconnectsAfterAnObjectThatIsNone) {
  Follow({ListAt(5, {}), Watched{{Added("a", 6), {WatchEvent::Type::kAdded, "{}"}}},
          Watched{{Added("b", 7)}}});
  EXPECT_THAT(told_, ElementsAre("synced", "+a@6", "+b@7"));
}

TEST_F(InformerTest, ListsAnewWhenItIsRunAgain) {
  Follow({ListAt(5, {Object("a", 3)})});
  Follow({Watched{{Modified("a", 6)}}});
  EXPECT_THAT(told_, ElementsAre("+a@3", "synced", "+a@6"));
}

TEST_F(InformerTest, EndsWhenItsCoroutineIsCancelled) {
  boost::asio::cancellation_signal signal;
  bool ended = false;
  client_.steps = {ListAt(5, {}), kCut, kCut, kCut, kCut, kCut};
  boost::asio::co_spawn(
      context_, informer_->Run(),
      boost::asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
        EXPECT_FALSE(e);
        ended = true;
      }));
  while (client_.asked.size() < 2 && context_.run_one() > 0) {
  }
  signal.emit(boost::asio::cancellation_type::terminal);
  context_.run();
  EXPECT_TRUE(ended);
  EXPECT_LE(client_.asked.size(), 3U);
}

TEST(KnownObjects, FollowTenThousandThroughARelistWithoutMissingOne) {
  std::size_t upserts = 0;
  std::size_t deletions = 0;
  KnownObjects known({[&](const std::string&) { ++upserts; },
                      [&](const ObjectId&, const std::string&) { ++deletions; }, [] {}});
  const auto list = [&](int first, int last, int version) {
    known.BeginList();
    for (int i = first; i < last; ++i) {
      ASSERT_TRUE(known.Listed(Object("job-" + std::to_string(i), i % 2 == 0 ? 1 : version)));
    }
    known.CompleteList(std::to_string(version));
  };
  list(0, 10000, 10);
  EXPECT_EQ(upserts, 10000U);
  list(1000, 11000, 20);
  // 4,500 odd ones changed, 1,000 are new; the first 1,000 are gone.
  EXPECT_EQ(upserts, 10000U + 4500U + 1000U);
  EXPECT_EQ(deletions, 1000U);
  EXPECT_EQ(known.size(), 10000U);
}

}  // namespace
}  // namespace prow_coverage::kube
