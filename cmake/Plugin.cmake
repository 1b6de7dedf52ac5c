# site_plugin(NAME SOURCES ... [LINK ...]): a backend in plugins/NAME.
# Built twice from one set of objects: a static library for the tests, and the module that the
# agent loads, whose only exported symbol is its descriptor.
function(site_plugin name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
    add_library(site_plugin_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(site_plugin_${name} PUBLIC site_options site_api ${ARG_LINK})
    target_include_directories(site_plugin_${name} PUBLIC ${CMAKE_SOURCE_DIR}/plugins)
    set_target_properties(site_plugin_${name} PROPERTIES
        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)


    add_library(${name} MODULE plugin.cpp)
    target_link_libraries(${name} PRIVATE site_plugin_${name})
    set_target_properties(${name} PROPERTIES
        PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/plugins
        INSTALL_RPATH "$ORIGIN/..")
    install(TARGETS ${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/site-agent/plugins)
endfunction()
