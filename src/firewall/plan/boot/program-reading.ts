/**
 * Its head, and how it reads what `iptables -S` and `nft list chain` print. In the POSIX shell language, as are
 * all parts.
 */
export const START = `#!/bin/sh
# drs-onboard boot program 1
#
# Adds the firewall rules that \`drs-onboard fix --persist-unit\` has verified, each in front of the rule that blocked.
# The rules are in the *.rules files beside this program, one word a line; no part of them is ever read as shell code.
# It needs iptables or nft, and not drs-onboard, which removes it: \`drs-onboard undo\`.
#
#   sh boot-rules.sh                 adds what is missing, with a line for each rule; 1: some could not be added
#   sh boot-rules.sh rehearse NAME   tries NAME.rules in a network namespace that goes away, on a copy of today's rules;
#                                    0: verified, 1: it does not work, 3: not verified

set -uf
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
tab=$(printf '\\t')
newline='
'
IFS=$newline
case $0 in
  */*) directory=\${0%/*} ;;
  *) directory=. ;;
esac
unit=drs-onboard-boot.service
total=0 failed=0 added=0 present=0 elsewhere=0

say() {
  printf '%s: %s\\n' "$remedy" "$1"
}

could_not() {
  failed=$((failed + 1))
  say "could not: $1"
}

# A text of the firewall or of a program, fit for the journal.
shown() {
  case $1 in
    *[![:print:]]*) printf '%.300s' "$1" | tr '\\n' ' ' | tr -c '[:print:]' '?' ;;
    *) printf '%.300s' "$1" ;;
  esac
}

# Prints the rules of chain $1.
list() {
  case $kind in
    iptables) "$program" -w 5 -t "$table" -S "$1" ;;
    nft) "$program" -s -a list chain "$family" "$table" "$1" ;;
  esac 2>&1 < /dev/null
}

# Sets bare: $1 with "" for each quoted text; and open: not empty if a quoted text goes on behind its end.
# iptables writes \\" and \\\\ within quotes; nft writes no quotes within quotes.
unquote() {
  rest=$1 bare='' open=''
  while :; do
    case $rest in
      *\\"*) ;;
      *)
        [ -n "$open" ] || bare=$bare$rest
        return
        ;;
    esac
    if [ -z "$open" ]; then
      bare=$bare\${rest%%\\"*}
      rest=\${rest#*\\"}
      open=1
      continue
    fi
    if [ "$kind" = nft ]; then
      rest=\${rest#*\\"}
      open='' bare=$bare'""'
      continue
    fi
    skipped=\${rest%%[\\"\\\\]*}
    rest=\${rest#"$skipped"}
    case $rest in
      \\"*)
        rest=\${rest#?}
        open='' bare=$bare'""'
        ;;
      *) rest=\${rest#??} ;;
    esac
  done
}

# Reads $listing, of chain $1, and calls $2 for each rule: text as it is printed, bare without what is quoted, at its
# number (iptables) or handle (nft). Sets policy. A comment may go on over several lines, and look like rules there.
each_rule() {
  of=$1 number=0 pending='' policy=''
  for line in $listing; do
    rule=$pending$line
    unquote "$rule"
    if [ -n "$open" ]; then
      pending=$rule$newline
      continue
    fi
    pending=''
    if [ "$kind" = nft ]; then
      rule=\${rule#"\${rule%%[! $tab]*}"}
      bare=\${bare#"\${bare%%[! $tab]*}"}
    fi
    case $kind:$rule in
      "iptables:-P $of "*) policy=\${rule##* } ;;
      "iptables:-A $of" | "iptables:-A $of "*)
        number=$((number + 1))
        at=$number text=\${rule#"-A $of"} bare=\${bare#"-A $of"}
        text=\${text# } bare=\${bare# }
        while [ "$text" != "\${text% }" ]; do text=\${text% }; done
        "$2"
        ;;
      'nft:type '*' policy drop;'*) policy=DROP ;;
      'nft:table '* | 'nft:chain '*) ;;
      nft:*' # handle '*)
        at=\${rule##* # handle } text=\${rule% # handle *} bare=\${bare% # handle *}
        "$2"
        ;;
    esac
  done
}

# Of the current rule of iptables: target, or nothing; jumps: how it goes there; plain: the rule without its comment.
read_target() {
  plain=" $bare "
  case $plain in
    *' -m comment --comment '*)
      before_comment=\${plain%%' -m comment --comment '*}
      plain=\${plain#*' -m comment --comment '}
      plain="$before_comment \${plain#* }"
      ;;
  esac
  target='' jumps=''
  case $plain in
    *' -j '*) jumps=-j target=\${plain#*' -j '} ;;
    *' -g '*) jumps=-g target=\${plain#*' -g '} ;;
  esac
  target=\${target%% *}
}

`
