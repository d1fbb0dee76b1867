# Lists the cases of a program of tests and writes them as ctest's; run after linking.
# PROGRAM, EMULATOR, CATCH2 (its version), PREFIX, DIRECTORY, PROPERTIES and OUTPUT are given by -D.

# A pattern that matches no case must fail: version 2 of Catch2 is told so, version 3 knows. The exit
# code of a listing is the number of cases in version 2.
set(listing --list-tests --verbosity quiet)
set(arguments "")
if(CATCH2 VERSION_LESS 3)
    set(listing --list-test-names-only)
    set(arguments " -w NoTests")
endif()
execute_process(COMMAND ${EMULATOR} "${PROGRAM}" ${listing}
    OUTPUT_VARIABLE names RESULT_VARIABLE result WORKING_DIRECTORY "${DIRECTORY}")
if(NOT result MATCHES "^[0-9]+$" OR names STREQUAL "")
    message(FATAL_ERROR "${PROGRAM} cannot list its tests: ${result}\n${names}")
endif()

set(properties "")
foreach(word IN LISTS PROPERTIES)
    string(APPEND properties " [==[${word}]==]")
endforeach()

# Line by line, and never as a CMake list: a name may hold any character.
set(script "")
while(NOT names STREQUAL "")
    string(FIND "${names}" "\n" end)
    if(end EQUAL -1)
        string(LENGTH "${names}" end)
        string(APPEND names "\n")
    endif()
    string(SUBSTRING "${names}" 0 ${end} name)
    math(EXPR next "${end} + 1")
    string(SUBSTRING "${names}" ${next} -1 names)
    string(REGEX REPLACE "\r$" "" name "${name}")
    if(name STREQUAL "")
        continue()
    endif()
    string(REGEX REPLACE "^\"(#.*)\"$" "\\1" name "${name}")  # Catch2 quotes these when it lists
    string(REGEX REPLACE "([^A-Za-z0-9 ])" "\\\\\\1" pattern "${name}")
    string(APPEND script
        "add_test([==[${PREFIX}${name}]==] ${EMULATOR} [==[${PROGRAM}]==] [==[${pattern}]==]${arguments})\n"
        "set_tests_properties([==[${PREFIX}${name}]==] PROPERTIES WORKING_DIRECTORY "
        "[==[${DIRECTORY}]==]${properties})\n")
endwhile()
file(WRITE "${OUTPUT}" "${script}")
