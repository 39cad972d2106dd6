// A network namespace of a test's own: what a test does to interfaces and packet filters there is
// nobody else's, and is gone with it.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

namespace plimsoll::test {

// Runs in a thread in a new network namespace; programs that it starts are in there, too. The test
// is skipped where none can be made.
template <class Function>
void in_own_network(Function function) {
  bool entered = false;
  std::thread([&] {
    entered = ::unshare(CLONE_NEWNET) == 0;
    if (entered) function();
  }).join();
  if (!entered) GTEST_SKIP() << "this user may make no network namespaces";
}

}  // namespace plimsoll::test
