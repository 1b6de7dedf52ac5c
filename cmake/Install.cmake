# What is installed beside the program, its library and its plugins, which their own folders install: the unit, man
# pages (where scdoc is), completions, headers, examples and documents. Nothing is put into /etc: that is the site's own.
include(GNUInstallDirs)

# systemd looks into lib/ of /usr and of /usr/local, whatever the library folder of the distribution.
file(READ ${CMAKE_SOURCE_DIR}/systemd/site-agent.service SITE_UNIT)
string(REPLACE "/usr/sbin/" "${CMAKE_INSTALL_FULL_SBINDIR}/" SITE_UNIT "${SITE_UNIT}")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/systemd/site-agent.service CONTENT "${SITE_UNIT}" @ONLY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/systemd/site-agent.service)
install(FILES ${CMAKE_BINARY_DIR}/systemd/site-agent.service DESTINATION lib/systemd/system)
install(FILES systemd/site-agent.sysusers DESTINATION lib/sysusers.d RENAME site-agent.conf)
install(FILES systemd/site-agent.tmpfiles DESTINATION lib/tmpfiles.d RENAME site-agent.conf)

install(PROGRAMS packaging/restart-if-sound DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/site-agent)

# What a plugin outside of this tree is compiled against; it has to be built by the same compiler (ADR 7).
foreach(room api model)
    install(DIRECTORY agent/${room} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/site-agent FILES_MATCHING PATTERN "*.hpp")
endforeach()
configure_file(packaging/site-agent.pc.in ${CMAKE_BINARY_DIR}/site-agent.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/site-agent.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# Completions, as the program itself prints them. A program with sanitizers is not for installing.
set(SITE_ZSH_COMPLETIONS share/zsh/site-functions CACHE STRING "Where zsh looks for completions; Debian's looks in share/zsh/vendor-completions")
if(NOT SITE_SANITIZE)
    set(SITE_COMPLETIONS)
    foreach(shell bash zsh fish)
        set(made ${CMAKE_BINARY_DIR}/completions/${shell})
        add_custom_command(OUTPUT ${made} DEPENDS site-agent VERBATIM
            COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/completions
            COMMAND sh -c "\"$1\" completion \"$2\" >\"$3\"" completion $<TARGET_FILE:site-agent> ${shell} ${made})
        list(APPEND SITE_COMPLETIONS ${made})
    endforeach()
    add_custom_target(completions ALL DEPENDS ${SITE_COMPLETIONS})
    install(FILES ${CMAKE_BINARY_DIR}/completions/bash DESTINATION share/bash-completion/completions RENAME site-agent)
    install(FILES ${CMAKE_BINARY_DIR}/completions/zsh DESTINATION ${SITE_ZSH_COMPLETIONS} RENAME _site-agent)
    install(FILES ${CMAKE_BINARY_DIR}/completions/fish DESTINATION share/fish/vendor_completions.d RENAME site-agent.fish)
endif()

install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs systemd/drop-ins DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY config/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/config)

find_program(SITE_SCDOC scdoc)
if(SITE_SCDOC)
    set(SITE_MAN_PAGES)
    foreach(page site-agent.8 site-agent-portal.8 site-agent.yaml.5)
        string(REGEX MATCH "[0-9]$" section ${page})
        set(source ${CMAKE_SOURCE_DIR}/packaging/man/${page}.scd)
        set(made ${CMAKE_BINARY_DIR}/man/${page})
        add_custom_command(OUTPUT ${made} DEPENDS ${source} VERBATIM
            COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/man
            COMMAND sh -c "\"$1\" <\"$2\" >\"$3\"" scdoc ${SITE_SCDOC} ${source} ${made})
        list(APPEND SITE_MAN_PAGES ${made})
        install(FILES ${made} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
    endforeach()
    add_custom_target(man ALL DEPENDS ${SITE_MAN_PAGES})
endif()
