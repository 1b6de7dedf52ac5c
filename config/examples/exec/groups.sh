#!/bin/sh
# groups.sh - Unix groups as files, for the plugin exec: a worked example of docs/formats/exec.md.
#
#   groups.sh FOLDER observed|apply
#
# FOLDER/NAME is a group: its id on the first line, then a member a line. Put what your site has in the place of
# these files: `list_groups` reads all of it in one go, `make_group` and the others change one thing each.
# Needs jq. In site-agent.yaml:
#
#   exec:
#     program: /usr/local/lib/site/groups.sh
#     arguments: [/var/lib/site/groups]
#     records: [group, group_member]
set -eu

die() { echo "groups.sh: $1" >&2; exit "${2:-1}"; }

[ $# -eq 2 ] || die "usage: groups.sh FOLDER observed|apply"
folder=$1
verb=$2
[ -d "$folder" ] || die "$folder is no folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What we are asked, whole or not at all: the last line counts those before it.
cat >"$work/question"
jq -se --arg verb "$verb" '
    .[0].site_agent == 1 and .[0].verb == $verb and .[-1].end.lines == length - 1
' "$work/question" >/dev/null || die "the question is not whole, or of another version"

# Every group as lines of NAME|gid|ID and NAME|member|USER. An empty file or one without an id is an error, never
# a group that is not there.
list_groups() {
    [ -z "$(find "$folder" -maxdepth 1 -type f ! -name '.*' -empty)" ] || die "$folder has an empty file"
    find "$folder" -maxdepth 1 -type f ! -name '.*' -exec awk '
        { name = FILENAME; sub(".*/", "", name) }
        FNR == 1 && !/^[0-9]+$/ { print FILENAME ": no group id on its first line" >"/dev/stderr"; exit 1 }
        { print name "|" (FNR == 1 ? "gid" : "member") "|" $0 }
    ' {} + >"$work/groups" || die "reading $folder"
}

# The groups that were asked for with all their members, and every id that is in use.
observed() {
    list_groups
    jq -Rcn --slurpfile question "$work/question" '
        ([$question[] | select(.name) | {(.name): true}] | add // {}) as $asked
        | [ inputs / "|" | . as [$name, $what] | (.[2:] | join("|")) as $value
            | if $what == "gid" then
                  {id: {gid: ($value | tonumber), name: $name}},
                  if $asked[$name]
                  then {record: {kind: "group", name: $name, fields: {gid: ($value | tonumber)}}}
                  else empty end
              elif $asked[$name] then {record: {kind: "group_member", name: $name, member: $value}}
              else empty end ]
        | .[], {end: {lines: length}}
    ' "$work/groups"
}

# Below, each prints why it can't be done, and nothing when it is done or was done before. Names are plain
# (a-z 0-9 _ . -, a letter or _ first): the agent sends no others.

# Puts what an awk program makes of a group's file in its place, whole or not at all.
edit() { # NAME PROGRAM USER
    if ! { awk -v user="$3" "$2" "$folder/$1" >"$folder/.new" && mv "$folder/.new" "$folder/$1"; }; then
        echo "$folder/$1 can't be written"
    fi
}

make_group() { # NAME GID
    if [ -e "$folder/$1" ]; then
        [ "$(head -n 1 "$folder/$1")" = "$2" ] || echo "it is there with another id"
        return
    fi
    list_groups
    holder=$(awk -F '|' -v gid="$2" '$2 == "gid" && $3 == gid { print $1; exit }' "$work/groups")
    if [ -n "$holder" ]; then
        echo "id $2 is in use by $holder"
    elif ! { echo "$2" >"$folder/.new" && mv "$folder/.new" "$folder/$1"; }; then
        echo "$folder/$1 can't be written"
    fi
}

add_member() { # NAME USER
    if [ ! -e "$folder/$1" ]; then
        echo "there is no group $1"
    elif ! sed 1d "$folder/$1" | grep -qxF -e "$2"; then
        edit "$1" '{ print } END { print user }' "$2"
    fi
}

remove_member() { # NAME USER
    # Compared as text: to some awks two names such as "inf" and "infinity" are the same number.
    # shellcheck disable=SC2016
    if [ -e "$folder/$1" ]; then edit "$1" 'FNR == 1 || $0 "" != user ""' "$2"; fi
}

remove_group() { # NAME
    rm -f "$folder/$1" || echo "$folder/$1 can't be removed"
}

change() { # ACTION KIND NAME MEMBER GID
    case "$1 $2" in
    "create group") make_group "$3" "$5" ;;
    "remove group") remove_group "$3" ;;
    "create group_member") add_member "$3" "$4" ;;
    "remove group_member") remove_member "$3" "$4" ;;
    *) echo "$1 of a $2 is not known here" ;;
    esac
}

apply() {
    exec 9>"$folder/.lock"
    flock -w 10 9 || die "another groups.sh is at work" 75
    jq -r '
        .change | select(.)
        | [.id, .action, .kind, .name, .member // "", .fields.gid.after // ""] | join("|")
    ' "$work/question" >"$work/changes"
    while IFS='|' read -r id action kind name member gid; do
        error=$(change "$action" "$kind" "$name" "$member" "$gid") || error=${error:-it went wrong}
        echo "$id|$error"
    done <"$work/changes" >"$work/results"
    jq -Rcn '
        [ inputs | split("|") as [$id, $error]
          | {result: ({id: ($id | tonumber)}
              + if $error == "" then {ok: true} else {ok: false, error: $error} end)} ]
        | .[], {end: {lines: length}}
    ' "$work/results"
}

case $verb in
observed) observed ;;
apply) apply ;;
*) die "no such verb: $verb" ;;
esac
