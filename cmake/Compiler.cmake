# One place for everything that is asked of the compiler.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # With precompiled headers ccache works only when it may trust their content.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-Wthread-safety -Werror=thread-safety)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees phantom overruns in coroutine frames and in libstdc++'s own string code.
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow
                      -Wno-array-bounds -Wno-stringop-overread -Wno-dangling-pointer)
  if(CMAKE_UNITY_BUILD)
    # A source within a combined one looks like a header to g++, whose names others would see.
    add_compile_options(-Wno-subobject-linkage -Wno-mismatched-new-delete)
  endif()
  if(PROW_COVERAGE_SANITIZE MATCHES "thread")
    add_compile_options(-Wno-tsan)  # Asio uses a fence; Boost's own suite runs clean under TSan.
  endif()
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
else()
  add_compile_options(-D_FORTIFY_SOURCE=2 -fstack-protector-strong)
endif()
add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,--as-needed)

if(PROW_COVERAGE_SANITIZE)
  # Reports name files and lines; variables, which double the time to build, nobody asks for.
  add_compile_options(-fsanitize=${PROW_COVERAGE_SANITIZE} -fno-omit-frame-pointer
                      -U_FORTIFY_SOURCE -g1)
  add_link_options(-fsanitize=${PROW_COVERAGE_SANITIZE})
endif()
