#pragma once

#include <list>
#include <memory>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>

#include "prow_coverage/base/error.h"
#include "prow_coverage/base/mutex.h"

namespace prow_coverage::inbox {

// The coroutines of one io_context that wait for the writer thread.
//
// The writer may be done with a call after the io_context of its caller has gone, and a coroutine
// may only be resumed or destroyed while its io_context lives. So the handler is kept here, in a
// service of the io_context, which destroys what still waits when it shuts down, as Asio does with
// its own operations. The writer holds a Ticket, which then does nothing.
class Waiters final : public boost::asio::execution_context::service {
 public:
  static inline boost::asio::execution_context::id id;

  struct Waiter {
    virtual ~Waiter() = default;
    std::list<std::unique_ptr<Waiter>>::iterator place;
  };

  // Shared with the tickets. Thread-safe.
  class Room {
   public:
    // The waiter, or nullptr when the io_context shuts down.
    Waiter* Add(std::unique_ptr<Waiter> waiter);
    // Calls `resume(*waiter)` and lets it go, unless the io_context has shut down; it cannot do so
    // meanwhile.
    template <class Resume>
    void Release(Waiter* waiter, Resume resume);
    void Close();

   private:
    Mutex mutex_;
    bool closed_ GUARDED_BY(mutex_) = false;
    std::list<std::unique_ptr<Waiter>> waiters_ GUARDED_BY(mutex_);
  };

  explicit Waiters(boost::asio::execution_context& context)
      : boost::asio::execution_context::service(context) {}

  const std::shared_ptr<Room>& room() const { return room_; }

 private:
  void shutdown() override { room_->Close(); }

  std::shared_ptr<Room> room_ = std::make_shared<Room>();
};

template <class Resume>
void Waiters::Room::Release(Waiter* waiter, Resume resume) {
  std::unique_ptr<Waiter> done;
  const MutexLock lock(mutex_);
  if (closed_) return;
  done = std::move(*waiter->place);
  waiters_.erase(waiter->place);
  resume(*done);
}

// The right to resume one waiting handler of signature void(Result<T>). Movable; any thread.
template <class T>
class Ticket {
 public:
  template <class Handler>
  explicit Ticket(Handler handler) {
    auto executor = boost::asio::get_associated_executor(handler);
    auto& context = boost::asio::query(executor, boost::asio::execution::context);
    room_ = boost::asio::use_service<Waiters>(context).room();
    waiter_ = room_->Add(std::make_unique<HandlerWaiter<Handler>>(std::move(handler)));
  }

  // Posts the handler to its executor. At most once.
  void Resume(Result<T> result) {
    if (waiter_ == nullptr) return;
    room_->Release(waiter_, [&](Waiters::Waiter& waiter) {
      static_cast<TypedWaiter&>(waiter).Post(std::move(result));
    });
  }

 private:
  struct TypedWaiter : Waiters::Waiter {
    virtual void Post(Result<T> result) = 0;
  };

  template <class Handler>
  struct HandlerWaiter final : TypedWaiter {
    explicit HandlerWaiter(Handler h)
        : handler(std::move(h)), work(boost::asio::get_associated_executor(handler)) {}

    void Post(Result<T> result) override {
      boost::asio::post(work.get_executor(),
                        [h = std::move(handler), r = std::move(result)]() mutable {
                          std::move(h)(std::move(r));
                        });
      work.reset();
    }

    Handler handler;
    // Keeps io_context::run from returning meanwhile.
    boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> work;
  };

  std::shared_ptr<Waiters::Room> room_;
  Waiters::Waiter* waiter_ = nullptr;
};

}  // namespace prow_coverage::inbox
