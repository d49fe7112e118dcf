#include "prow_coverage/kube/informer.h"

#include <algorithm>
#include <utility>

#include <boost/asio/this_coro.hpp>

#include "known_objects.h"
#include "resource_path.h"

namespace prow_coverage::kube {
namespace {

namespace asio = boost::asio;

// After that many watches in a row that failed and told nothing new, the place we watch from is
// doubted: a server whose store was set back is silent about versions of its future.
constexpr int kDoubtAfter = 2;
// A watch that ends sooner, in good order but with no news, is ended by something in between.
constexpr std::chrono::seconds kShortestWatch{1};

class ListWatchInformer final : public Informer {
 public:
  ListWatchInformer(Client& client, Resource resource, InformerOptions options,
                    InformerCallbacks callbacks, Clock& clock, Logger& logger)
      : client_(client),
        resource_(std::move(resource)),
        options_(std::move(options)),
        known_(std::move(callbacks)),
        clock_(clock),
        logger_(logger) {}

  std::size_t size() const override { return known_.size(); }

  Task<void> Run() override {
    while (true) {
      const Result<void> done = co_await Step();
      auto cancellation = co_await asio::this_coro::cancellation_state;
      if (cancellation.cancelled() != asio::cancellation_type::none) co_return;
      if (!done && done.error().code == ErrorCode::kCancelled) co_return;
      const auto wait = Judge(done);
      if (wait.count() == 0) continue;
      co_await clock_.SleepFor(wait);
      cancellation = co_await asio::this_coro::cancellation_state;
      if (cancellation.cancelled() != asio::cancellation_type::none) co_return;
    }
  }

 private:
  // One list or one watch, whichever is due.
  Task<Result<void>> Step() {
    if (known_.position().empty()) return List();
    return Watch();
  }

  Task<Result<void>> List() {
    ListOptions page_options;
    page_options.label_selector = options_.label_selector;
    page_options.field_selector = options_.field_selector;
    page_options.limit = options_.page_size;
    page_options.single_page = true;
    known_.BeginList();
    while (true) {
      Result<ObjectList> page = co_await client_.List(resource_, page_options);
      // kExpired in the middle as well: the list begins anew after the back-off.
      if (!page) co_return page.error();
      for (const std::string& object : page->items) {
        if (auto listed = known_.Listed(object); !listed) co_return listed;
      }
      if (page->continue_token.empty()) {
        known_.CompleteList(page->resource_version);
        co_return Result<void>();
      }
      page_options.continue_token = std::move(page->continue_token);
    }
  }

  Task<Result<void>> Watch() {
    const WatchOptions watch_options{.label_selector = options_.label_selector,
                                     .field_selector = options_.field_selector,
                                     .resource_version = known_.position(),
                                     .timeout = options_.watch_timeout,
                                     .max_silence = options_.max_silence};
    const auto news = known_.news();
    const auto begun = clock_.Monotonic();
    std::function<Result<void>(const WatchEvent&)> apply = [this](const WatchEvent& event) {
      return known_.Apply(event);
    };
    const Result<void> ended = co_await client_.Watch(resource_, watch_options, apply);
    const bool told = known_.news() != news;
    const bool lasted = ended && clock_.Monotonic() - begun >= kShortestWatch;
    if (told || lasted) {
      failures_ = barren_watches_ = 0;
    } else {
      ++barren_watches_;
    }
    if (ended && !told && !lasted) {
      co_return Error{ErrorCode::kUnavailable, "the watch ended at once", {}};
    }
    co_return ended;
  }

  // What to do about how the step ended; answers how long to wait before the next.
  std::chrono::milliseconds Judge(const Result<void>& done) {
    if (done) return std::chrono::milliseconds(0);
    const Error& error = done.error();
    const bool doubtful = barren_watches_ >= kDoubtAfter;
    if (error.code == ErrorCode::kExpired || doubtful) {
      known_.Forget();
      barren_watches_ = 0;
    }
    const auto wait = std::max(FullJitter(options_.back_off, failures_, Random01()),
                               error.retry_after.value_or(std::chrono::milliseconds(0)));
    ++failures_;
    logger_.Warning("following " + Describe(resource_) + " was interrupted",
                    {{"error", error.message},
                     {"code", ToString(error.code)},
                     {"wait-ms", wait.count()},
                     {"next", known_.position().empty() ? "list" : "watch"}});
    return wait;
  }

  Client& client_;
  const Resource resource_;
  const InformerOptions options_;
  KnownObjects known_;
  Clock& clock_;
  Logger& logger_;
  int failures_ = 0;        // in a row
  int barren_watches_ = 0;  // in a row
};

}  // namespace

std::unique_ptr<Informer> MakeInformer(Client& client, Resource resource, InformerOptions options,
                                       InformerCallbacks callbacks, Clock& clock, Logger& logger) {
  return std::make_unique<ListWatchInformer>(client, std::move(resource), std::move(options),
                                             std::move(callbacks), clock, logger);
}

}  // namespace prow_coverage::kube
