import {either, maybe, maybeText, oneText, same, slot, text, type Words} from './pattern.ts'

/** Of the remedy that a step belongs to. */
export const ID = slot('id', /open-\d{1,5}-[0-9a-f]{8}/)
export const PORT = slot('port', /[1-9]\d{0,4}/)

/** The comment of an added rule; see `changeComment`. */
export const COMMENT = text`drs-onboard:${ID}${slot('nth', /(?:\.[1-9]\d{0,2})?/)}`

/** An address, with or without a prefix length. */
export const PEER = slot('peer', /[\da-fA-F:.]{2,45}(?:\/\d{1,3})?/)

/** A place in a chain or a file, counted from 1. */
export const PLACE = /[1-9]\d{0,6}/

export const TABLE = slot('table', /filter|nat|mangle|raw|security/)

/** xtables: no blank, nothing that looks like an option or a negation, at most 28 bytes (XT_EXTENSION_MAXNAMELEN). */
export const CHAIN = slot('chain', /(?![-!])[!-~]{1,28}/)

/** A name that nft takes without quotes: `string` in its scanner.l; at most 255 bytes (NFT_NAME_MAXLEN). */
const NFT_NAME = /[A-Za-z_.][\w./\\-]{0,254}/
export const NFT_FAMILY = slot('family', /ip|ip6|inet|netdev|arp|bridge/)
export const NFT_TABLE = slot('table', NFT_NAME)
export const NFT_CHAIN = slot('chain', NFT_NAME)

const WAY = /[sd]/
/** Slots of one name have one value: the protocol's name and the extension's are the same. */
export const TRANSPORT = slot('transport', /tcp|udp/)

const FLAGS = '--tcp-flags FIN,SYN,RST,ACK SYN'

/** What `ruleArguments` makes. */
export const RULE_WORDS: Words = [
  same(
    'rule',
    ...['-p'],
    either(
      ['ipv6-icmp', '-m', 'icmp6', '--icmpv6-type', slot('message', /13[56]/)],
      [
        ...[TRANSPORT, '-m', 'conntrack', maybe('--ctorigdst', PEER), '--ctorigdstport', PORT],
        ...['--ctdir', slot('way', /ORIGINAL|REPLY/)],
      ],
      [
        TRANSPORT,
        maybe(text`-${slot('peerWay', WAY)}`, PEER),
        text`--${slot('way', WAY)}port`,
        PORT,
        maybe('!', '--syn'),
        maybe('-m', 'conntrack', '--ctstate', 'ESTABLISHED'),
      ],
    ),
    ...['-m', 'comment', '--comment', COMMENT, '-j', 'ACCEPT'],
  ),
]

/** What `ruleText` makes, with a comment. */
export const RULE_TEXT = text`${oneText(
  text`-p ipv6-icmp -m icmp6 --icmpv6-type ${slot('message', /13[56]/)}`,
  text`-p ${TRANSPORT} -m conntrack ${maybeText(text`--ctorigdst ${PEER} `)}--ctorigdstport ${PORT} --ctdir ${slot('way', /ORIGINAL|REPLY/)}`,
  text`${maybeText(text`-${slot('peerWay', WAY)} ${PEER} `)}-p ${TRANSPORT} -m ${TRANSPORT} --${slot('way', WAY)}port ${PORT}${slot('opening', new RegExp(`(?: ! ${FLAGS})?`))}${slot('state', /(?: -m conntrack --ctstate ESTABLISHED)?/)}`,
)} -m comment --comment "${COMMENT}" -j ACCEPT`

/** What `nftRule` makes, with its comment. */
export const NFT_RULE = text`${slot('own', /(?:fib [sd]addr type local )?/)}${oneText(
  text`icmpv6 type nd-neighbor-${slot('message', /solicit|advert/)}`,
  text`meta l4proto ${TRANSPORT} ct direction ${slot('way', /original|reply/)} ${maybeText(text`ct original ${slot('protocol', /ip6?/)} daddr ${PEER} `)}ct original proto-dst ${PORT}`,
  text`${maybeText(text`${slot('protocol', /ip6?/)} ${slot('peerWay', WAY)}addr ${PEER} `)}${TRANSPORT} ${slot('way', WAY)}port ${PORT}`,
)}${slot('state', /(?: ct state established)?/)}${slot('opening', /(?: tcp flags & \(fin \| syn \| rst \| ack\) != syn)?/)} accept comment "${COMMENT}"`
