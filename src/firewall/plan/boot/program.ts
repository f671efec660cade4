import {JUDGING} from './program-judging.ts'
import {PLACING} from './program-placing.ts'
import {START} from './program-reading.ts'
import {REHEARSING} from './program-rehearsing.ts'

/** The line by which a program on a server is known to be this one. Count it up with every change of the program. */
export const PROGRAM_LINE = '# drs-onboard boot program 1'

/**
 * What the systemd unit runs at boot: a program for any POSIX shell that needs nothing but iptables or nft, so that it
 * works after drs-onboard was removed. It is the same on every server. What it is to add is data beside it, read a line
 * at a time with `read -r` and handed on as words of an argv; nothing is ever evaluated.
 * Sources: POSIX.1-2024, Shell Command Language; iptables(8), nft(8), unshare(1).
 */
export const BOOT_PROGRAM: string = [START, JUDGING, PLACING, REHEARSING].join('')
