# Compiler settings that every target of the project shares, and the two ways to declare one.
option(SITE_TESTS "Build the tests and the test portal" ON)
option(SITE_FAULTS "Compile in the fault points that the crash tests use; never in a release" OFF)
option(SITE_WERROR "Warnings are errors; off where a package is built by a compiler that nobody here has tried" ON)
option(SITE_FUZZ "Build only the fuzzers, for clang's libFuzzer" OFF)
option(SITE_PRECOMPILED "Compile what most files include only once (clang); other builds prove that each file includes what it needs" OFF)
set(SITE_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread; empty for none")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported() # programs too: not every distribution's compiler does it by itself
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Everything a developer starts lands in one place, as it does once installed.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)

find_program(SITE_CCACHE ccache)
if(SITE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # A precompiled header is told by its contents, not by its time.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${SITE_CCACHE})
endif()

add_library(site_options INTERFACE)
target_include_directories(site_options INTERFACE ${CMAKE_SOURCE_DIR}/agent)
target_compile_options(site_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow $<$<BOOL:${SITE_WERROR}>:-Werror>
    -fstack-protector-strong)
if(SITE_FAULTS)
    target_compile_definitions(site_options INTERFACE SITE_FAULTS=1)
endif()
if(SITE_FUZZ)
    target_compile_options(site_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(SITE_SANITIZE)
    target_compile_options(site_options INTERFACE
        -fsanitize=${SITE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    if(SITE_SANITIZE MATCHES "address")
        target_compile_definitions(site_options INTERFACE SITE_ADDRESS_SANITIZER=1)
    endif()
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        target_compile_options(site_options INTERFACE -fno-sanitize=function) # clang 14 can't combine it with coroutines
    elseif(SITE_SANITIZE STREQUAL "thread")
        target_compile_options(site_options INTERFACE -Wno-tsan) # GCC 12 warns of Asio's fences
    endif()
    target_link_options(site_options INTERFACE -fsanitize=${SITE_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
    target_compile_definitions(site_options INTERFACE _FORTIFY_SOURCE=2)
    target_link_options(site_options INTERFACE -Wl,-z,relro -Wl,-z,now)
endif()

# site_headers(NAME KIND HEADERS ... [LINK ...]): headers compiled once for every target that says site_use_headers(TARGET NAME).
# KIND is LIBRARY or PROGRAM, as the targets are: their code is position independent in different ways.
function(site_headers name kind)
    cmake_parse_arguments(ARG "" "" "HEADERS;LINK" ${ARGN})
    file(WRITE ${CMAKE_BINARY_DIR}/${name}.cpp "")
    if(kind STREQUAL "LIBRARY")
        add_library(${name} OBJECT EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/${name}.cpp)
    else()
        add_executable(${name} EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/${name}.cpp)
    endif()
    target_link_libraries(${name} PRIVATE site_options ${ARG_LINK})
    target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
    site_headers_options(${name})
endfunction()

function(site_use_headers target name)
    target_precompile_headers(${target} REUSE_FROM ${name})
    site_headers_options(${target})
endfunction()

# So that ccache can tell such a header by its contents.
function(site_headers_options target)
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endfunction()

set(SITE_COMMON_HEADERS <algorithm> <array> <charconv> <chrono> <cstdint> <filesystem> <fstream> <functional> <map>
    <memory> <optional> <set> <span> <sstream> <string> <string_view> <unordered_map> <utility> <variant> <vector>)

# For libraries, where SITE_PRECOMPILED says so.
function(site_use_room_headers target)
    if(SITE_PRECOMPILED)
        if(NOT TARGET site_room_headers)
            site_headers(site_room_headers LIBRARY HEADERS ${SITE_COMMON_HEADERS} <boost/json.hpp>)
        endif()
        site_use_headers(${target} site_room_headers)
    endif()
endfunction()

# site_library(NAME SOURCES ... [LINK ...]): one room of the agent, a static library.
function(site_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC site_options ${ARG_LINK})
    site_use_room_headers(${name})
endfunction()

# site_test(NAME SOURCES ... [LINK ...] [LABELS ...] [PROPERTIES ...]): a GoogleTest program, one ctest entry.
function(site_test name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS;PROPERTIES" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE site_options ${ARG_LINK} GTest::gmock_main)
    if(SITE_PRECOMPILED)
        if(NOT TARGET site_test_headers) # most of a test's compile time was spent on them
            site_headers(site_test_headers PROGRAM HEADERS <gmock/gmock.h> <gtest/gtest.h> ${SITE_COMMON_HEADERS} <boost/json.hpp>
                LINK GTest::gmock_main)
        endif()
        site_use_headers(${name} site_test_headers)
    endif()
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_compile_definitions(${name} PRIVATE SITE_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data")
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 300)
    if(ARG_PROPERTIES)
        set_tests_properties(${name} PROPERTIES ${ARG_PROPERTIES})
    endif()
endfunction()

# site_plain_test(NAME FS SOURCES ... [OF TARGET ...] [LINK ...]): a GoogleTest program that runs once on each file
# system of FS in tests/support/quota-sandbox. It may have to run in a User Mode Linux kernel, whose processes have
# no room for AddressSanitizer's shadow: so it is built without it, from the sources of the targets OF.
function(site_plain_test name)
    cmake_parse_arguments(ARG "" "" "FS;SOURCES;OF;LINK" ${ARGN})
    set(sources ${ARG_SOURCES})
    foreach(target ${ARG_OF})
        get_target_property(files ${target} SOURCES)
        get_target_property(folder ${target} SOURCE_DIR)
        list(TRANSFORM files PREPEND ${folder}/)
        list(APPEND sources ${files})
    endforeach()
    add_executable(${name} ${sources})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/agent ${CMAKE_SOURCE_DIR}/plugins
        ${CMAKE_SOURCE_DIR}/tests)
    target_compile_options(${name} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
        -fsanitize=undefined -fno-sanitize-recover=all)
    target_link_options(${name} PRIVATE -fsanitize=undefined)
    target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gmock_main)
    foreach(fs ${ARG_FS})
        add_test(NAME ${name}_${fs}
            COMMAND ${CMAKE_SOURCE_DIR}/tests/support/quota-sandbox with ${fs} $<TARGET_FILE:${name}>)
        set_tests_properties(${name}_${fs} PROPERTIES LABELS root TIMEOUT 600)
    endforeach()
endfunction()
