#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "system/clock.hpp"
#include "system/secrecy.hpp"
#include "system/stop_signals.hpp"

#include <exception>
#include <iostream>

int main(int argc, char** argv)
{
    using namespace site;
    try {
        const auto parsed = parse_arguments(argc, argv);
        if (!parsed.arguments)
            return parsed.exit_code;
        if (auto kept = keep_to_ourselves(); !kept) {
            std::cerr << "site-agent: " << kept.error().text << "\n";
            return exit_code::error;
        }
        // Before any other thread, so that every thread has the signals blocked.
        auto signals = StopSignals::block();
        if (!signals) {
            std::cerr << "site-agent: " << signals.error().text << "\n";
            return exit_code::error;
        }
        const SystemClock clock;
        return run_command(*parsed.arguments,
            standard_screen(parsed.arguments->form, parsed.arguments->colour), clock, **signals);
    } catch (const std::exception& error) {
        std::cerr << "site-agent: this is a bug, please report it: " << error.what() << "\n";
        return exit_code::bug;
    }
}
