// One program that answers as sacctmgr, sshare, scontrol, sinfo, sacct or squeue from recorded files.
// Link or copy it under those names into a folder DIR of the test's own; then
//   DIR/sacctmgr -nP show assoc ...   prints DIR/data/sacctmgr.show.assoc
//   DIR/scontrol show config          prints DIR/data/scontrol.show.config
//   DIR/sacct, sshare, sinfo, squeue  print DIR/data/sacct, ... whatever the arguments
// Every call appends one line to DIR/calls.log: the name and the arguments, quoted as a shell would
// want them. Without its data file it ends with 1, as Slurm's commands do when they fail.
// Nothing is read from the environment: the agent gives its children a clean one.

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/auxv.h>
#include <unistd.h>

namespace {

bool plain(std::string_view word)
{
    constexpr std::string_view safe
        = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
    return !word.empty() && word.find_first_not_of(safe) == std::string_view::npos;
}

std::string quoted(std::string_view word)
{
    if (plain(word))
        return std::string(word);
    std::string text = "'";
    for (const char c : word) {
        if (c == '\'')
            text += "'\\''";
        else if (c == '\n')
            text += "\\n";
        else
            text += c;
    }
    return text + "'";
}

// `sacctmgr -nP show assoc where ..` is told by `show.assoc`, `sacctmgr -i load file=F` by `load`.
std::string answer_name(const std::string& name, int argc, char** argv)
{
    std::string file = name;
    if (name != "sacctmgr" && name != "scontrol")
        return file;
    int words = 0;
    for (int i = 1; i < argc && words < 2; ++i) {
        const std::string_view word = argv[i];
        if (word.starts_with('-'))
            continue;
        if (word.find_first_of("=/") != std::string_view::npos)
            break;
        file.append(".").append(word);
        ++words;
    }
    return file;
}

void append_call(const std::string& log, const std::string& name, int argc, char** argv)
{
    std::string line = name;
    for (int i = 1; i < argc; ++i)
        line.append(" ").append(quoted(argv[i]));
    line += '\n';
    const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    // one write, so that lines of commands that run at once do not mix
    if (fd < 0 || ::write(fd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        std::fprintf(stderr, "%s: appending to %s: %s\n", name.c_str(), log.c_str(), std::strerror(errno));
        std::exit(1);
    }
    ::close(fd);
}

int print(const std::string& name, const std::string& file)
{
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        std::fprintf(
            stderr, "%s: no answer prepared in %s: %s\n", name.c_str(), file.c_str(), std::strerror(errno));
        return 1;
    }
    std::array<char, 65536> block {};
    for (;;) {
        const ssize_t got = ::read(fd, block.data(), block.size());
        if (got == 0)
            return 0;
        if (got < 0)
            return 1;
        for (ssize_t done = 0; done < got;) {
            const ssize_t put
                = ::write(STDOUT_FILENO, block.data() + done, static_cast<std::size_t>(got - done));
            if (put < 0)
                return 1;
            done += put;
        }
    }
}

} // namespace

int main(int argc, char** argv)
{
    // The name it was executed by, links unresolved: the folder of the test, not that of the build.
    const char* executed = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    const std::string path = executed ? executed : argv[0];
    const auto slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);

    append_call(folder + "/calls.log", name, argc, argv);
    return print(name, folder + "/data/" + answer_name(name, argc, argv));
}
