// One program that answers as sacctmgr from a book of accounts and associations which it also changes, and
// as sshare, scontrol, sinfo, sacct or squeue from files. Link it under those names into a folder DIR:
//   DIR/sacctmgr ...              reads and writes DIR/book; of one cluster, whatever it is called
//   DIR/scontrol, sacct, ...      print DIR/data/scontrol, DIR/data/sacct, ...
// The book is put in place by rename, so that a kill leaves it whole; a load writes it twice, accounts
// first, as Slurm's own does. It is a small part of sacctmgr 22.05: what is not known ends with status 2.
// Every call appends its name and arguments to DIR/calls.log, and its environment to DIR/environ.log.
// While DIR/data/load.held exists a load waits before it does anything, its process number in
// DIR/load.pid. With `deaf` in that file it does not die with its parent.

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using Words = std::vector<std::string>;
using Fields = std::map<std::string, std::string>;

std::string folder;

[[noreturn]] void end(int status, const std::string& said, const std::string& errors = {})
{
    std::cout << said << std::flush;
    std::cerr << errors << std::flush;
    std::exit(status);
}

std::string lower(std::string text)
{
    for (auto& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

Words split(std::string_view text, char at)
{
    Words out;
    while (true) {
        const auto end = text.find(at);
        out.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return out;
        text.remove_prefix(end + 1);
    }
}

std::string content(const std::string& file)
{
    std::ifstream stream(file);
    return { std::istreambuf_iterator<char>(stream), {} };
}

void append(const std::string& file, const std::string& text)
{
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0 || ::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        end(1, {}, "appending to " + file + "\n");
    ::close(fd);
}

/// (account, user, partition); the account's own row has no user.
using Place = std::vector<std::string>;

struct Book {
    std::map<std::string, Fields> accounts; ///< description, organization
    std::map<Place, Fields> rows;
    std::map<std::string, std::string> defaults; ///< account of each user

    void load()
    {
        std::ifstream stream(folder + "/book");
        for (std::string line; std::getline(stream, line);) {
            const auto words = split(line, '|');
            if (words[0] == "account")
                accounts[words[1]] = { { "description", words[2] }, { "organization", words[3] } };
            else if (words[0] == "default")
                defaults[words[1]] = words[2];
            else {
                auto& row = rows[{ words[1], words[2], words[3] }];
                for (std::size_t i = 4; i < words.size(); ++i)
                    row[words[i].substr(0, words[i].find('='))] = words[i].substr(words[i].find('=') + 1);
            }
        }
    }

    void save() const
    {
        const auto draft = folder + "/book." + std::to_string(::getpid());
        {
            std::ofstream out(draft);
            for (const auto& [name, fields] : accounts)
                out << "account|" << name << "|" << fields.at("description") << "|"
                    << fields.at("organization") << "\n";
            for (const auto& [place, fields] : rows) {
                out << "row|" << place[0] << "|" << place[1] << "|" << place[2];
                for (const auto& [key, value] : fields)
                    out << "|" << key << "=" << value;
                out << "\n";
            }
            for (const auto& [user, account] : defaults)
                out << "default|" << user << "|" << account << "\n";
        }
        if (std::rename(draft.c_str(), (folder + "/book").c_str()) != 0)
            end(1, {}, "writing the book\n");
    }

    [[nodiscard]] bool has(const std::string& account) const { return rows.contains({ account, "", "" }); }
};

/// What a command says after its two words: conditions before `set`, settings after it or without `where`.
struct Request {
    Fields where;
    Fields set;
    bool only_defaults = false;
    Words format;

    [[nodiscard]] Words names() const { return split(where.at("name"), ','); }
    [[nodiscard]] bool given(const std::string& key) const { return where.contains(key); }
};

Request parse(const Words& words)
{
    Request request;
    bool setting = false;
    for (std::size_t i = 2; i < words.size(); ++i) {
        const auto& word = words[i];
        const auto equals = word.find('=');
        const auto key = lower(word.substr(0, equals));
        if (word == "set")
            setting = true;
        else if (word == "onlydefaults")
            request.only_defaults = true;
        else if (key == "format")
            request.format = split(word.substr(equals + 1), ',');
        else if (equals == std::string::npos) {
            if (word != "where")
                end(2, {}, "word '" + word + "' is not known to the book\n");
        } else if (!setting && (key == "name" || key == "cluster" || key == "account" || key == "partition"))
            request.where[key] = word.substr(equals + 1);
        else
            request.set[key] = word.substr(equals + 1);
    }
    return request;
}

void put(Fields& row, const Fields& settings)
{
    for (const auto& [key, value] : settings) {
        if (value == "-1" || value.empty())
            row.erase(key);
        else
            row[key] = value;
    }
}

void add_row(Book& book, const Place& place, const Fields& settings)
{
    put(book.rows[place], settings);
    if (!place[1].empty())
        book.defaults.emplace(place[1], place[0]);
}

void set_account(Book& book, const std::string& name, Fields settings)
{
    for (const auto* key : { "description", "organization" })
        if (settings.contains(key)) {
            book.accounts[name][key] = settings[key];
            settings.erase(key);
        } else
            book.accounts[name].try_emplace(key, name);
    put(book.rows[{ name, "", "" }], settings);
}

// ------------------------------------------------------------------------------------------- commands
[[noreturn]] void show(const Book& book, const std::string& what, const Request& request)
{
    std::string out;
    const auto line = [&](const Fields& fields) {
        for (std::size_t i = 0; i < request.format.size(); ++i) {
            const auto found = fields.find(lower(request.format[i]));
            out += (i == 0 ? "" : "|") + (found == fields.end() ? "" : found->second);
        }
        out += "\n";
    };
    if (what == "cluster")
        end(0, content(folder + "/data/cluster"));
    if (what == "qos")
        end(0, "normal\n");
    if (what == "account")
        for (const auto& [name, fields] : book.accounts) {
            auto all = fields;
            all["account"] = name;
            line(all);
        }
    else if (what == "assoc" && request.only_defaults)
        for (const auto& [user, account] : book.defaults)
            line({ { "user", user }, { "account", account } });
    else if (what == "assoc")
        for (const auto& [place, fields] : book.rows) {
            Fields all { { "account", place[0] }, { "user", place[1] }, { "partition", place[2] },
                { "fairshare", "1" }, { "qos", "normal" } };
            for (const auto& [key, value] : fields)
                all[key == "parent" ? "parentname" : key] = value;
            line(all);
        }
    else
        end(2, {}, "show " + what + " is not known to the book\n");
    end(0, out);
}

[[noreturn]] void add(Book& book, const std::string& what, const Request& request)
{
    bool any = false;
    if (what == "account")
        for (const auto& name : request.names()) {
            any = any || !book.has(name);
            auto settings = request.set;
            settings.try_emplace("parent", "root");
            if (!book.has(settings["parent"]))
                end(1, "", " error: No such parent account '" + settings["parent"] + "'\n");
            if (!book.has(name))
                set_account(book, name, settings);
        }
    else
        for (const auto& name : request.names()) {
            const Place place { request.where.at("account"), name,
                request.given("partition") ? request.where.at("partition") : "" };
            if (!book.has(place[0]))
                end(1, "", " error: This account '" + place[0] + "' doesn't exist.\n");
            any = any || !book.rows.contains(place);
            if (!book.rows.contains(place))
                add_row(book, place, request.set);
        }
    if (!any)
        end(1, " Nothing new added.\n");
    book.save();
    end(0, " Adding " + what + "\n Associations\n");
}

[[noreturn]] void modify(Book& book, const std::string& what, const Request& request)
{
    bool any = false;
    for (const auto& name : request.names()) {
        if (what == "account") {
            if (!book.has(name))
                continue;
            any = true;
            set_account(book, name, request.set);
            continue;
        }
        if (request.set.contains("defaultaccount")) {
            const auto& account = request.set.at("defaultaccount");
            const bool there = std::any_of(book.rows.begin(), book.rows.end(),
                [&](const auto& row) { return row.first[0] == account && row.first[1] == name; });
            if (!there)
                end(1, "", " User '" + name + "' has no association in account '" + account + "'\n");
            any = true;
            book.defaults[name] = account;
            continue;
        }
        for (auto& [place, fields] : book.rows)
            if (place[1] == name && place[0] == request.where.at("account")
                && (!request.given("partition") || place[2] == request.where.at("partition"))) {
                any = true;
                put(fields, request.set);
            }
    }
    if (!any)
        end(1, " Nothing modified\n");
    book.save();
    end(0, " Modified " + what + " associations...\n");
}

[[noreturn]] void remove(Book& book, const std::string& what, const Request& request)
{
    std::vector<Place> gone;
    for (const auto& [place, fields] : book.rows)
        for (const auto& name : request.names()) {
            const bool of_account = what == "account" && place[0] == name;
            const bool of_user = what == "user" && place[1] == name
                && (!request.given("account") || place[0] == request.where.at("account"))
                && (!request.given("partition") || place[2] == request.where.at("partition"));
            if (of_account || of_user)
                gone.push_back(place);
        }
    if (gone.empty())
        end(1, " Nothing deleted\n");
    for (const auto& place : gone)
        book.rows.erase(place);
    for (const auto& place : gone) {
        if (place[1].empty()) {
            book.accounts.erase(place[0]);
            continue;
        }
        const bool stays = std::any_of(
            book.rows.begin(), book.rows.end(), [&](const auto& row) { return row.first[1] == place[1]; });
        if (!stays)
            book.defaults.erase(place[1]);
        else if (book.defaults[place[1]] == place[0])
            end(1, "",
                " Error with request: You can not remove the default account of a user\n  C = sandbox    A = "
                    + place[0] + " U = " + place[1] + "\n");
    }
    book.save();
    end(0, " Deleting " + what + " associations...\n");
}

/// `Account - 'x':GrpJobs='0'` after its first word.
std::pair<std::string, Fields> load_line(const std::string& line)
{
    Words quoted;
    for (std::size_t at = line.find('\''); at != std::string::npos; at = line.find('\'', at + 1)) {
        const auto close = line.find('\'', at + 1);
        if (close == std::string::npos)
            end(1, {}, " error: line is not understood: " + line + "\n");
        quoted.push_back(line.substr(at + 1, close - at - 1));
        at = close;
    }
    Fields settings;
    std::size_t colon = line.find("':");
    for (std::size_t i = 1; i < quoted.size(); ++i) {
        const auto equals = line.find('=', colon);
        settings[lower(line.substr(colon + 2, equals - colon - 2))] = quoted[i];
        colon = line.find("':", equals + 2);
    }
    return { quoted.at(0), settings };
}

void wait_while_held()
{
    const auto order = folder + "/data/load.held";
    if (::access(order.c_str(), F_OK) != 0)
        return;
    if (content(order).find("deaf") != std::string::npos)
        ::prctl(PR_SET_PDEATHSIG, 0);
    std::ofstream(folder + "/load.pid.new") << ::getpid() << "\n";
    std::rename((folder + "/load.pid.new").c_str(), (folder + "/load.pid").c_str());
    for (int i = 0; i < 6000 && ::access(order.c_str(), F_OK) == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds { 20 });
}

[[noreturn]] void load(Book& book, const std::string& text)
{
    std::string parent;
    Words users;
    for (const auto& line : split(text, '\n')) {
        if (line.starts_with("Parent - "))
            parent = load_line(line).first;
        else if (line.starts_with("Account - ")) {
            auto [name, settings] = load_line(line);
            if (!book.has(parent))
                end(1, {}, " error: no parent '" + parent + "'\n");
            settings["parent"] = parent;
            set_account(book, name, settings);
        } else if (line.starts_with("User - "))
            users.push_back(parent + "\n" + line);
    }
    book.save();
    for (const auto& user : users) {
        const auto newline = user.find('\n');
        auto [name, settings] = load_line(user.substr(newline + 1));
        const auto part = settings["partition"];
        settings.erase("partition");
        if (!book.has(user.substr(0, newline)))
            end(1, {}, " error: no account '" + user.substr(0, newline) + "'\n");
        add_row(book, { user.substr(0, newline), name, part }, settings);
    }
    book.save();
    end(0, "For cluster sandbox\n");
}

[[noreturn]] void sacctmgr(const Words& words)
{
    Words plain;
    for (const auto& word : words)
        if (!word.starts_with('-'))
            plain.push_back(word);
    std::string loaded;
    if (plain.at(0) == "load") {
        loaded.assign(std::istreambuf_iterator<char>(std::cin), {});
        wait_while_held();
    }
    // One at a time from here on, as slurmdbd does it.
    const int lock = ::open((folder + "/book.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || ::flock(lock, LOCK_EX) != 0)
        end(1, {}, "locking the book\n");
    Book book;
    book.load();
    if (plain[0] == "load")
        load(book, loaded);
    const auto request = parse(plain);
    const auto& what = plain.at(1);
    if (plain[0] == "show")
        show(book, what, request);
    if (plain[0] == "add")
        add(book, what, request);
    if (plain[0] == "modify")
        modify(book, what, request);
    if (plain[0] == "delete")
        remove(book, what, request);
    end(2, {}, "command '" + plain[0] + "' is not known to the book\n");
}

} // namespace

int main(int argc, char** argv)
{
    // The name it was executed by, links unresolved: the folder of the test, not that of the build.
    const auto* executed = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    const std::string path = executed ? executed : argv[0];
    const auto slash = path.rfind('/');
    folder = path.substr(0, slash);
    const auto name = path.substr(slash + 1);

    const Words words(argv + 1, argv + argc);
    std::string call = name;
    for (const auto& word : words)
        call += " " + word;
    append(folder + "/calls.log", call + "\n");
    std::string variables;
    for (char** one = environ; *one != nullptr; ++one)
        variables += name + " " + *one + "\n";
    append(folder + "/environ.log", variables);
    if (name == "sacctmgr")
        sacctmgr(words);
    std::ifstream answer(folder + "/data/" + name);
    if (!answer)
        end(1, {}, name + ": no answer prepared\n");
    end(0, content(folder + "/data/" + name));
}
