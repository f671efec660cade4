import type {Random} from '../random.ts'

/** Matches that depend on chance, on time, on what has been before, or on what a packet carries. */
const MATCHES = [
  '-m limit --limit 1000/sec --limit-burst 1000 ',
  '-m limit --limit 1/min ',
  '-m hashlimit --hashlimit-upto 5/min --hashlimit-name h ',
  '-m statistic --mode random --probability 0.5 ',
  '-m statistic --mode nth --every 2 --packet 0 ',
  '-m recent --name r --set ',
  '-m recent --name r --update --seconds 60 --hitcount 2 ',
  '-m recent ! --name r --rcheck ',
  '-m quota --quota 2000 ',
  '-m quota ! --quota 2000 ',
  '-m time --timestart 08:00 --timestop 18:00 ',
  '-m time --weekdays Mon,Tue,Wed ',
  '-m connlimit --connlimit-above 2 ',
  '-m connlimit --connlimit-upto 2 ',
  '-m connbytes --connbytes 2: --connbytes-dir both --connbytes-mode packets ',
  '-m string --string "nothing like it" --algo bm ',
  '-m string ! --string x --algo bm ',
  '-m u32 --u32 "0&0xFF=0" ',
  '-m tos --tos 0x10/0x3f ',
  '-m length --length 200:1500 ',
] as const

export function undecidedMatch(random: Random): string {
  return random.pick(MATCHES)
}
