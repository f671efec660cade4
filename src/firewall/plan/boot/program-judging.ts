/** How it tells rules that stop packets from those that only log. */
export const JUDGING = `# Whether the current rule stops packets, or leads where they are stopped. $1: some of those that come by, or all.
# $2: how many chains it was reached through; what is too far away to look at counts as stopping some.
stops() {
  called=''
  if [ "$kind" = nft ]; then
    plain=" $bare "
    if [ "$1" = all ]; then
      case $plain in
        ' counter '*) plain=" \${plain#' counter '}" ;;
      esac
      case $plain in
        ' drop '* | ' reject '*) return 0 ;;
        ' jump '* | ' goto '*) ;;
        *) return 1 ;;
      esac
    fi
    case $plain in
      *' drop '* | *' reject '* | *' queue '* | *' vmap '*) return 0 ;;
      *' return '*) [ "$2" = 0 ] && [ "$policy" = DROP ] && return 0 || return 1 ;;
      *' jump '*) called=\${plain##*' jump '} ;;
      *' goto '*) called=\${plain##*' goto '} ;;
      *) return 1 ;;
    esac
    called=\${called%% *}
  else
    read_target
    if [ "$1" = all ]; then
      case \${plain#"\${plain%%[! ]*}"} in
        '-j '* | '-g '*) ;;
        *) return 1 ;;
      esac
    fi
    case $target in
      DROP | REJECT | TARPIT | QUEUE | NFQUEUE) return 0 ;;
      RETURN) [ "$2" = 0 ] && [ -n "$policy" ] && [ "$policy" != ACCEPT ] && return 0 || return 1 ;;
      '' | ACCEPT | LOG | NFLOG | ULOG | AUDIT | MARK | CONNMARK | CT | NOTRACK | SET | SNAT | DNAT | MASQUERADE | REDIRECT | TCPMSS)
        return 1
        ;;
      *) called=$target ;;
    esac
  fi
  [ "$2" -lt 3 ] || { [ "$1" = some ]; return; }
  chain_stops "$called" "$1" $(($2 + 1))
}

chain_stops() (
  listing=$(list "$1") || exit 1
  which=$2 depth=$3
  found() {
    if stops "$which" "$depth"; then exit 0; fi
  }
  each_rule "$1" found
  exit 1
)

# Whether all that the current rule does is log. An accept between a LOG and its DROP would log all that it accepts.
only_logs() {
  if [ "$kind" = nft ]; then
    case " $bare " in
      *' accept '* | *' drop '* | *' reject '* | *' queue '* | *' return '* | *' goto '* | *' vmap '* | *' set '* | *' dnat '* | *' snat '* | *' redirect '* | *' masquerade '* | *' notrack '*) return 1 ;;
      *' log '*' jump '* | *' jump '*' log '*) return 1 ;;
      *' log '*) return 0 ;;
      *' jump '*) called=\${bare##*'jump '} called=\${called%% *} ;;
      *) return 1 ;;
    esac
  else
    read_target
    case $target in
      LOG | NFLOG | ULOG | AUDIT) return 0 ;;
      '' | ACCEPT | DROP | REJECT | RETURN | MARK | CONNMARK | QUEUE | NFQUEUE | CT | SET | SNAT | DNAT | MASQUERADE | REDIRECT | TCPMSS) return 1 ;;
    esac
    [ "$jumps" = -j ] || return 1
    called=$target
  fi
  chain_only_logs "$called" "\${1:-0}"
}

chain_only_logs() (
  [ "$2" -lt 3 ] || exit 1
  listing=$(list "$1") || exit 1
  depth=$(($2 + 1)) logs=1
  found() {
    if only_logs "$depth"; then logs=0; else exit 1; fi
  }
  each_rule "$1" found
  exit "$logs"
)

`
