/** How it is tried in a network namespace of its own, on a copy of the rules in force; and its end. */
export const REHEARSING = `not_verified() {
  echo "not verified: $1" >&2
  exit 3
}

# Prints what loads a copy of the rules that file $1 is for: \`load LINES PROGRAM\`, then so many lines for its input.
# Without the rules of the remedy itself, as at boot.
copies() {
  done_for=''
  kind='' program='' family=''
  while IFS= read -r line; do
    case $line in
      'remedy '*) remedy=\${line#* } ;;
      'iptables '* | 'nft '*) kind=\${line%% *} program=\${line#* } ;;
      'family '*) family=\${line#* } ;;
      'table '*) table=\${line#* } ;;
      add)
        case $kind in
          iptables) what=$program ;;
          nft) what="$program $family $table" ;;
        esac
        case $newline$done_for in
          *"$newline$what$newline"*) continue ;;
        esac
        done_for=$done_for$what$newline
        if [ "$kind" = iptables ]; then
          dump=$("$program-save" 2> /dev/null < /dev/null) || return 1
        else
          dump=$("$program" -s list table "$family" "$table" 2> /dev/null < /dev/null) || return 1
        fi
        dump=$(printf '%s\\n' "$dump" | grep -v -F -e "comment \\"drs-onboard:$remedy")
        printf 'load %s %s %s\\n' "$(printf '%s\\n' "$dump" | grep -c '')" "$kind" "$program"
        printf '%s\\n' "$dump"
        ;;
    esac
  done < "$1"
}

rehearse() {
  file=$directory/$1.rules
  [ -f "$file" ] || not_verified "there is no $file"
  command -v unshare > /dev/null || not_verified 'unshare (util-linux) is not installed'
  if command -v systemd-analyze > /dev/null; then
    said=$(systemd-analyze verify "/etc/systemd/system/$unit" 2>&1 < /dev/null)
    case $said in
      *"$unit"*) not_verified "systemd-analyze verify says of $unit: $(shown "$said")" ;;
    esac
  fi
  given=$(copies "$file") || not_verified 'the rules in force cannot be copied'
  said=$(printf '%s\\n' "$given" | unshare --net /bin/sh "$0" rehearsed "$1" 2>&1)
  case $? in
    0) ;;
    10)
      echo "the rule is not in front of what blocks: $(shown "$said")" >&2
      exit 1
      ;;
    *) not_verified "in a network namespace of its own: $(shown "$said")" ;;
  esac
}

# In a new network namespace, with the copies on standard input.
rehearsed() {
  file=$directory/$1.rules
  while IFS= read -r line; do
    line=\${line#load }
    lines=\${line%% *} line=\${line#* }
    kind=\${line%% *} program=\${line#* }
    given=''
    while [ "$lines" -gt 0 ] && IFS= read -r line; do
      given=$given$line$newline
      lines=$((lines - 1))
    done
    case $kind in
      iptables) printf '%s' "$given" | "$program-restore" ;;
      nft) printf '%s' "$given" | "$program" -f - ;;
    esac || { echo 'the copy of the rules cannot be loaded'; exit 3; }
  done
  said=$(apply "$file" && echo "$added $failed $elsewhere")
  counts=\${said##*"$newline"}
  again=$(total=0 added=0 failed=0 && apply "$file" && echo "$total $present $failed")
  counts_again=\${again##*"$newline"}
  words="$counts $counts_again"
  IFS=' '
  set -- $words
  IFS=$newline
  # added, failed, elsewhere; then in total, present, failed.
  if [ "$2" != 0 ] || [ "$6" != 0 ] || [ "$1" != "$4" ] || [ "$5" != "$4" ]; then
    echo "$said"
    exit 10
  fi
  if [ "$3" != 0 ]; then
    echo "$said"
    exit 3
  fi
}

case \${1:-} in
  '') apply_all ;;
  rehearse) rehearse "$2" ;;
  rehearsed) rehearsed "$2" ;;
  *)
    sed -n '2,/^$/s/^# \\{0,1\\}//p' "$0"
    exit 2
    ;;
esac
`
