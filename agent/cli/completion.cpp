#include "cli/completion.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace site {
namespace {

struct Word {
    std::string text;
    std::string help;
    bool takes_value = false;
};

/// What may follow a command, by the names that lead to it: `portal allocations list`.
struct Place {
    std::string path;
    std::vector<Word> words;
};

std::string first_line(const std::string& text)
{
    auto line = text.substr(0, text.find('\n'));
    // Quoted in single quotes by every shell below.
    std::erase_if(line, [](char c) { return c == '\'' || c == '\\' || c == '`' || c == '$' || c == '"'; });
    return line;
}

void add_options(const CLI::App& app, std::vector<Word>& words)
{
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames())
            words.push_back(
                { "--" + name, first_line(option->get_description()), option->get_items_expected_max() > 0 });
}

void gather(const CLI::App& app, const std::string& path, const std::vector<Word>& everywhere,
    std::vector<Place>& places)
{
    Place place { path, {} };
    std::vector<const CLI::App*> inner;
    for (const auto* sub : app.get_subcommands(nullptr))
        inner.push_back(sub);
    for (const auto* sub : inner)
        place.words.push_back({ sub->get_name(), first_line(sub->get_description()) });
    add_options(app, place.words);
    if (!path.empty())
        for (const auto& word : everywhere)
            if (std::ranges::find(place.words, word.text, &Word::text) == place.words.end())
                place.words.push_back(word);
    places.push_back(std::move(place));
    for (const auto* sub : inner)
        gather(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), everywhere, places);
}

std::string all_of(const Place& place)
{
    std::string out;
    for (const auto& word : place.words)
        out += (out.empty() ? "" : " ") + word.text;
    return out;
}

/// The shell code, of bash and zsh alike, that finds the place: the words so far that lead to a command.
std::string find_place(const std::vector<Place>& places)
{
    std::string known;
    for (const auto& place : places)
        if (!place.path.empty())
            known += (known.empty() ? "" : " | ") + ("'" + place.path + "'");
    return "        case \"${place:+$place }$word\" in\n        " + known
        + ") place=\"${place:+$place }$word\" ;;\n        esac\n";
}

std::string bash(const std::vector<Place>& places)
{
    std::string out = "# bash completion for site-agent, written by `site-agent completion bash`\n"
                      "_site_agent() {\n    local current=${COMP_WORDS[COMP_CWORD]} place= word= words=\n"
                      "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
        + find_place(places) + "    done\n    case $place in\n";
    for (const auto& place : places)
        out += "    '" + place.path + "') words='" + all_of(place) + "' ;;\n";
    return out
        + "    esac\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n}\n"
          "complete -o bashdefault -o default -F _site_agent site-agent\n";
}

std::string zsh(const std::vector<Place>& places)
{
    std::string out
        = "#compdef site-agent\n# zsh completion for site-agent, written by `site-agent completion zsh`\n"
          "_site_agent() {\n    local place= word\n    local -a found\n"
          "    for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
        + find_place(places) + "    done\n    case $place in\n";
    for (const auto& place : places) {
        out += "    '" + place.path + "') found=(";
        for (const auto& word : place.words) {
            auto help = word.help;
            std::ranges::replace(help, ':', ';');
            out += "\n        '" + word.text + ":" + help + "'";
        }
        out += ") ;;\n";
    }
    return out
        + "    esac\n    _describe -o site-agent found\n    _files\n}\n"
          "if [ \"$funcstack[1]\" = _site_agent ]; then _site_agent \"$@\"; else compdef _site_agent "
          "site-agent; fi\n";
}

std::string fish(const std::vector<Place>& places)
{
    std::string known;
    for (const auto& place : places)
        if (!place.path.empty())
            known += " '" + place.path + "'";
    std::string out = "# fish completion for site-agent, written by `site-agent completion fish`\n"
                      "function __site_agent_at\n    set -l known"
        + known
        + "\n    set -l place ''\n    for word in (commandline -opc)[2..-1]\n"
          "        set -l next (string trim \"$place $word\")\n"
          "        if contains -- $next $known\n            set place $next\n        end\n    end\n"
          "    test \"$place\" = \"$argv[1]\"\nend\n";
    for (const auto& place : places)
        for (const auto& word : place.words) {
            out += "complete -c site-agent -n \"__site_agent_at '" + place.path + "'\"";
            if (word.text.starts_with("--"))
                out += " -l " + word.text.substr(2) + (word.takes_value ? " -r" : "");
            else
                out += " -f -a " + word.text;
            out += " -d '" + word.help + "'\n";
        }
    return out;
}

} // namespace

std::string completion_script(const CLI::App& app, Shell shell)
{
    std::vector<Word> everywhere;
    add_options(app, everywhere);
    std::vector<Place> places;
    gather(app, "", everywhere, places);
    switch (shell) {
    case Shell::zsh:
        return zsh(places);
    case Shell::fish:
        return fish(places);
    case Shell::bash:
        break;
    }
    return bash(places);
}

} // namespace site
