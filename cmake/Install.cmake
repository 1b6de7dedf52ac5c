# What is installed beside the program, its library and its plugins, which their own folders install: the unit, man
# pages (where scdoc is), examples and documents. Nothing is put into /etc: that is the site's own.
include(GNUInstallDirs)

# systemd looks into lib/ of /usr and of /usr/local, whatever the library folder of the distribution.
file(READ ${CMAKE_SOURCE_DIR}/systemd/site-agent.service SITE_UNIT)
string(REPLACE "/usr/sbin/" "${CMAKE_INSTALL_FULL_SBINDIR}/" SITE_UNIT "${SITE_UNIT}")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/systemd/site-agent.service CONTENT "${SITE_UNIT}" @ONLY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/systemd/site-agent.service)
install(FILES ${CMAKE_BINARY_DIR}/systemd/site-agent.service DESTINATION lib/systemd/system)
install(FILES systemd/site-agent.sysusers DESTINATION lib/sysusers.d RENAME site-agent.conf)
install(FILES systemd/site-agent.tmpfiles DESTINATION lib/tmpfiles.d RENAME site-agent.conf)

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
