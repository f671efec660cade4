/** How it finds the place of a rule, and adds it there once. */
export const PLACING = `is_ours() {
  case $kind:$text in
    "iptables:"*"--comment \\"$mark\\" "* | nft:*"comment \\"$mark\\"") return 0 ;;
  esac
  return 1
}

# Notes where the current rule of the chain is, counted in nth, and what it is. front_*: it, or the log in front of it.
survey() {
  nth=$((nth + 1))
  if is_ours; then
    ours="$nth $at$newline$ours"
    log_nth='' log_at=''
    return
  fi
  if only_logs; then
    [ -n "$log_at" ] || log_nth=$nth log_at=$at
    return
  fi
  front_nth=\${log_nth:-$nth} front_at=\${log_at:-$at}
  log_nth='' log_at=''
  if [ -z "$anchor_at" ] && [ "$before" = "rule $text" ]; then
    anchor_nth=$front_nth anchor_at=$front_at anchor_text=$text
  fi
  if [ -z "$stop_at" ] && stops "$wanted" 0; then
    stop_nth=$front_nth stop_at=$front_at stop_text=$text
  fi
}

# $1: which rules to look for beside the one of the plan; see stops.
look() {
  wanted=$1 nth=0 ours='' log_nth='' log_at=''
  anchor_nth=0 anchor_at='' anchor_text='' stop_nth=0 stop_at='' stop_text=''
  each_rule "$chain" survey
}

# Sets to_nth and to_at, the place in front of which the rule goes (to_at empty: at the end), and where, in words.
choose() {
  look all
  case $before in
    "rule "*)
      if [ -n "$anchor_at" ] && { [ -z "$stop_at" ] || [ "$anchor_nth" -le "$stop_nth" ]; }; then
        to_nth=$anchor_nth to_at=$anchor_at where="before \\\`$(shown "$anchor_text")\\\`"
        return
      fi
      ;;
    policy)
      if [ "$policy" = DROP ] && [ -z "$stop_at" ]; then
        to_nth=\${log_nth:-$((nth + 1))} to_at=$log_at where='before the policy of the chain'
        return
      fi
      ;;
  esac
  # The rules are not those of the plan: in front of whatever may drop.
  elsewhere=$((elsewhere + 1))
  if [ -z "$anchor_at" ] && { [ "$before" != policy ] || [ "$policy" != DROP ]; }; then look some; fi
  if [ -n "$stop_at" ]; then
    to_nth=$stop_nth to_at=$stop_at where="before \\\`$(shown "$stop_text")\\\`, the first rule that may drop"
  else
    to_nth=\${log_nth:-$((nth + 1))} to_at=$log_at where='at the end, since no rule of the chain drops'
  fi
  case $before in
    "rule "*) [ -n "$anchor_at" ] || where="$where; \\\`$(shown "\${before#rule }")\\\` is not there" ;;
  esac
}

# Removes the rule of ours at $1, its number or handle.
remove() {
  case $kind in
    iptables) "$program" -w 5 -t "$table" -D "$chain" "$1" ;;
    nft) "$program" delete rule "$family" "$table" "$chain" handle "$1" ;;
  esac 2>&1 < /dev/null
}

insert() {
  case $kind:$to_at in
    iptables:) "$program" -w 5 -t "$table" -A "$chain" "$@" ;;
    iptables:*) "$program" -w 5 -t "$table" -I "$chain" "$to_at" "$@" ;;
    nft:) "$program" "add rule $family $table $chain $1" ;;
    nft:*) "$program" "insert rule $family $table $chain position $to_at $1" ;;
  esac 2>&1 < /dev/null
}

# Has the rule that $@ says exactly once, in front of what blocks.
place() {
  total=$((total + 1))
  in_chain="$table $chain"
  [ "$kind" != nft ] || in_chain="$family $in_chain"
  case \${program##*/} in
    iptables | iptables-legacy | iptables-nft | ip6tables | ip6tables-legacy | ip6tables-nft | nft) ;;
    *) could_not "$(shown "$program") is not a program that this one runs"; return ;;
  esac
  if [ ! -x "$program" ]; then
    could_not "$program is not installed"
    return
  fi
  if ! listing=$(list "$chain"); then
    could_not "chain $in_chain cannot be listed: $(shown "$listing")"
    return
  fi
  choose
  where="$where (\${program##*/}, $in_chain)"
  kept='' moved=''
  # The last one comes first, so that the numbers of the others stay. The first one stays, if it is where it has to be.
  for one in $ours; do
    first=\${one%% *}
  done
  for one in $ours; do
    if [ "\${one%% *}" = "$first" ] && [ "$first" -lt "$to_nth" ]; then
      kept=1
    elif ! said=$(remove "\${one#* }"); then
      could_not "a copy of the rule cannot be removed: $(shown "$said")"
      return
    else
      moved=1
    fi
  done
  if [ -n "$kept" ]; then
    present=$((present + 1))
    say "already there, $where"
  elif said=$(insert "$@"); then
    added=$((added + 1))
    if [ -n "$moved" ]; then say "moved, $where"; else say "added $where"; fi
  else
    could_not "$(shown "$said"), $where"
  fi
}

# Adds the rules of file $1.
apply() {
  remedy=\${1##*/} remedy=\${remedy%.rules}
  whole=''
  kind='' program='' family='' table='' chain='' before=unknown mark=''
  file=$1
  set --
  while IFS= read -r line; do
    case $line in
      'drs-onboard boot rules 1') ;;
      'remedy '*) remedy=\${line#* } ;;
      'iptables '* | 'nft '*)
        kind=\${line%% *} program=\${line#* } family='' before=unknown
        set --
        ;;
      'family '*) family=\${line#* } ;;
      'table '*) table=\${line#* } ;;
      'chain '*) chain=\${line#* } ;;
      'before '*) before=\${line#* } ;;
      'mark '*) mark=\${line#* } ;;
      'word '*) set -- "$@" "\${line#* }" ;;
      add) place "$@" ;;
      'digest '*) whole=1 ;;
      *)
        could_not "$file has a line that this program does not know"
        return
        ;;
    esac
  done < "$file"
  [ -n "$whole" ] || could_not "$file breaks off"
}

apply_all() {
  set +f
  for path in "$directory"/*.rules; do
    set -f
    [ ! -e "$path" ] || apply "$path"
  done
  if [ "$failed" -gt 0 ]; then
    echo "drs-onboard: $failed of $total firewall rules could not be added, so this host may block AWS Elastic Disaster Recovery; fix the cause above, then run: systemctl restart $unit" >&2
    exit 1
  fi
  [ "$total" -gt 0 ] || echo "drs-onboard: there are no rules to add in $directory"
}

`
